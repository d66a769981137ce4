import { memoLast } from '../../model/memo.ts';
import type { PackageDifference } from '../../model/packages/packages.ts';
import type { HostPackages } from '../../model/packages/packages-state.ts';
import { reviewPackages } from '../../model/packages/review.ts';
import { whatChanges } from '../../model/packages/what-changes.ts';
import { type Line, lineWidth, muted, type Span, span } from '../../model/words/line.ts';
import { comparedNow, isBuilt } from '../../state/hosts.ts';
import type { HostState } from '../../state/state.ts';
import { glyph } from '../glyphs.ts';
import type { Section } from './pane-sections.ts';
import { labelCells, under, wrapped } from './section-lines.ts';

/** Packages one after the other, as many in a line as fit. */
const packageLines = memoLast((difference: PackageDifference, cells: number): readonly Line[] => {
  const lines: Line[] = [];
  let line: Span[] = [];
  for (const { name, kind, old, new: fresh, major } of reviewPackages(difference.changes)) {
    const versions =
      kind === 'added'
        ? `+ ${fresh.join(', ')}`
        : kind === 'removed'
          ? `- ${old.join(', ')}`
          : kind === 'rebuilt'
            ? 'rebuilt'
            : `${old.join(', ')} ${glyph.arrow} ${fresh.join(', ')}`;
    const part: Line = [
      span(`${name} `, major || kind === 'downgraded' ? 'warn' : 'plain'),
      muted(versions),
    ];
    if (line.length > 0 && lineWidth(line) + 3 + lineWidth(part) > cells) {
      lines.push(line);
      line = [];
    }
    line = line.length === 0 ? [...part] : [...line, span('   '), ...part];
  }
  return line.length === 0 ? lines : [...lines, line];
});

export const changesSection = (
  host: HostState,
  packages: HostPackages | undefined,
  cells: number,
): Section => {
  const compared = comparedNow(host, packages);
  const { expectation, facts } = host;
  const isSame = expectation.kind === 'known' && expectation.toplevel === facts?.current;
  switch (compared?.kind) {
    case 'compared':
      return compared.difference.changes.length === 0
        ? under('changes', isSame ? [] : [[muted('no package; settings only')]])
        : under('changes', [
            ...wrapped(whatChanges(compared).long, cells),
            ...packageLines(compared.difference, cells - labelCells - 1),
          ]);
    case 'comparing':
      return under('changes', [[muted('being compared')]]);
    case 'building':
      return under('changes', [[muted('compared once the new system is built')]]);
    case 'unknown':
      return isSame ? [] : under('changes', wrapped(`not known: ${compared.why}`, cells, 'muted'));
    case undefined:
      return isSame || expectation.kind !== 'known'
        ? []
        : under('changes', [
            [
              muted(
                isBuilt(host)
                  ? 'not compared yet; Packages compares it'
                  : 'not compared yet; it is built first',
              ),
            ],
          ]);
  }
};
