import { expect, test } from 'vitest';
import type { HostActivation } from '../../../source/model/host/last-activations.ts';
import { activationWords } from '../../../source/state/past/activation-end.ts';
import type { Goal, HostOutcomeStatus, RunSummary } from '../../../source/state/run.ts';
import { noon } from '../../fixtures/states.ts';
import { outcome, result, toplevel } from '../../support/fake-program.ts';

const older = toplevel('p620', 'a');
const newer = toplevel('p620');

const kept = (changes: Partial<HostActivation>): HostActivation => ({
  at: noon - 7_200_000,
  by: 'anna@desk',
  run: 'r1',
  from: older,
  to: newer,
  lock: null,
  result: 'committed',
  ...changes,
});

const runOf = (goal: Goal, status: HostOutcomeStatus): RunSummary => ({
  id: 'r1',
  goal,
  startedAt: noon - 7_300_000,
  hosts: ['p620'],
  ending: { at: noon - 7_200_000, result: result({ hosts: { p620: outcome(status) } }) },
});

const back = kept({ from: newer, to: older });
const forth = kept({ result: 'kept' });

// A host keeps the way back of a deploy as `committed`, as it keeps a deploy.
test.each<[string, HostActivation, readonly RunSummary[], readonly HostActivation[], string]>([
  ['a deploy', forth, [runOf('deploy', 'succeeded')], [forth], 'deployed'],
  ['a deploy of a run that is not known', forth, [], [forth], 'deployed'],
  ['the way back of a deploy', back, [runOf('deploy', 'rolledBack')], [back], 'rolled back'],
  ['the way back in a run that is not known', back, [], [forth, back], 'rolled back'],
  ['a rollback', back, [runOf('rollback', 'rolledBack')], [back], 'rolled back'],
  ['what was reverted', kept({ result: 'reverted' }), [], [], 'a deploy ended with "reverted"'],
])('%s is told as what it was', (_, one, history, activations, words) => {
  expect(activationWords(one, 'p620', { history, activations }, noon)).toBe(
    `${words} 2 h ago by anna@desk`,
  );
});
