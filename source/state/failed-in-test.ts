import { memoByObject } from '../model/memo.ts';
import type { AppState } from './state.ts';

/** Hosts of which a test of the lock as it is failed: for as long as the causes stay the same. */
const failedHosts = memoByObject(
  (causes: AppState['causes']): ReadonlySet<string> =>
    new Set(
      causes.flatMap(({ hosts, isOfEarlierLock }) => (isOfEarlierLock === true ? [] : hosts)),
    ),
);

/** Of these hosts, those for which a test of the lock as it is failed. Pure. */
export const failedInTest = (app: AppState, names: readonly string[]): readonly string[] => {
  const failed = failedHosts(app.causes);
  return failed.size === 0 ? [] : names.filter((name) => failed.has(name));
};
