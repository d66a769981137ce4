import { type InputQuestion, isMoveOf } from '../../model/past/input-moves.ts';
import { parseDuration } from '../../model/words/durations.ts';
import { includes } from '../../model/words/filter-text.ts';
import { isDay, showDate, showMoment } from '../../model/words/format-time.ts';
import type { RunSummary } from '../run.ts';

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

/** Whether a run had to do with one of these hosts. */
export const concerns = ({ hosts, ending }: RunSummary, names: readonly string[]): boolean =>
  names.some((name) => hosts.includes(name) || ending?.result.hosts[name] !== undefined);

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
    run.goal,
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

/** What follows `package:` in what is typed; null where no package is asked for. */
export const packageIn = (filter: string): string | null =>
  /^(?:package|pkg):\s*(.+)$/.exec(filter.trim())?.[1]?.trim() ?? null;

/** The runs that moved a package, as it was asked. */
export interface PackageRuns {
  readonly asked: string;
  readonly runs: readonly string[];
}

/** Whether a run fits what a person typed: every word of it, or the package that is asked for. */
export const fitsText = (run: RunSummary, filter: string, found: PackageRuns | null): boolean => {
  const asked = packageIn(filter);
  if (asked !== null) return found?.asked === asked && found.runs.includes(run.id);
  const text = textOf(run);
  return filter
    .trim()
    .split(/\s+/)
    .every((word) => includes(text, word));
};
