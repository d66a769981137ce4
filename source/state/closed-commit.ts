import { hostList } from '../model/words/sentences.ts';
import { failedInTest } from './failed-in-test.ts';
import { testedPart } from './part-of-fleet.ts';
import type { AppState } from './state.ts';

/** Why no commit is possible before another test, and of which hosts. */
export interface ClosedCommit {
  readonly hosts: readonly string[];
  /** `closed until studio passes its test` */
  readonly why: string;
}

/** A commit needs the test of every host of this tree; null where nothing is missing. Pure. */
export const closedCommit = (app: AppState): ClosedCommit | null => {
  const { left } = testedPart(app);
  if (left.length === 0) return null;
  const failed = failedInTest(app, left);
  return failed.length === 0
    ? { hosts: left, why: `closed until every host is tested; not yet: ${hostList(left)}` }
    : {
        hosts: failed,
        why: `closed until ${hostList(failed)} ${failed.length === 1 ? 'passes its' : 'pass their'} test`,
      };
};
