import { expect, test } from 'vitest';
import { withSwitches } from '../../../source/model/host/last-change.ts';

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
  ['nobody knows', null, [], [to('/a', 20)], { last: null, before: [] }],
])('%s', (_, last, before, switches, expected) => {
  expect(withSwitches({ last, before }, '/now', switches)).toEqual(expected);
});
