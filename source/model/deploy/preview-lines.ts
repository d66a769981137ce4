import { shortUnitName } from '../host/unit-name.ts';
import type { UnitImpact } from '../units/impact.ts';
import { showSizeChange } from '../words/format.ts';
import type { Tone } from '../words/line.ts';
import {
  alongImpact,
  cutsOff,
  groupImpact,
  type HostPreview,
  impactWithout,
  irreversible,
  mayNotReadData,
  movedUnits,
} from './preview.ts';

interface PreviewLine {
  readonly text: string;
  readonly tone: Tone;
}

/** More names than this are counted. */
const namesShown = 8;

const list = (
  word: string,
  units: readonly string[],
  critical: ReadonlySet<string>,
  remarks: ReadonlyMap<string, string> = new Map(),
): readonly string[] => {
  if (units.length === 0) return [];
  const first = units.filter((unit) => critical.has(unit));
  const ordered = [...first, ...units.filter((unit) => !critical.has(unit))];
  const shown = ordered.slice(0, Math.max(namesShown, first.length)).map((unit) => {
    const marks = [critical.has(unit) ? 'critical' : '', remarks.get(unit) ?? ''].filter(
      (mark) => mark !== '',
    );
    return marks.length === 0
      ? shortUnitName(unit)
      : `${shortUnitName(unit)} (${marks.join('; ')})`;
  });
  const more = ordered.length - shown.length;
  return [`${word} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
};

interface Account {
  /** The source of this knowledge, as the beginning of a line. */
  readonly source: string;
  readonly impact: UnitImpact;
  readonly remarks?: ReadonlyMap<string, string>;
}

const parts = ({ impact, remarks }: Account, critical: ReadonlySet<string>): readonly string[] => {
  const groups = groupImpact(impact);
  return [
    ...list('restarts', groups.restarts, critical, remarks),
    ...list('stops', groups.stops, critical, remarks),
    ...list('reloads', groups.reloads, critical, remarks),
    ...list('starts', groups.starts, critical, remarks),
    ...list('keeps as they run', groups.keeps, critical, remarks),
    ...(impact.restartsSystemd ? ['systemd itself restarts (its services keep running)'] : []),
  ];
};

const unitsIn = (impact: UnitImpact): ReadonlySet<string> =>
  new Set([...impact.stop, ...impact.skip, ...impact.restart, ...impact.reload, ...impact.start]);

/** What this source adds to the one before, such as a unit that restarts and not only reloads. */
const beyond = (known: UnitImpact, impact: UnitImpact): UnitImpact => {
  const rest = impactWithout(impact, movedUnits(known));
  const isNew = (unit: string): boolean =>
    !known.reload.includes(unit) && !known.skip.includes(unit);
  return { ...rest, reload: rest.reload.filter(isNew), skip: rest.skip.filter(isNew) };
};

/**
 * What one source knows and those before it do not; units that are affected by other units come
 * last.
 */
const accounts = ({ basis, impact, said, foreseen }: HostPreview): readonly Account[] => {
  const remarks = new Map([
    ...(foreseen?.waits ?? []).map((unit) => [unit, 'starts again when it is needed'] as const),
    ...(foreseen?.unreadable ?? []).map((unit) => [unit, 'its file cannot be read'] as const),
  ]);
  const exact = basis === 'exact';
  const first: Account = {
    source: exact ? 'dry-activate says' : 'probably (unit files compared)',
    impact: exact ? (said ?? impact) : (foreseen?.impact ?? impact),
    remarks,
  };
  if (foreseen === undefined) return [first];
  const also: Account = {
    source: 'probably too (unit files compared)',
    impact: beyond(first.impact, { ...foreseen.impact, restartsSystemd: false }),
    remarks,
  };
  const moved = new Set([...movedUnits(first.impact), ...movedUnits(also.impact)]);
  const along: Account = {
    source: 'units that depend on these',
    impact: impactWithout(alongImpact(foreseen), moved),
    remarks: new Map(foreseen.along.map((one) => [one.unit, one.because])),
  };
  return exact ? [first, also, along] : [first, along];
};

/** One line for each source that knows something; lines with critical units first. */
const unitLines = (preview: HostPreview): readonly PreviewLine[] => {
  const { basis, notCompared, foreseen } = preview;
  const plain = (text: string): PreviewLine => ({ text, tone: 'plain' });
  const warn = (text: string): PreviewLine => ({ text, tone: 'warn' });
  if (basis === 'untouched') return [plain('no unit is touched: nothing is switched')];
  if (basis === 'unknown')
    return [warn(`which units change is not known: ${notCompared ?? 'nothing was compared'}`)];
  const critical = new Set(preview.critical);
  const notRead = foreseen?.notRead ?? [];
  const told = accounts(preview).map((account) => ({
    account,
    words: parts(account, critical),
    hasCritical: [...unitsIn(account.impact)].some((unit) => critical.has(unit)),
  }));
  const spoken = told.filter(({ words }) => words.length > 0);
  const [first] = told;
  const lines =
    spoken.length === 0 && first !== undefined
      ? [plain(`${first.account.source}: no ${notRead.length > 0 ? 'other ' : ''}unit changes`)]
      : [
          ...spoken.filter(({ hasCritical }) => hasCritical),
          ...spoken.filter(({ hasCritical }) => !hasCritical),
        ].map(({ account, words }) => plain(`${account.source}: ${words.join('; ')}`));
  return [
    ...lines,
    ...(notCompared === undefined ? [] : [warn(`not compared: ${notCompared}`)]),
    ...(notRead.length === 0
      ? []
      : [warn(list('they differ and could not be read:', notRead, critical).join(''))]),
  ];
};

/** What a person reads about one host before it is changed, without its name. */
export const previewLines = (
  preview: HostPreview,
  isRestarted: boolean,
): readonly PreviewLine[] => {
  const { impact, packages } = preview;
  const cut = cutsOff(impact);
  const boot = preview.bootParts.join(', ');
  const warn = (text: string): PreviewLine => ({ text, tone: 'warn' });
  return [
    ...(isRestarted
      ? [warn('is restarted: booted once, proven, and only then made the default')]
      : []),
    ...unitLines(preview),
    ...(cut.length === 0 ? [] : [warn(`connection may drop briefly: ${cut.join(', ')}`)]),
    ...(preview.mustBoot.length === 0
      ? []
      : [
          warn(
            `cannot be switched to while it runs (${preview.mustBoot.join(', ')}): needs a restart`,
          ),
        ]),
    ...(preview.bootParts.length === 0 ? [] : [warn(`${boot}: takes effect after a reboot`)]),
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
    ...(preview.otherSystem === undefined ? [] : [warn(preview.otherSystem)]),
    ...(preview.last === undefined ? [] : [{ text: preview.last, tone: 'muted' as const }]),
    ...irreversible(preview).map(({ name, from, to }) =>
      warn(`${name} ${from} → ${to}: data not reversible`),
    ),
    ...mayNotReadData(preview).map(({ name, from, to }) =>
      warn(`${name} ${from} → ${to}: may not read the data of ${from}`),
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
