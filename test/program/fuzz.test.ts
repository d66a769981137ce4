import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The short form; `npm run fuzz` presses as many as are wanted. */
test.each([
  1, 2, 3,
])('a thousand random keys with pastes, answers and sizes end nothing and leave no stale cell (seed %i)', async (seed) => {
  const { keys, compared } = await fuzz(seed, 1_000, folder);
  expect(keys).toBeGreaterThanOrEqual(1_000);
  expect(compared).toBeGreaterThan(10);
});
