import { expect, test } from 'vitest';
import type { HostOutcome, HostOutcomeStatus } from '../../source/state/run.ts';
import { doneWords, nothingTakenBack, nothingToCommit } from '../../source/state/run-ending.ts';

const ended = (...statuses: readonly HostOutcomeStatus[]): readonly HostOutcome[] =>
  statuses.map((status) => ({ status, from: null, to: null, generation: null, reason: null }));

test.each([
  [2, ['succeeded', 'unchanged'], 'Updated, deployed, verified and committed as 1'],
  [0, ['succeeded'], 'Deployed, verified and committed as 1'],
  [3, ['unchanged', 'skipped'], 'Updated, verified and committed as 1'],
  [0, ['unchanged', 'pending'], 'Verified and committed as 1'],
] as const)('with %i inputs moved and hosts %j a commit is told as: %s', (moved, statuses, words) => {
  expect(doneWords({ moved, outcomes: ended(...statuses) }, 'committed as 1')).toBe(words);
});

test.each([
  [
    0,
    ['unchanged'],
    false,
    'Nothing to deploy and nothing to commit: every host that answered runs what the committed lock says',
  ],
  [0, ['unchanged', 'skipped'], true, 'Nothing was deployed, and the lock is unchanged'],
  [
    0,
    ['succeeded', 'succeeded', 'unchanged'],
    false,
    'Deployed and verified: 2 hosts got what the flake says now; nothing to commit, the lock is unchanged',
  ],
] as const)('with %i inputs moved and hosts %j (gated: %s) a lock as committed is told as: %s', (moved, statuses, isGated, words) => {
  expect(nothingToCommit({ moved, outcomes: ended(...statuses), isGated })).toBe(words);
});

test.each([
  [['unhealthy', 'failed'], 'Nothing was rolled back.'],
  [['succeeded', 'rolledBack'], 'Nothing else was rolled back.'],
] as const)('hosts that ended %j: %s', (statuses, words) => {
  expect(nothingTakenBack(ended(...statuses))).toBe(words);
});
