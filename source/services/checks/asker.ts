import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type {
  CheckAnswer,
  CheckAsk,
  CheckOrder,
  OwnCheckKind,
} from '../../model/host/own-checks.ts';
import type { Result } from '../../model/result.ts';
import type { SeriesAnswer } from '../../parsers/board/prometheus.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import { redact } from '../../parsers/redact.ts';
import { isLostContact, type RunOnHost } from '../ssh/run.ts';
import type { World } from '../world/world.ts';

/** What a check asks with. */
export interface CheckTools {
  readonly world: Pick<World, 'exec' | 'files' | 'http' | 'clock'>;
  /** Null where no host can be asked. */
  readonly run: RunOnHost | null;
  /** Asks the Prometheus of `[monitoring]`; null where none is set up. */
  readonly query:
    | ((expression: string, at: number, limitMs?: number) => Promise<Result<SeriesAnswer, Failure>>)
    | null;
}

/** For whom a check is asked. */
export interface CheckPlace {
  /** Null for a check of the fleet. */
  readonly entry: HostEntry | null;
  /** The flake's folder. */
  readonly flake: string;
}

export type AskCheck<Kind extends OwnCheckKind> = (
  tools: CheckTools,
  ask: CheckAsk<Kind>,
  order: CheckOrder,
  place: CheckPlace,
) => Promise<CheckAnswer>;

export const passed = (words: string): CheckAnswer => ({ kind: 'passed', words });
export const notPassed = (words: string): CheckAnswer => ({ kind: 'failed', words });
/** The check itself is wrong, and not what it asks. */
export const misconfigured = (words: string): CheckAnswer => ({
  kind: 'failed',
  words,
  isMistake: true,
});
/** No answer within the check's own limit. */
export const late = (words: string): CheckAnswer => ({ kind: 'failed', words, isLate: true });
export const unasked = (words: string): CheckAnswer => ({ kind: 'unasked', words });

/** A program on a host that did not come to an end tells nothing: its own limit is shorter, and it would say so. */
const isUntold = (failure: Failure): boolean =>
  isLostContact(failure) || failure.code === 'command-timeout';

/** What a check answers whose program could not be run; `before` stands before the reason. */
export const withoutRun = (
  { from }: Pick<CheckOrder, 'from'>,
  failure: Failure,
  before: { readonly unasked: string; readonly failed: string },
): CheckAnswer => {
  const { what } = explain(failure);
  return from === 'host' && isUntold(failure)
    ? unasked(`${before.unasked}${what}`)
    : notPassed(`${before.failed}${what}`);
};

/** What a check answers whose server gave no answer. */
export const withoutAnswer = (failure: Failure): CheckAnswer => {
  const { what } = explain(failure);
  if (failure.code !== 'http-failed' || failure.unheard === undefined) return notPassed(what);
  return failure.unheard === 'late' ? late(what) : unasked(what);
};

/** What a check answers that got no connection, by what bash or curl said of it on the machine that asks. */
export const withoutConnection = (said: string, words: string): CheckAnswer => {
  if (/timed out|No route to host/.test(said)) return late(words);
  // The question did not leave that machine.
  return /Network is unreachable|Temporary failure in name resolution/.test(said)
    ? unasked(words)
    : notPassed(words);
};

/** Characters of what a program or server said that a sentence takes. */
const longestWords = 200;

/** The last line of it, safe to be shown; null where it said nothing. */
export const lastWords = (lines: readonly string[]): string | null => {
  const said = lines.map((line) => redact(cleanLine(line)).trim()).findLast((line) => line !== '');
  if (said === undefined) return null;
  return said.length > longestWords ? `${said.slice(0, longestWords)}…` : said;
};

/** The time that a check may take, as programs take it: whole seconds. */
export const limitSecondsOf = ({ timeoutMs }: CheckOrder): number =>
  Math.max(1, Math.ceil(timeoutMs / 1000));
