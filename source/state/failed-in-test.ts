import type { AppState } from './state.ts';

/** Of these hosts, those for which a test of the lock as it is failed. Pure. */
export const failedInTest = (app: AppState, names: readonly string[]): readonly string[] =>
  names.filter((name) =>
    app.causes.some(
      ({ hosts, isOfEarlierLock }) => isOfEarlierLock !== true && hosts.includes(name),
    ),
  );
