import { expect, test } from 'vitest';
import { commitUnderCursor } from '../../source/screen/reducer/commits.ts';
import { messageOf } from '../../source/screen/texts/commits.ts';
import { type Keys, openKeys } from '../support/keys.ts';

const listOf = (keys: Keys) => {
  const { overlay } = keys.ui();
  if (overlay?.kind !== 'commits') throw new Error(`no list of commits but ${overlay?.kind}`);
  return overlay;
};

/** The cursor of the lock on this input, and its commits open. */
const commitsOf = async (input: string): Promise<Keys> => {
  const keys = await openKeys();
  await keys.press('u', '2', '/', ...input, 'enter', 'enter');
  return keys;
};

test('the commits of an input are a list, with author, message, hash and page', async () => {
  const keys = await commitsOf('stylix');
  expect(listOf(keys).subjects).toHaveLength(11);
  expect(listOf(keys).subjects.every(({ author }) => author !== undefined)).toBe(true);
  await keys.press('j', 'j');
  const commit = commitUnderCursor(listOf(keys));
  expect(commit).toBe(listOf(keys).subjects[2]);
  await keys.press('enter');
  expect(listOf(keys).isOpen).toBe(true);
  if (commit === undefined) throw new Error('no commit');
  expect(messageOf(commit, listOf(keys).messages)).toMatch(/^treewide: format with nixfmt\n\nSee/);
  await keys.press('y');
  expect(keys.toast()).toContain('copied: hash');
  await keys.press('o');
  expect(keys.toast()).toBe(
    `opened https://github.com/nix-community/stylix/commit/${commit.revision}`,
  );
  // Esc closes the message, and then the list.
  await keys.press('escape');
  expect(listOf(keys).isOpen).toBe(false);
  await keys.press('escape');
  expect(keys.ui().overlay).toBeNull();
});

test('the message of a commit that git has is read when somebody opens it', async () => {
  const keys = await commitsOf('secrets');
  const commit = commitUnderCursor(listOf(keys));
  if (commit === undefined) throw new Error('no commit');
  expect(messageOf(commit, listOf(keys).messages)).toBeNull();
  await keys.press('enter');
  expect(messageOf(commit, listOf(keys).messages)).toContain('\n\n');
});

test('a search leads from commit to commit', async () => {
  const keys = await commitsOf('stylix');
  await keys.press('/', ...'BREAKING', 'enter');
  expect(commitUnderCursor(listOf(keys))?.subject).toContain('BREAKING');
  const first = listOf(keys).cursor;
  await keys.press('n');
  expect(commitUnderCursor(listOf(keys))?.subject).toContain('BREAKING');
  expect(listOf(keys).cursor).not.toBe(first);
});
