import { expect, test } from 'vitest';
import type { LockChange } from '../../../source/model/lock/change.ts';
import { releasePage } from '../../../source/model/lock/pages.ts';
import { git, only } from '../../support/lock-changes.ts';
import { github, revision } from '../../support/lock-samples.ts';

const taken = (ref: string): LockChange =>
  only(github('o/r', 'a', { ref: 'v1.0' }), github('o/r', 'b', { ref }));

test.each([
  ['v1.2', 'https://github.com/o/r/releases/tag/v1.2'],
  ['1.2.3', 'https://github.com/o/r/releases/tag/1.2.3'],
  ['refs/tags/stable', 'https://github.com/o/r/releases/tag/stable'],
  ['26.05', null],
  ['nixos-26.05', null],
  ['2.20-maintenance', null],
])('of an input that is taken to %s the release is at %s', (ref, page) => {
  expect(releasePage(taken(ref), [])).toBe(page);
});

test('a release that a person chose has its page, on the forge that it is on', () => {
  const chosen = {
    revision: revision('b'),
    wish: 'v2.0',
    date: null,
    branch: null,
    onBranch: null,
    tip: null,
  };
  const gitlab = only(git('https://gitlab.com/o/r', 'a'), git('https://gitlab.com/o/r', 'b'));
  expect(releasePage({ ...gitlab, chosen }, [])).toBe('https://gitlab.com/o/r/-/releases/v2.0');
  const cgit = only(git('https://example.org/r', 'a'), git('https://example.org/r', 'b'));
  expect(releasePage({ ...cgit, chosen }, [])).toBeNull();
});

test('of an input that follows a branch it is the file in which notes were found, as it is now', () => {
  const file = 'nixos/doc/manual/release-notes/rl-2605.section.md';
  const moved = only(github('o/r', 'a'), github('o/r', 'b'));
  expect(releasePage(moved, [{ file }])).toBe(
    `https://github.com/o/r/blob/${revision('b')}/${file}`,
  );
  expect(releasePage(moved, [])).toBeNull();
});
