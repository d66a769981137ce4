import type { RunSummary } from './run.ts';

/**
 * The newest commit that a run of nixup made and that no later run took back;
 * null where there is none. A rollback that made a commit took back the newest
 * one before it: reverting that again would go forward. Newest first. Pure.
 */
export const lastCommitOf = (history: readonly RunSummary[]): string | null => {
  let takenBack = 0;
  for (const { goal, ending } of history) {
    const commit = ending?.result.commit ?? null;
    if (commit === null) continue;
    if (goal === 'rollback') takenBack += 1;
    else if (takenBack > 0) takenBack -= 1;
    else return commit;
  }
  return null;
};
