import { expect, test } from 'vitest';
import type { LockChange } from '../../../source/model/lock/change.ts';
import { commitsOverlay } from '../../../source/screen/texts/commits.ts';
import { breakingText } from '../../../source/screen/texts/lock-lists.ts';
import { stateOf } from '../../fixtures/states.ts';

const [before, after] = ['a'.repeat(40), 'b'.repeat(40)];

const side = (owner: string, rev: string, day: string): LockChange['old'] => ({
  type: 'github',
  owner,
  repo: 'status-page',
  rev,
  lastModified: Date.parse(`${day}T12:00:00Z`) / 1_000,
});

const change: LockChange = {
  path: 'status-page',
  kind: 'repointed',
  lockedChanged: true,
  old: side('ada', before, '2026-08-02'),
  new: side('cdn', after, '2026-11-27'),
  days: null,
  compareUrl: null,
  alarms: ['owner-changed'],
  alsoMoves: [],
};

const app = stateOf([], {
  lock: {
    kind: 'read',
    fingerprint: 'fingerprint',
    changes: [change],
    inputs: [],
    copies: [],
    headline: null,
    oldText: '',
    newText: '',
  },
});

test('an input with an alarm, of which no commits can be read, tells both sides with their pages', () => {
  const overlay = commitsOverlay(app, 'status-page', false);
  expect(overlay).toMatchObject({ kind: 'text', acts: ['revert', 'open-link'] });
  const lines = overlay.kind === 'text' ? overlay.lines : [];
  expect(lines.map(({ text }) => text)).toEqual([
    'Its commits are not known here: the two sides are not of one repository.',
    '',
    'owner-changed: comes from another owner than before',
    `before aaaaaaa of 2026-08-02  https://github.com/ada/status-page/commit/${before}`,
    `now    bbbbbbb of 2026-11-27  https://github.com/cdn/status-page/commit/${after}`,
  ]);
  expect(lines.at(-1)?.link).toBe(`https://github.com/cdn/status-page/commit/${after}`);
});

test('while commits are being read nothing says that none of them breaks something', () => {
  expect(breakingText(app, true)).toEqual([]);
  expect(breakingText(app)[0]?.text).toMatch(/^Nothing was found/);
});
