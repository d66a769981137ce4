import type { Key } from 'ink';
import { expect, test } from 'vitest';
import { readKeys, textOfKey } from '../source/keys.ts';

const none: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

for (const [input, flags, keys] of [
  ['jjj', {}, ['j', 'j', 'j']],
  ['gg\r', {}, ['g', 'g', 'enter']],
  ['\u0004\u0015', {}, ['^d', '^u']],
  [':/', {}, [':', '/']],
  ['G', { shift: true }, ['G']],
  [' ', {}, ['space']],
  ['', { return: true }, ['enter']],
  ['', { tab: true, shift: true }, ['shift-tab']],
  ['d', { ctrl: true }, ['^d']],
  ['j', { meta: true }, ['escape', 'j']],
  ['', {}, []],
] as const)
  test(`${JSON.stringify(input)} ${JSON.stringify(flags)} is ${keys.join(' ')}`, () => {
    expect(readKeys(input, { ...none, ...flags })).toEqual(keys);
  });

test('only characters are text', () => {
  expect(['a', 'space', 'enter', '^d', 'up'].map(textOfKey)).toEqual([
    'a',
    ' ',
    undefined,
    undefined,
    undefined,
  ]);
});
