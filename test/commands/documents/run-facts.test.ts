import { expect, test } from 'vitest';
import { movedBetween } from '../../../source/commands/documents/run-facts.ts';

const lock = (inputs: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    nodes: {
      root: { inputs: Object.fromEntries(Object.keys(inputs).map((name) => [name, name])) },
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, rev]) => [
          name,
          {
            locked: { type: 'github', owner: 'o', repo: name, rev: rev.repeat(40), narHash: '' },
            original: { type: 'github', owner: 'o', repo: name },
          },
        ]),
      ),
    },
    root: 'root',
    version: 7,
  });

test.each([
  ['the same', lock({ a: '1' }), lock({ a: '1' }), []],
  ['one moved', lock({ a: '1', b: '2' }), lock({ a: '3', b: '2' }), [['a', '1', '3']]],
  [
    'one is new, one is gone',
    lock({ a: '1' }),
    lock({ b: '2' }),
    [
      ['a', '1', null],
      ['b', null, '2'],
    ],
  ],
  ['nothing was committed', '', lock({ a: '1' }), [['a', null, '1']]],
  ['the lock of now cannot be read', lock({ a: '1' }), '<<<<', []],
])('inputs that moved: %s', (_what, old, now, moved) => {
  expect(movedBetween(old, now)).toEqual(
    moved.map(([name, from, to]) => ({
      name,
      from: from?.repeat(40) ?? null,
      to: to?.repeat(40) ?? null,
    })),
  );
});
