import { expect, test } from 'vitest';
import { changedSinceWords, otherSystemWords } from '../../../source/model/host/other-system.ts';

const system = (letter: string, version = '26.05'): string =>
  `/nix/store/${letter.repeat(32)}-nixos-system-p620-${version}.20261115.051f7a0`;
const made = (number: number, path: string) => ({
  number,
  path,
  at: Date.UTC(2026, 10, number, 4, 40),
  nixosVersion: null,
  revision: null,
  kernel: null,
});

test.each<[string, string | null, ReturnType<typeof made>[], RegExp | null]>([
  ['what was deployed', system('b'), [made(7, system('b'))], null],
  [
    'an older generation, by a profile that was set again',
    system('a'),
    [made(6, system('a')), made(7, system('b')), made(8, system('a'))],
    /\(generation 8, made 2026-11-08 04:40\) and not what was deployed last; it went backward/,
  ],
  [
    'a newer one',
    system('c'),
    [made(7, system('b')), made(8, system('c'))],
    /\(generation 8, made 2026-11-08 04:40\) and not what was deployed last$/,
  ],
  [
    'one that no generation has',
    system('c'),
    [made(7, system('b'))],
    /051f7a0 \(\S{7}\) and not what was deployed last$/,
  ],
  [
    'an older NixOS that no generation has',
    system('c', '25.11'),
    [made(7, system('b'))],
    /it went backward/,
  ],
  ['an unknown one', null, [], /^runs an unknown system/],
])('a host that runs %s', (_title, current, generations, said) => {
  const words = otherSystemWords({ current, generations }, system('b'));
  if (said === null) expect(words).toBeNull();
  else expect(words).toMatch(said);
});

const none = { units: [], files: [], isCut: false };

test.each<[string, Parameters<typeof changedSinceWords>[0], string | null]>([
  ['nothing was compared', { packages: null, changed: null }, null],
  [
    'no package was compared',
    { packages: null, changed: none },
    'changed since: the packages were not compared; no file of /etc differs',
  ],
  [
    'no file was compared',
    { packages: 'no package changes', changed: null },
    'changed since: packages: no package changes; the files of /etc were not compared',
  ],
  [
    'all was compared',
    { packages: '3 upgraded', changed: { ...none, units: ['a.service'], files: ['/etc/b'] } },
    'changed since: packages: 3 upgraded; 1 unit file (a.service); 1 other file (/etc/b)',
  ],
  [
    'some files were compared, and differ',
    { packages: '3 upgraded', changed: { ...none, files: ['/etc/b'], isCut: true } },
    'changed since: packages: 3 upgraded; at least 1 other file (/etc/b)',
  ],
  [
    'some files were compared, and do not differ',
    { packages: '3 upgraded', changed: { ...none, isCut: true } },
    'changed since: packages: 3 upgraded; not all files of /etc could be compared, and the others do not differ',
  ],
])('what changed where %s', (_title, other, words) => {
  expect(changedSinceWords(other)).toBe(words);
});
