import { expect, test } from 'vitest';
import {
  isMoveOf,
  movesBetween,
  readInputQuestion,
} from '../../../source/model/past/input-moves.ts';
import { github, lockOf } from '../../support/lock-samples.ts';

test('inputs with another revision, new ones and those that are gone are moves; others are not', () => {
  const before = lockOf({ a: github('o/a', '1'), b: github('o/b', '1'), c: github('o/c', '1') });
  const now = lockOf({ a: github('o/a', '2'), b: github('o/b', '1'), d: github('o/d', '5') });
  const moves = movesBetween(before, now);
  expect(moves.map(({ input, from, to }) => [input, from === null, to === null])).toEqual([
    ['a', false, false],
    ['c', false, true],
    ['d', true, false],
  ]);
  expect(moves[0]?.from).not.toBe(moves[0]?.to);
});

test('a move has the alarms of its change', () => {
  const before = lockOf({ a: github('o/a', '1'), b: github('o/b', '1') });
  const now = lockOf({ a: github('other/a', '2'), b: github('o/b', '2') });
  expect(movesBetween(before, now).map(({ input, alarms }) => [input, alarms])).toEqual([
    ['a', ['owner-changed']],
    ['b', undefined],
  ]);
});

const move = { input: 'nixpkgs', from: 'aaaa1111', to: 'bbbb2222' };

test.each([
  ['nixpkgs', true],
  ['nixpkgs@bbbb', true],
  ['nixpkgs BBBB2222', true],
  ['nixpkgs@aaaa', false],
  ['@bbbb2', true],
  ['home-manager', false],
])('a move of nixpkgs from aaaa1111 to bbbb2222 is asked for by %s: %s', (text, is) => {
  expect(isMoveOf(move, readInputQuestion(text))).toBe(is);
});
