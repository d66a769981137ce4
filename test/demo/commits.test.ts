import { expect, test } from 'vitest';
import { commitUnderCursor } from '../../source/screen/reducer/commits.ts';
import { commitOfText } from '../../source/screen/reducer/text-cursor.ts';
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

const textOf = (keys: Keys) => {
  const { overlay } = keys.ui();
  if (overlay?.kind !== 'text') throw new Error(`no text but ${overlay?.kind}`);
  return overlay;
};

test('what may break has a cursor, and leads to its commits and back', async () => {
  const keys = await openKeys();
  await keys.press('u', '2', 'b');
  const [first, second, ...more] = textOf(keys).lines.flatMap(({ commit }) => commit ?? []);
  const last = more.at(-1);
  if (second === undefined) throw new Error('fewer than two commits');
  expect(commitOfText(textOf(keys))).toBe(first);
  await keys.press('j');
  expect(commitOfText(textOf(keys))).toBe(second);
  await keys.press('y');
  expect(keys.toast()).toContain('copied: hash');
  await keys.press('o');
  expect(keys.toast()).toContain(`/commit/${second.revision}`);
  await keys.press('enter');
  expect(listOf(keys)).toMatchObject({ path: second.path, isOpen: true });
  expect(commitUnderCursor(listOf(keys))?.revision).toBe(second.revision);
  await keys.press('escape', 'escape');
  expect(commitOfText(textOf(keys))).toBe(second);
  await keys.press('G');
  expect(commitOfText(textOf(keys))).toBe(last);
  // Beyond the last one the text scrolls, as far as it is longer than the window.
  await keys.press('j');
  expect(commitOfText(textOf(keys))).toBe(last);
  await keys.press('/', ...'22687a3', 'enter');
  expect(commitOfText(textOf(keys))?.revision).toMatch(/^22687a3/);
  await keys.press('escape');
  expect(keys.ui().overlay).toBeNull();
});
