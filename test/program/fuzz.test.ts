import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../support/chance.ts';
import { fuzz } from './fuzz.ts';
import { fuzzSpoken } from './fuzz-spoken.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The short form; `npm run fuzz` presses as many as are wanted. */
test.each([
  seed,
  seed + 1,
  seed + 2,
])('a thousand random keys with pastes, clicks, answers and sizes end nothing and leave no stale cell (seed %i)', async (one) => {
  const { keys, compared } = await fuzz(one, 1_000, folder);
  expect(keys).toBeGreaterThanOrEqual(1_000);
  expect(compared).toBeGreaterThan(10);
});

test('random keys with pastes, answers and sizes end nothing, are answered, and never write over what was said', async () => {
  const { keys, answered, lines } = await fuzzSpoken(seed, 400, folder);
  expect(keys).toBeGreaterThanOrEqual(400);
  expect(answered).toBeGreaterThan(10);
  expect(lines).toBeGreaterThan(answered);
});
