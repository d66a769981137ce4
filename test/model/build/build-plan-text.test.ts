import { expect, test } from 'vitest';
import {
  compileWarning,
  planFitting,
  planSentence,
} from '../../../source/model/build/build-plan-text.ts';
import type { PlanSummary } from '../../../source/model/build/plan.ts';
import { wrapText } from '../../../source/model/words/line.ts';

const plan: PlanSummary = {
  builds: 54,
  fetches: 9,
  downloadBytes: 544_210_944,
  unpackedBytes: 1_073_741_824,
  shared: 2,
  compiles: [],
  workMs: 55_000,
  estimated: 7,
  on: null,
};

test.each([
  [
    200,
    'builds 54 (2 shared), fetches 9 paths (519 MiB, 1 GiB unpacked), about 55 s of building and 47 that never ran here',
  ],
  [
    100,
    'builds 54 (2 shared), fetches 9 paths (519 MiB), about 55 s of building and 47 that never ran here',
  ],
  [80, 'builds 54, fetches 9 paths, about 55 s of building and 47 that never ran here'],
  [71, 'builds 54, fetches 9 paths, about 55 s and 47 not known'],
  [40, 'builds 54, fetches 9 paths'],
])('in %i cells a plan leaves out details, and none in the middle of a word', (cells, words) => {
  expect(planFitting(plan, cells)).toBe(words);
});

test('in few cells a plan that does nothing says so in few words', () => {
  const none: PlanSummary = { ...plan, builds: 0, fetches: 0, shared: 0, workMs: null };
  expect(planFitting(none, 60)).toBe('nothing to build, nothing to fetch');
  expect(planFitting(none, 30)).toBe('nothing to build or fetch');
});

test('a sentence has all of it', () => {
  expect(planSentence(plan)).toBe(planFitting(plan, 1_000));
});

test('the warning that something large is compiled says why, in two rows of 78 cells', () => {
  const compiles = ['linux-6.18.24', 'mesa-26.1.2'];
  const words = compileWarning({ ...plan, compiles }) ?? '';
  expect(words).toBe(
    'linux-6.18.24, mesa-26.1.2 would be compiled here and not fetched: the cache is behind (wait a day, hold nixpkgs), or an overlay changes them',
  );
  expect(wrapText(`razer: ${words}.`, 78)).toHaveLength(2);
  expect(compileWarning({ ...plan, compiles: ['mesa'], on: 'nas' })).toMatch(
    /compiled on nas .* changes it$/,
  );
  expect(compileWarning(plan)).toBe(null);
});
