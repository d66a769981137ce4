import { expect, test } from 'vitest';
import type { LockChange } from '../../source/model/lock/change.ts';
import { reviewAfter, reviewed } from '../../source/state/review.ts';

const change = (path: string, alarms: LockChange['alarms'] = []): LockChange => ({
  path,
  kind: 'updated',
  lockedChanged: true,
  old: null,
  new: null,
  alarms,
  alsoMoves: [],
  days: null,
  compareUrl: null,
});

const changes = [change('nixpkgs'), change('status-page', ['owner-changed'])];

test('a run without a person claims no review, and names the alarms', () => {
  expect(reviewed(changes, 'nobody', 1)).toEqual({
    kind: 'skipped',
    reason: 'not looked at, headless: 2 changed inputs · 1 alarm: status-page (owner-changed)',
  });
});

test('a person passes the review, and the alarms stay in its evidence', () => {
  expect(reviewed(changes, 'person', 1)).toMatchObject({
    kind: 'passed',
    evidence: '2 changed inputs were looked at · 1 alarm: status-page (owner-changed)',
  });
});

test('one input is one input', () => {
  expect(reviewed([change('nixpkgs')], 'person', 1)).toMatchObject({
    evidence: '1 changed input was looked at',
  });
});

test('a review stays where something was only taken away, and where that comes again', () => {
  const review = reviewed(changes, 'person', 1);
  const [first, second] = changes;
  if (first === undefined || second === undefined) throw new Error('two changes');
  const less = reviewAfter(review, [first]);
  expect(less).toMatchObject({ kind: 'passed', evidence: '1 changed input was looked at', at: 1 });
  if (less === null) throw new Error('it was reviewed');
  expect(reviewAfter(less, changes)).toMatchObject({ kind: 'passed' });
});

test.each<[string, readonly LockChange[]]>([
  ['another input moved', [...changes, change('musnix')]],
  [
    'an input moved elsewhere',
    [
      {
        ...change('nixpkgs'),
        kind: 'added' as const,
        old: null,
        days: 3,
        original: { old: null, new: { type: 'github' } },
      },
    ],
  ],
  ['nothing is left', []],
])('a review does not stay where %s', (_, now) => {
  expect(reviewAfter(reviewed(changes, 'person', 1), now)).toBeNull();
  expect(reviewAfter(reviewed(changes, 'nobody', 1), now)).toBeNull();
});
