import { expect, test } from 'vitest';
import { lostUpdates } from '../../../source/parsers/lock/lost-updates.ts';

/** A lock of these inputs, each at a revision that says its age. */
const lock = (inputs: Readonly<Record<string, number>>): string =>
  JSON.stringify({
    nodes: {
      root: { inputs: Object.fromEntries(Object.keys(inputs).map((name) => [name, name])) },
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, age]) => [
          name,
          {
            locked: {
              type: 'github',
              owner: 'ada',
              repo: name,
              rev: String(age).repeat(40),
              narHash: `sha256-${String(age).repeat(43)}=`,
              lastModified: age,
            },
            original: { type: 'github', owner: 'ada', repo: name },
          },
        ]),
      ),
    },
    root: 'root',
    version: 7,
  });

const base = lock({ nixpkgs: 1, home: 1 });

test.each<[string, string, string, readonly string[]]>([
  ['the same update', lock({ nixpkgs: 2, home: 1 }), lock({ nixpkgs: 2, home: 1 }), []],
  ['a newer one', lock({ nixpkgs: 2, home: 1 }), lock({ nixpkgs: 3, home: 1 }), []],
  ['one more', lock({ nixpkgs: 2, home: 1 }), lock({ nixpkgs: 2, home: 2 }), []],
  ['an older one', lock({ nixpkgs: 3, home: 1 }), lock({ nixpkgs: 2, home: 1 }), ['nixpkgs']],
  ['another input', lock({ nixpkgs: 2, home: 1 }), lock({ nixpkgs: 1, home: 2 }), ['nixpkgs']],
  [
    'an added input',
    lock({ nixpkgs: 1, home: 1, disko: 1 }),
    lock({ nixpkgs: 2, home: 1 }),
    ['disko'],
  ],
  ['a removed input', lock({ nixpkgs: 1 }), lock({ nixpkgs: 2, home: 1 }), ['home']],
])('%s after a request with updates', (_, theirs, ours, lost) => {
  expect(lostUpdates(base, theirs, ours)).toEqual(lost);
});

test('a text that is no lock answers nothing', () => {
  expect(lostUpdates(base, '<<<<<<<', base)).toBeNull();
});
