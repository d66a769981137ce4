import { startSentence } from '../words/advice.ts';
import { showMoment } from '../words/format-time.ts';
import { partsOf, showUnitFailure } from './unit-failure.ts';
import { type JournalLine, journalText } from './unit-journal.ts';

/** What systemd says of a unit (org.freedesktop.systemd1(5)); null where it says nothing. */
export interface UnitFacts {
  /** `loaded`, `not-found`, `masked`, `bad-setting`, `error`, … */
  readonly load: string | null;
  readonly loadError: string | null;
  /** `active`, `inactive`, `failed`, `activating`, … */
  readonly active: string | null;
  /** `running`, `exited`, `dead`, `auto-restart`, … */
  readonly sub: string | null;
  /** `success`, `exit-code`, … */
  readonly result: string | null;
  readonly restarts: number | null;
  /** Of a service: `simple`, `notify`, `oneshot`, … (systemd.service(5)). */
  readonly type: string | null;
  /** Units that start it when it is needed. */
  readonly triggeredBy: readonly string[];
  /** False where systemd did not start it last, as a condition of its file does not hold. */
  readonly conditionMet: boolean;
  readonly canStart: boolean;
  readonly canStop: boolean;
  /** Of a template: the instances that are loaded. */
  readonly instances: readonly string[];
  /** Where systemd does not know the unit: the one that its name probably meant. */
  readonly nearest: string | null;
  /** The unit's user, where it is one of a user's manager. */
  readonly owner: UnitOwner | null;
}

export interface UnitOwner {
  readonly userId: number;
  readonly groupId: number;
  /** It is the login user, who needs nobody's right for it. */
  readonly isLogin: boolean;
}

/** The journal of a unit, or why there is none. */
export type UnitJournal =
  | { readonly kind: 'lines'; readonly lines: readonly JournalLine[]; readonly isFull: boolean }
  | { readonly kind: 'empty' }
  | { readonly kind: 'no-journal' }
  | { readonly kind: 'unreadable' };

export interface UnitDetails {
  /** A name of `unit-failure.ts`. */
  readonly unit: string;
  readonly facts: UnitFacts;
  readonly status: readonly string[];
  /** From when its journal was read, ms since the epoch; null: since the last boot. */
  readonly since: number | null;
  readonly journal: UnitJournal;
  readonly file: readonly string[];
  /** Against the newest generation with another system; null where there is none. */
  readonly difference: {
    readonly generation: string;
    readonly lines: readonly string[];
    /** Neither of the two systems has a file of the unit. */
    readonly isOfNone: boolean;
  } | null;
}

/** `getty@.service`: it runs only as its instances. */
export const isTemplate = (unit: string): boolean => /@\.[a-z]+$/.test(partsOf(unit).unit);

/** Instances that are named. */
const mostInstances = 5;

/** `there is no unit ngins.service on p510; did you mean nginx.service?`: a reason, without its full stop. */
const noSuchUnit = (unit: string, host: string, { nearest }: UnitFacts): string =>
  `there is no unit ${showUnitFailure(unit)} on ${host}${
    nearest === null ? ', and none with a name like it' : `; did you mean ${nearest}?`
  }`;

/** Systemd does not know the unit, and nothing of it is left: no failure, no line of its journal, no file of the system before. */
export const isNoUnit = ({ facts, journal, difference }: UnitDetails): boolean =>
  facts.load === 'not-found' &&
  facts.active !== 'failed' &&
  journal.kind !== 'lines' &&
  (difference === null || difference.isOfNone);

/** Why a unit is not followed; null where systemd knows it. */
export const followRefusal = (unit: string, host: string, facts: UnitFacts): string | null =>
  facts.load === 'not-found' && !isTemplate(unit) ? noSuchUnit(unit, host, facts) : null;

