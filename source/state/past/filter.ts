import { type InputQuestion, isMoveOf, readInputQuestion } from '../../model/past/input-moves.ts';
import { parseDuration } from '../../model/words/durations.ts';
import { includes } from '../../model/words/filter-text.ts';
import { isDay, showDate, showMoment } from '../../model/words/format-time.ts';
import type { RunLine, RunSummary } from '../run.ts';
import { goalWord } from '../run-words.ts';

/** Which runs are looked for; each part narrows further. */
export interface RunFilter {
  /** One of these; empty: any. */
  readonly hosts: readonly string[];
  readonly inputs: readonly InputQuestion[];
  /** Runs that moved a package, by their ids; null: any. */
  readonly runs: ReadonlySet<string> | null;
  /** Ms since the epoch; null: any. */
  readonly since: number | null;
  /** Runs before it. */
  readonly until: number | null;
}

/** Hosts that it was to reach, and that it ended for, in small letters. */
export const hostsOfRun = ({ hosts, ending }: RunSummary): ReadonlySet<string> =>
  new Set([...hosts, ...Object.keys(ending?.result.hosts ?? {})].map((name) => name.toLowerCase()));

/** Words of the last sentence of a run, in small letters: a refusal names its host there alone. */
export const wordsOfRun = ({ ending }: RunLine): readonly string[] =>
  (ending?.result.summary.split(/[^\w.-]+/) ?? []).map((word) =>
    word.replace(/[.-]+$/, '').toLowerCase(),
  );

const namedBy = (run: RunSummary): ReadonlySet<string> =>
  new Set([...hostsOfRun(run), ...wordsOfRun(run)]);

/** Whether a run had to do with one of these hosts, or says something of it; capitals do not count. */
export const concerns = (run: RunSummary, names: readonly string[]): boolean => {
  const named = namedBy(run);
  return names.some((name) => named.has(name.toLowerCase()));
};

/** Whether a run moved an input as it is asked. */
const movedInput = ({ inputs = [] }: RunSummary, question: InputQuestion): boolean =>
  inputs.some((move) => isMoveOf(move, question));

export const isSought = (run: RunSummary, filter: RunFilter): boolean =>
  (filter.hosts.length === 0 || concerns(run, filter.hosts)) &&
  filter.inputs.every((question) => movedInput(run, question)) &&
  (filter.runs === null || filter.runs.has(run.id)) &&
  (filter.since === null || run.startedAt >= filter.since) &&
  (filter.until === null || run.startedAt < filter.until);

const dayMs = 86_400_000;

/**
 * A day (`2026-11-20`, in UTC as the history shows times), an age (`7d`, `36h`), `today` or
 * `yesterday`; null where it is none. `end`: the end of that day.
 */
export const readMoment = (text: string, now: number, end = false): number | null => {
  const today = Math.floor(now / dayMs) * dayMs;
  const later = end ? dayMs : 0;
  if (text === 'today') return today + later;
  if (text === 'yesterday') return today - dayMs + later;
  if (isDay(text)) return Date.parse(`${text}T00:00:00Z`) + later;
  const age = parseDuration(text);
  return age === null ? null : now - age;
};

/** All that a person may look for in a run by typing: hosts, inputs, days, who, lock, commit, outcome. */
const textOf = (run: RunSummary): string =>
  [
    run.id,
    goalWord(run),
    showDate(run.startedAt),
    showMoment(run.startedAt),
    run.by ?? '',
    run.lock ?? '',
    ...run.hosts,
    ...(run.inputs ?? []).flatMap(({ input, to }) => [input, to ?? '']),
    ...Object.keys(run.ending?.result.hosts ?? {}),
    run.ending?.result.commit ?? '',
    run.ending?.result.summary ?? '',
  ].join(' ');

/** What follows `package:` in what is typed, to its end; null where no package is asked for. */
export const packageIn = (filter: string): string | null =>
  /(?:^|\s)(?:package|pkg):\s*(.+)$/.exec(filter.trim())?.[1]?.trim() ?? null;

const wordsOf = (filter: string): readonly string[] =>
  filter
    .replace(/(?:^|\s)(?:package|pkg):.*$/, '')
    .split(/\s+/)
    .filter((word) => !/^!?$/.test(word));

/** The runs that moved a package, as it was asked. */
export interface PackageRuns {
  readonly asked: string;
  readonly runs: readonly string[];
}

/** What a typed filter is read against. */
export interface TypedAgainst {
  readonly found: PackageRuns | null;
  /** The hosts of each tag, in small letters. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** Ms since the epoch. */
  readonly now: number;
}

/** What a person may write before a colon in the filter of the history. */
const forms = ['host', 'input', 'day', 'since', 'until'] as const;

const readForm = (word: string) => {
  const name = forms.find((form) => word.startsWith(`${form}:`));
  return name === undefined ? null : { name, value: word.slice(name.length + 1) };
};

const isOnDay = ({ startedAt }: RunSummary, day: string, now: number): boolean => {
  const [from, to] = [readMoment(day, now), readMoment(day, now, true)];
  // What is typed is not whole at first: `2026-11` are the days of that month.
  return from === null || to === null || to === from
    ? showDate(startedAt).startsWith(day)
    : startedAt >= from && startedAt < to;
};

const fitsWord = (run: RunSummary, word: string, { tags, now }: TypedAgainst): boolean => {
  const form = readForm(word.toLowerCase());
  switch (form?.name) {
    case 'host':
      return concerns(run, form.value.split(','));
    case 'input':
      return movedInput(run, readInputQuestion(word.slice('input:'.length)));
    case 'day':
      return isOnDay(run, form.value, now);
    case 'since': {
      const since = readMoment(form.value, now);
      return since !== null && run.startedAt >= since;
    }
    case 'until': {
      const until = readMoment(form.value, now, true);
      return until !== null && run.startedAt < until;
    }
    case undefined: {
      const tagged = tags.get(word.toLowerCase());
      if (tagged !== undefined) return concerns(run, tagged);
      return (
        includes(textOf(run), word) || (/@./.test(word) && movedInput(run, readInputQuestion(word)))
      );
    }
  }
};

/**
 * Whether a run fits what a person typed: every word of it (`!word`: not that one), and the package
 * that is asked for at its end.
 */
export const fitsTyped = (run: RunSummary, filter: string, against: TypedAgainst): boolean => {
  const asked = packageIn(filter);
  const { found } = against;
  if (asked !== null && (found?.asked !== asked || !found.runs.includes(run.id))) return false;
  return wordsOf(filter).every((word) =>
    word.startsWith('!') ? !fitsWord(run, word.slice(1), against) : fitsWord(run, word, against),
  );
};
