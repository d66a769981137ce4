import type { Goal } from './run.ts';

/** `an update`, `a test`. */
export const aRun = (goal: Goal, article: 'a' | 'A' = 'a'): string =>
  /^[aeiou]/.test(goal) ? `${article}n ${goal}` : `${article} ${goal}`;