/** What a person must know before the rest; null where systemd knows the unit and there is nothing to say. */
const unitRemark = (unit: string, host: string, facts: UnitFacts): string | null => {
  const shown = showUnitFailure(unit);
  if (isTemplate(unit)) {
    const named = facts.instances.slice(0, mostInstances);
    const more = facts.instances.length - named.length;
    return named.length === 0
      ? `${shown} is a template, and no instance of it is loaded on ${host}.`
      : `${shown} is a template. It runs as its instances: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}. Name one of them.`;
  }
  switch (facts.load) {
    case 'not-found':
      return `${shown} has no unit file on ${host} now. What is below is left from earlier.`;
    case 'masked':
      return `${shown} is masked on ${host}: systemd starts it for nobody. To end that, remove the mask in the configuration.`;
    case 'bad-setting':
    case 'error':
      return `systemd refuses the unit file of ${shown} on ${host}${facts.loadError === null ? '' : `: ${facts.loadError}`}.`;
    default:
      return null;
  }
};

/** Why a unit cannot be restarted; null where it can. */
export const restartRefusal = (unit: string, host: string, facts: UnitFacts): string | null => {
  const shown = showUnitFailure(unit);
  if (facts.load === 'not-found') return noSuchUnit(unit, host, facts);
  if (isTemplate(unit) || (facts.load !== null && facts.load !== 'loaded'))
    return unitRemark(unit, host, facts)?.replace(/\.$/, '') ?? `systemd has not loaded ${shown}`;
  if (facts.load === null) return `${host} said nothing of ${shown}`;
  if (!facts.canStart) return `systemd on ${host} lets nobody start ${shown} by hand`;
  if (!facts.canStop && facts.active !== 'inactive' && facts.active !== 'failed')
    return `systemd on ${host} lets nobody stop ${shown} by hand`;
  return null;
};

const sinceWords = (since: number | null): string =>
  since === null
    ? 'since the last boot'
    : `since ${showMoment(since)}, just before the last change`;

/** Why nothing of a journal can be read. */
export const unreadableWords = (
  { kind }: Extract<UnitJournal, { readonly kind: 'unreadable' | 'no-journal' }>,
  unit: string,
  host: string,
): string => {
  if (kind === 'no-journal') return `${host} has no journal, or an empty one.`;
  const { user } = partsOf(unit);
  return `The login user may not read the journal ${user === null ? 'of the system' : `of user ${user}`} on ${host}: only root, and members of systemd-journal, adm or wheel, may.`;
};

const journalLines = (
  { journal, since, unit }: UnitDetails,
  host: string,
  most: number,
): readonly string[] => {
  switch (journal.kind) {
    case 'lines':
      return [
        ...(journal.isFull || journal.lines.length > most ? ['(earlier lines are left out)'] : []),
        ...journal.lines.slice(-most).map(journalText),
      ];
    case 'empty':
      return [`No line ${sinceWords(since)}.`];
    case 'no-journal':
    case 'unreadable':
      return [unreadableWords(journal, unit, host)];
  }
};

/** Status, journal (its newest lines, so many at most), unit file and its difference, as lines with headings. */
export const unitDetailsLines = (
  details: UnitDetails,
  host: string,
  most = Number.POSITIVE_INFINITY,
): readonly string[] => {
  const { unit, facts, status, since, file, difference } = details;
  if (isNoUnit(details)) {
    const remark = startSentence(noSuchUnit(unit, host, facts));
    return [facts.nearest === null ? `${remark}.` : remark];
  }
  const remark = unitRemark(unit, host, facts);
  return [
    `Status of ${showUnitFailure(unit)} on ${host}`,
    ...(remark === null ? [] : [remark]),
    ...status,
    '',
    `Journal ${sinceWords(since)}`,
    ...journalLines(details, host, most),
    '',
    'Unit file',
    ...(file.length === 0 ? ['There is none.'] : file),
    ...(difference === null
      ? []
      : [
          '',
          `Difference of the unit file since generation ${difference.generation}`,
          ...difference.lines,
        ]),
  ];
};
