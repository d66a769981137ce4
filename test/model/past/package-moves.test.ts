import { expect, test } from 'vitest';
import type { PackageChange } from '../../../source/model/packages/packages.ts';
import {
  groupMoves,
  isPackageMove,
  moveWords,
  type PackageMove,
  readPackageQuestion,
} from '../../../source/model/past/package-moves.ts';

test.each([
  ['openssl', { name: 'openssl', version: null }],
  ['openssl 3.5.2', { name: 'openssl', version: '3.5.2' }],
  ['openssl@3.5.2', { name: 'openssl', version: '3.5.2' }],
  ['openssl-3.5.2', { name: 'openssl', version: '3.5.2' }],
  ['gtk+3-3.24.49', { name: 'gtk+3', version: '3.24.49' }],
  ['python3.13-requests-2.32.4', { name: 'python3.13-requests', version: '2.32.4' }],
  ['linux v6.18.1', { name: 'linux', version: '6.18.1' }],
  ['  x264  ', { name: 'x264', version: null }],
])('%s asks for %o', (text, question) => {
  expect(readPackageQuestion(text)).toEqual(question);
});

const move = (over: Partial<PackageMove>): PackageMove => ({
  name: 'openssl',
  kind: 'upgraded',
  old: ['3.5.1'],
  new: ['3.5.2'],
  ...over,
});

test.each<[string, PackageMove, boolean]>([
  ['openssl', move({}), true],
  ['openssl 3.5.2', move({}), true],
  ['openssl 3.5', move({}), true],
  ['openssl 3.5.1', move({}), false],
  ['openssl 3.5.2', move({ new: ['3.5.20'] }), false],
  ['openssl 3.5.2', move({ old: ['3.5.1', '3.5.2'] }), false],
  ['openssl 3.5.2', move({ kind: 'added', old: [] }), true],
  ['openssl 3.5.2', move({ kind: 'removed', old: ['3.5.2'], new: [] }), false],
  ['openssl', move({ name: 'openssl-doc' }), false],
])('%s is brought by %o: %s', (text, moved, is) => {
  expect(isPackageMove(moved, readPackageQuestion(text))).toBe(is);
});

const change = (name: string, over: Partial<PackageChange> = {}): PackageChange => ({
  name,
  kind: 'upgraded',
  old: ['1'],
  new: ['2'],
  major: true,
  sizeDelta: 5,
  ...over,
});
const difference = (...changes: readonly PackageChange[]) => ({
  old: '/nix/store/a',
  new: '/nix/store/b',
  sizeDelta: 0,
  changes,
});

test('hosts whose packages move alike stand together, what was only built again is left out', () => {
  expect(
    groupMoves([
      ['p620', difference(change('openssl'), change('bash', { kind: 'rebuilt' }))],
      ['razer', difference(change('openssl'))],
      ['p510', difference(change('zlib'))],
      ['samsung', difference(change('bash', { kind: 'rebuilt' }))],
    ]),
  ).toEqual([
    {
      hosts: ['p620', 'razer'],
      changes: [{ name: 'openssl', kind: 'upgraded', old: ['1'], new: ['2'] }],
      left: 0,
    },
    {
      hosts: ['p510'],
      changes: [{ name: 'zlib', kind: 'upgraded', old: ['1'], new: ['2'] }],
      left: 0,
    },
  ]);
});

test('a thousand hosts that differ all leave a journal that is bounded, and tell what is left out', () => {
  const groups = groupMoves(
    Array.from({ length: 1_000 }, (_, host) => [
      `host${host}`,
      difference(...Array.from({ length: 100 }, (_, index) => change(`p${host}-${index}`))),
    ]),
  );
  const kept = groups.reduce((sum, { changes }) => sum + changes.length, 0);
  expect(kept).toBe(30_000);
  expect(kept + groups.reduce((sum, { left }) => sum + left, 0)).toBe(100_000);
});

test.each([
  [move({}), '3.5.1 → 3.5.2'],
  [move({ kind: 'added', old: [] }), 'added 3.5.2'],
  [move({ kind: 'removed', new: [] }), 'removed 3.5.1'],
  [move({ kind: 'added', old: [], new: [] }), 'added'],
])('%o is said as %s', (moved, words) => {
  expect(moveWords(moved)).toBe(words);
});
