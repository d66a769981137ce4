import { expect, test } from 'vitest';
import { waysBack } from '../../../source/commands/program/result-text.ts';
import type { HostOutcome, HostOutcomeStatus } from '../../../source/state/run.ts';

const outcome = (status: HostOutcomeStatus): HostOutcome => ({
  status,
  from: null,
  to: null,
  generation: null,
  reason: null,
});

test('each unhealthy host comes with the command that takes it back, the others with nothing', () => {
  const lines = waysBack({
    ok: false,
    exitCode: 5,
    hosts: {
      p620: outcome('succeeded'),
      razer: outcome('unhealthy'),
      p510: outcome('rolledBack'),
      samsung: outcome('pending'),
    },
    commit: null,
    build: null,
    summary: '',
  });
  expect(lines).toEqual([
    'razer is unhealthy. Back to the system it ran before: nixup rollback razer',
  ]);
});
