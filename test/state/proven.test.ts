import { expect, test } from 'vitest';
import { inferStages } from '../../source/state/proven.ts';
import type { AppState } from '../../source/state/state.ts';
import { expectedOf, hostOf, noon, stateOf } from '../fixtures/states.ts';

const head = 'f'.repeat(40);

/** A lock that was tested and committed; the first host may run it already. */
const committed = (revision: string, running = '3980'): AppState => {
  const { git, lock, ...known } = stateOf([
    hostOf('p620', { expectation: expectedOf('p620', running === '3980' ? '4193' : '3980', noon) }),
    hostOf('razer', { expectation: expectedOf('razer', '4193', noon) }),
  ]);
  if (git === null || lock.kind !== 'read') throw new Error('no tree');
  return {
    ...known,
    git: { ...git, dirty: [] },
    lock: { ...lock, changes: [] },
    madeCommits: [{ revision, deed: 'commit', at: noon - 60_000 }],
  };
};

const proven = (state: AppState): readonly string[] =>
  inferStages(state, noon).map(([name, { kind }]) => `${name} ${kind}`);

test('after the commit of a tested lock the steps up to the commit stay done, and the deploy is left', () => {
  expect(proven(committed(head))).toEqual([
    'update passed',
    'review passed',
    'test passed',
    'commit passed',
  ]);
  const words = inferStages(committed(head), noon).map(([, state]) => state);
  expect(words[2]).toMatchObject({ evidence: '2 toplevels built and valid for exactly this tree' });
});

test('a commit that nixup did not make proves nothing, nor one that a host runs already', () => {
  expect(proven(committed('e'.repeat(40)))).toEqual([]);
  expect(proven(committed(head, '4193'))).toEqual([]);
});
