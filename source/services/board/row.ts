import type { CheckGroup, CheckRow } from '../../model/board/board.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';

/** A question of the board before it is answered. */
export interface Question {
  readonly id: string;
  readonly group: CheckGroup;
  readonly label: string;
}

/** Makes the questions of a group: `git.branch`. */
export const questionOf =
  (group: CheckGroup) =>
  (name: string, label: string): Question => ({ id: `${group}.${name}`, group, label });

/** The row of a question that failed: what happened, and what to do next. */
export const failureRow = (
  question: Question,
  failure: Failure,
  state: 'red' | 'warning' = 'red',
): CheckRow => {
  const { what, next, tail } = explain(failure);
  return { ...question, state, evidence: what, remedy: next, detail: tail };
};

/** `a, b and 3 more`. */
export const someOf = (names: readonly string[], most = 3): string =>
  names.length <= most + 1
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
