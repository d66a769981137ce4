import type { HostFacts } from '../../model/host/host.ts';
import { showLatency, showLoad, showShare, showSize } from '../../model/words/format.ts';
import { showAge, showDuration } from '../../model/words/format-time.ts';
import { fitText, type Line, muted, span, widthOf } from '../../model/words/line.ts';
import type { HostState } from '../../state/state.ts';
import type { Section } from './pane-sections.ts';
import { barText } from './progress.ts';
import { under, wrapped } from './section-lines.ts';

export const loadSection = ({ load, uptimeSeconds }: HostFacts): Section =>
  under('load', [
    [
      load === null ? muted('not known: the host did not say') : span(showLoad(load)),
      muted(
        uptimeSeconds === null
          ? '   up since not known'
          : `   up ${showDuration(uptimeSeconds * 1_000)}`,
      ),
    ],
  ]);

export const diskSection = ({ space }: HostFacts, cells: number): Section => {
  if (space.length === 0) return under('disks', [[muted('not known: the host did not say')]]);
  const isWide = cells >= 70;
  const name = Math.min(
    isWide ? 24 : 12,
    Math.max(...space.map(({ mount }) => widthOf(mount))) + 1,
  );
  return under(
    'disks',
    space.map(({ mount, freeBytes, totalBytes }): Line => {
      const used = totalBytes === 0 ? 0 : 1 - freeBytes / totalBytes;
      return [
        span(fitText(mount, name)),
        span(barText(used, isWide ? 20 : 10), used >= 0.9 ? 'warn' : 'plain'),
        span(` ${showShare(used)}`),
        muted(
          isWide
            ? ` used, ${showSize(freeBytes)} of ${showSize(totalBytes)} free`
            : `  ${showSize(freeBytes)} free`,
        ),
      ];
    }),
  );
};

export const portsSection = ({ listens }: HostFacts, cells: number): Section =>
  listens === undefined || listens.length === 0
    ? []
    : under('ports', wrapped(listens.join(' '), cells, 'muted'));

export const askedSection = (
  host: HostState,
  facts: HostFacts,
  { cells, now }: { readonly cells: number; readonly now: number },
): Section =>
  under('asked', [
    ...wrapped(
      `${showAge(Math.max(0, now - facts.at))} ago, answered in ${showLatency(facts.latencyMs)}, root by ${facts.elevation ?? 'unknown'}`,
      cells,
      'muted',
    ),
    ...(host.entry.buildOn === undefined ? [] : [[muted(`built on ${host.entry.buildOn}`)]]),
  ]);

export const silentSection = (host: HostState): Section =>
  host.entry.role.kind === 'left-out' || host.entry.role.kind === 'refused'
    ? [[muted(' Not contacted: not a running host.')]]
    : [[muted(' Units, disks, load and kernel are not known: it has not answered yet.')]];
