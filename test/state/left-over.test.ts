import { expect, test } from 'vitest';
import { leftMenu } from '../../source/screen/dialogs/menu-left.ts';
import { countLeft, leftOvers, leftShort, leftWords } from '../../source/state/left-over.ts';
import type { Stages } from '../../source/state/stage.ts';
import type { AppState } from '../../source/state/state.ts';
import { hostOf, noon, stateOf } from '../fixtures/states.ts';

const passed = { kind: 'passed', evidence: 'seen', at: noon } as const;

const allPassed: Stages = {
  check: passed,
  update: passed,
  review: passed,
  test: passed,
  deploy: passed,
  verify: passed,
  commit: passed,
  watch: passed,
};

const closedWith = (stages: Partial<Stages>, more: Partial<AppState> = {}): AppState => ({
  ...stateOf([hostOf('p620')]),
  lock: { kind: 'absent' },
  ...more,
  stages: { ...allPassed, ...stages },
});

const wordsOf = (app: AppState): readonly string[] =>
  leftOvers(app)
    .filter(({ kind }) => kind !== 'not-deployed')
    .map(leftWords);

const skipped = (reason: string) => ({ kind: 'skipped', reason }) as const;

test.each([
  ['check', skipped('2 failed: disk, backup'), 'check closed: 2 failed: disk, backup'],
  [
    'update',
    skipped('nixpkgs could not be fetched'),
    'update closed: nixpkgs could not be fetched',
  ],
  ['verify', skipped('nginx failed'), 'verify closed: nginx failed'],
  ['watch', skipped('it was not done'), 'watch closed: it was not done'],
] as const)('a %s that a person closed before it was done is left', (stage, state, words) => {
  const app = closedWith({ [stage]: state });
  expect(wordsOf(app)).toEqual([words]);
  expect(leftMenu(app, leftOvers(app), 0).items.map(({ id }) => id)).toContain(`closed-${stage}`);
});

test('an image that failed its test is left, and so is one that was not tested', () => {
  const image = hostOf('installer');
  const asImage = {
    ...image,
    entry: { ...image.entry, role: { kind: 'build-only', reason: 'an image' } as const },
    expectation: { kind: 'unknown' } as const,
  };
  const app = {
    ...stateOf([hostOf('p620'), asImage]),
    lock: { kind: 'absent' } as const,
    stages: { ...allPassed, test: skipped('installer failed; 1 of 2 hosts is built') },
  };
  expect(wordsOf(app)).toEqual(['installer not tested']);
  const [left] = leftOvers(app).filter(({ kind }) => kind === 'not-tested');
  expect(left === undefined ? '' : leftShort(left)).toBe('1 not tested');
});

test('a commit that waits in an open request is left until it is merged', () => {
  const url = 'https://example.org/pulls/7';
  const app = closedWith({}, { waitingRequests: [{ url, revision: 'a1b2', into: 'main' }] });
  const left = leftOvers(app).filter(({ kind }) => kind === 'request');
  expect(left.map(leftWords)).toEqual(['request #7 not merged']);
  expect(countLeft(left)).toBe(1);
  expect(leftMenu(app, left, 0).items).toMatchObject([
    { label: 'open the page of request #7', wish: { kind: 'open-page', url } },
  ]);
});
