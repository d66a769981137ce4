import { expect, test } from 'vitest';
import { changeBegan, withSwitches } from '../../../source/model/host/last-change.ts';

const to = (toplevel: string, at: number) => ({ toplevel, at });

test.each<[string, number | null, readonly number[], Parameters<typeof withSwitches>[2], object]>([
  ['nothing is told by the journal', 50, [10], [], { last: 50, before: [10] }],
  [
    'switches between generations are earlier changes',
    50,
    [10],
    [to('/a', 20), to('/now', 50)],
    { last: 50, before: [10, 20] },
  ],
  [
    'a switch to what it runs, after its generation was made, is its last change',
    50,
    [10],
    [to('/a', 60), to('/now', 70)],
    { last: 70, before: [10, 50, 60] },
  ],
  [
    'a switch without a generation is known by the journal alone',
    null,
    [],
    [to('/a', 20), to('/now', 70)],
    { last: 70, before: [20] },
  ],
  [
    'the signs of one change, its generation, its switch and its record, are one change',
    70,
    [10],
    [to('/a', 20), to('/now', 60)],
    { last: 70, before: [10, 20] },
  ],
  [
    'a generation whose switch was a moment later is no change before it',
    50,
    [10],
    [to('/now', 60)],
    { last: 60, before: [10] },
  ],
  [
    'the same system, switched to hours before, is a change before it',
    null,
    [],
    [to('/now', 10), to('/now', 10 + 7_200_000)],
    { last: 10 + 7_200_000, before: [10] },
  ],
  ['nobody knows', null, [], [to('/a', 20)], { last: null, before: [] }],
])('%s', (_, last, before, switches, expected) => {
  expect(withSwitches({ last, before }, '/now', switches)).toEqual(expected);
});

const minute = 60_000;
const last = Date.UTC(2026, 10, 29, 17, 30);

test.each<
  [string, number, { readonly toplevel: string; readonly run: string } | undefined, number]
>([
  ['with its run', last - minute, { toplevel: '/now', run: '20261129-171200-a1b2' }, 18],
  [
    'with its generation, where another run made it',
    last - 3 * minute,
    { toplevel: '/a', run: '20261129-171200-a1b2' },
    3,
  ],
  ['with itself, where its generation is of another week', last - 7 * 1_440 * minute, undefined, 0],
  ['with itself, where its run has another name', last, { toplevel: '/now', run: 'by hand' }, 0],
])('a change begins %s, and a little earlier', (_, at, deployed, minutes) => {
  const facts = {
    current: '/now',
    generations: [
      { number: 1, path: '/now', at, nixosVersion: null, revision: null, kernel: null },
    ],
  };
  expect((last - changeBegan(last, facts, deployed)) / minute).toBe(minutes + 5);
});
