import { describe, expect, test } from 'vitest';
import {
  type BisectProbe,
  type BisectProgress,
  type BisectStep,
  bisectSentence,
  nextBisectStep,
} from '../../../source/model/causes/bisect.ts';
import { fc } from '../../support/chance.ts';

const ten = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

/** Searches to the end; a set fails when it holds all of the guilty. */
const search = (
  inputs: readonly string[],
  fails: (updated: readonly string[]) => boolean,
  unclear: (updated: readonly string[]) => boolean = () => false,
): { readonly step: BisectStep; readonly probes: readonly BisectProbe[] } => {
  const probes: BisectProbe[] = [];
  for (let tries = 0; tries < 200; tries += 1) {
    const step = nextBisectStep(inputs, probes);
    if (step.kind !== 'probe') return { step, probes };
    probes.push({
      updated: step.updated,
      verdict: unclear(step.updated) ? 'unclear' : fails(step.updated) ? 'fails' : 'passes',
    });
  }
  throw new Error('the search does not end');
};

const holds = (guilty: readonly string[]) => (updated: readonly string[]) =>
  guilty.every((one) => updated.includes(one));

test.each(ten)('one guilty input of ten, %s, is named with at most five tries', (guilty) => {
  const { step, probes } = search(ten, holds([guilty]));
  expect(step).toEqual({ kind: 'found', inputs: [guilty], isExact: true });
  expect(probes.length).toBeLessThanOrEqual(5);
});

test('every pair of ten is named as a pair', () => {
  for (const one of ten)
    for (const other of ten.filter((name) => name > one)) {
      const { step, probes } = search(ten, holds([one, other]));
      expect(step).toMatchObject({ kind: 'found', isExact: true });
      expect(step.kind === 'found' && [...step.inputs].sort()).toEqual([one, other]);
      expect(probes.length).toBeLessThanOrEqual(10);
    }
});

test('a failure of the configuration itself is blamed on no input', () => {
  expect(search(ten, () => true).step).toEqual({ kind: 'not-inputs' });
});

test('the only input that moved is tried against the committed lock alone', () => {
  const { step, probes } = search(['a'], holds(['a']));
  expect(step).toEqual({ kind: 'found', inputs: ['a'], isExact: true });
  expect(probes).toEqual([{ updated: [], verdict: 'passes' }]);
});

test('any minimal set of guilty inputs is found, and no set is tried twice', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 1, maxLength: 24 }),
      fc.nat(),
      fc.nat(),
      (inputs, first, second) => {
        const guilty = [
          ...new Set([inputs[first % inputs.length] ?? '', inputs[second % inputs.length] ?? '']),
        ];
        const { step, probes } = search(inputs, holds(guilty));
        expect(step.kind === 'found' && [...step.inputs].sort()).toEqual(guilty.sort());
        const keys = probes.map(({ updated }) => [...updated].sort().join());
        expect(new Set(keys).size).toBe(keys.length);
        if (guilty.length === 1)
          expect(probes.length).toBeLessThanOrEqual(Math.ceil(Math.log2(inputs.length)) + 1);
      },
    ),
  );
});

test('a search goes on from the probes of an earlier one', () => {
  const { probes } = search(ten, holds(['g']));
  const step = nextBisectStep(ten, probes.slice(0, 2));
  expect(step).toMatchObject({ kind: 'probe', updated: probes[2]?.updated });
});

describe('sets that tell nothing', () => {
  test('are gone around when others tell enough', () => {
    const { step } = search(ten, holds(['h']), (updated) => updated.length === 5);
    expect(step).toEqual({ kind: 'found', inputs: ['h'], isExact: true });
  });

  test('leave several inputs of which one is guilty', () => {
    // c and d do not work without each other.
    const { step } = search(
      ten,
      holds(['d']),
      (updated) => updated.includes('c') !== updated.includes('d'),
    );
    expect(step).toEqual({ kind: 'found', inputs: ['c', 'd'], isExact: false });
  });
});

test('the tries that are left never grow', () => {
  const probes: BisectProbe[] = [];
  let left = Number.POSITIVE_INFINITY;
  for (;;) {
    const step = nextBisectStep(ten, probes);
    if (step.kind !== 'probe') break;
    expect(step.atMost).toBeLessThanOrEqual(left);
    left = step.atMost;
    probes.push({
      updated: step.updated,
      verdict: holds(['c'])(step.updated) ? 'fails' : 'passes',
    });
  }
});

const progress = (over: Partial<BisectProgress>): BisectProgress => ({
  host: 'razer',
  hosts: ['razer', 'samsung'],
  what: 'it does not build',
  inputs: ten,
  probes: [],
  trying: ['a', 'b'],
  suspects: ten,
  atMost: 5,
  builds: 0,
  outcome: { kind: 'searching' },
  ...over,
});

test.each([
  [
    progress({}),
    'Searching what breaks razer and samsung: 10 of 10 inputs left, at most 5 tries, trying with only a and b updated',
  ],
  [
    progress({ outcome: { kind: 'found', inputs: ['a'], isExact: true } }),
    'a breaks razer and samsung',
  ],
  [
    progress({ outcome: { kind: 'found', inputs: ['a', 'b'], isExact: true } }),
    'a and b together break razer and samsung; each alone works',
  ],
  [
    progress({ outcome: { kind: 'not-inputs' } }),
    'razer and samsung: fails with the committed lock too, so no input is to blame',
  ],
])('a search is told in one sentence', (given, expected) => {
  expect(bisectSentence(given)).toBe(expected);
});
