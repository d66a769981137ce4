import { showSizeChange } from './format-size.ts';
import type { Tone } from './line.ts';
import { cutsOff, groupImpact, type HostPreview, irreversible } from './preview.ts';
import { shortUnitName } from './unit-name.ts';

export interface PreviewLine {
  readonly text: string;
  readonly tone: Tone;
}

/** More names than this are counted. */
const namesShown = 8;

const list = (
  word: string,
  units: readonly string[],
  critical: ReadonlySet<string>,
): readonly string[] => {
  if (units.length === 0) return [];
  const first = units.filter((unit) => critical.has(unit));
  const ordered = [...first, ...units.filter((unit) => !critical.has(unit))];
  const shown = ordered
    .slice(0, Math.max(namesShown, first.length))
    .map((unit) =>
      critical.has(unit) ? `${shortUnitName(unit)} (critical)` : shortUnitName(unit),
    );
  const more = ordered.length - shown.length;
  return [`${word} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
};

/** What a person reads of one host before it is changed, without its name. */
export const previewLines = (
  preview: HostPreview,
  isRestarted: boolean,
): readonly PreviewLine[] => {
  const { impact, packages } = preview;
  const groups = groupImpact(impact);
  const critical = new Set(preview.critical);
  const units = [
    ...list('restarts', groups.restarts, critical),
    ...list('stops', groups.stops, critical),
    ...list('reloads', groups.reloads, critical),
    ...list('starts', groups.starts, critical),
    ...list('keeps as they run', groups.keeps, critical),
    ...(impact.restartsSystemd ? ['systemd itself is executed anew'] : []),
  ];
  const basis =
    preview.basis === 'exact' ? 'dry-activate says' : 'by the unit files of both systems';
  const cut = cutsOff(impact);
  const parts = preview.bootParts.join(', ');
  const plain = (text: string): PreviewLine => ({ text, tone: 'plain' });
  const warn = (text: string): PreviewLine => ({ text, tone: 'warn' });
  return [
    ...(isRestarted
      ? [warn('is restarted: booted once, proven, and only then made the default')]
      : []),
    plain(`${basis}: ${units.length === 0 ? 'no unit changes' : units.join('; ')}`),
    ...(cut.length === 0 ? [] : [warn(`cuts you off for a moment: ${cut.join(', ')}`)]),
    ...(preview.mustBoot.length === 0
      ? []
      : [
          warn(
            `cannot be switched to while it runs (${preview.mustBoot.join(', ')}): needs a restart`,
          ),
        ]),
    ...(preview.bootParts.length === 0 ? [] : [warn(`${parts}: live after a restart only`)]),
    ...(preview.leaves === undefined
      ? []
      : [
          warn(
            `it runs its specialisation ${preview.leaves}, which the new system has not: it would run without it`,
          ),
        ]),
    ...(preview.switchedBy === undefined
      ? []
      : [warn(`${preview.switchedBy.join(', ')} switches it by itself and may undo this`)]),
    ...irreversible(preview).map(({ name, from, to }) =>
      warn(`${name} ${from} → ${to}: data not reversible`),
    ),
    ...(packages === undefined
      ? []
      : [
          {
            text: `${packages.words}   ${showSizeChange(packages.sizeDelta)}`,
            tone: 'muted' as const,
          },
        ]),
  ];
};
