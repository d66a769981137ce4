import { expect, test } from 'vitest';
import { noProgress } from '../../../source/model/build/progress.ts';
import type { BisectProgress } from '../../../source/model/causes/bisect.ts';
import type { TestCause } from '../../../source/model/causes/test-causes.ts';
import type { LockFacts } from '../../../source/model/lock/facts.ts';
import { causeMenu } from '../../../source/screen/dialogs/menu-cause.ts';
import { reduce } from '../../../source/state/reducer/reducer.ts';
import { fourHosts, noon, stateOf } from '../../fixtures/states.ts';

const cause: TestCause = {
  id: 'builder-failed|widget',
  class: 'builder-failed',
  step: 'build',
  hosts: ['p620'],
  what: 'widget does not build',
  place: null,
  derivation: null,
  tail: [],
  remedies: [
    { action: 'bisect', text: 'search', command: null },
    { action: 'retry', text: 'again', command: null },
  ],
};

const search: BisectProgress = {
  host: 'p620',
  hosts: ['p620'],
  what: cause.what,
  inputs: ['nixpkgs'],
  probes: [],
  trying: null,
  suspects: [],
  atMost: 0,
  builds: 1,
  outcome: { kind: 'searching' },
};

const lockOf = (fingerprint: string): LockFacts => ({
  kind: 'read',
  fingerprint,
  changes: [],
  inputs: [],
  copies: [],
  headline: null,
  oldText: '',
  newText: '',
});

const failed = stateOf(fourHosts, { lock: lockOf('one'), causes: [cause], searches: [search] });

test('the same lock, read again, leaves what a test found', () => {
  const after = reduce(failed, { type: 'lock-observed', lock: lockOf('one'), at: noon });
  expect(after.causes).toEqual([cause]);
  expect(after.searches).toEqual([search]);
});

test('with another lock a failure is of the earlier one, and only a test goes on from it', () => {
  const after = reduce(failed, { type: 'lock-observed', lock: lockOf('two'), at: noon });
  expect(after.searches).toEqual([]);
  expect(after.causes).toMatchObject([{ isOfEarlierLock: true }]);
  const [earlier] = after.causes;
  if (earlier === undefined) throw new Error('the cause is gone');
  const { items } = causeMenu(after, earlier, noon);
  expect(items.map(({ label, refused }) => [label, refused])).toEqual([
    ['bisect the inputs', 'the lock moved since; test again first'],
    ['test again', null],
  ]);
});

test('a search leaves the counts of the test, and nothing of its own tries', () => {
  const counts = { expected: 14, running: 0, done: 9, failed: 1 };
  const tested = { ...failed, runProgress: { ...noProgress, builds: counts } };
  const begun = reduce(tested, {
    type: 'run-started',
    run: 'r',
    goal: 'bisect',
    hosts: ['p620'],
    tree: null,
    lock: null,
    at: noon,
  });
  const trying = reduce(begun, { type: 'progress', host: 'p620', ...noProgress, at: noon });
  const found = reduce(trying, {
    type: 'bisected',
    progress: { ...search, outcome: { kind: 'found', inputs: ['nixpkgs'], isExact: true } },
    at: noon,
  });
  expect(found.runProgress?.builds).toEqual(counts);
  expect(found.hosts['p620']?.progress).toBeNull();
});
