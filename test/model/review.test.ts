import { expect, test } from 'vitest';
import type { LockChange } from '../../source/model/lock.ts';
import { reviewed } from '../../source/model/review.ts';

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
