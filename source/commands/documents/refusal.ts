import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { adviceLine } from '../../model/words/advice.ts';

/** Why a question has no answer. */
export interface AnswerError {
  /** The stable code of the failure; `command-line` for a command line that is wrong, `crash` for a mistake of nixup. */
  readonly code: string;
  readonly what: string;
  /** What to do next. */
  readonly next: string;
}

/** What `--json` prints in place of an answer. */
interface RefusalDocument {
  readonly version: 1;
  readonly ok: false;
  readonly exitCode: number;
  /** All of them in one sentence. */
  readonly reason: string;
  readonly errors: readonly AnswerError[];
}

export const refusalDocument = (
  exitCode: number,
  errors: readonly AnswerError[],
): RefusalDocument => ({
  version: 1,
  ok: false,
  exitCode,
  reason: errors.map(({ what }) => what).join(' '),
  errors,
});

export const refusalsOf = (failures: readonly Failure[]): readonly AnswerError[] =>
  failures.map((failure) => {
    const { what, next } = explain(failure);
    return { code: failure.code, what, next: adviceLine(next) };
  });
