import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultsOf } from './fuzz.ts';
import { openProgram } from './screen-program.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-widths-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every view with what moves, marks, folds and opens there; nothing that leaves. */
const views = [
  '1jjkG',
  '2jj=\u001b[27uj{}gK\u001b[27u',
  '3jjGg',
  '4jjk[]',
  '5jj\rjjk\u001b[27u',
  '6[]fW',
  '7jjk\r\u001b[27u',
  '8jjk\r\u001b[27u',
] as const;

/** What opens over them. */
const overlays = [
  '1\r[]jj\u001b[27u',
  '?jjmm\u001b[27u',
  ':lock\u001b[27u\u001b[27u',
  '/ra\u001b[27u',
  '@jj\r\u001b[27u\u001b[27u',
] as const;

/** The widest loop of the suite: some seconds on a quiet machine for each ten widths. */
const longestMs = 1_200_000;

/** Every third width up to 300. Three programs share them: most of the time one waits for its frames. */
const widths = (first: number): readonly number[] =>
  Array.from({ length: Math.floor((300 - first) / 3) + 1 }, (_, index) => first + 3 * index);

test.concurrent.each([20, 21, 22])(
  'at every third width from %i to 300 the keys of every view find it alive and whole',
  async (first) => {
    const program = openProgram({
      folder: mkdtempSync(path.join(folder, 'third-')),
      columns: 100,
      rows: 30,
    });
    try {
      // An update is taken once the hosts are known.
      await program.waitFor('to deploy');
      // An update and a test leave something to show in every view.
      program.write('u');
      await program.waitFor(/inputs? changed/);
      program.write('1t');
      await program.waitFor('test 1 of');
      for (const width of widths(first)) {
        program.resize(width, width % 7 === 0 ? 16 : 24 + (width % 2));
        const overlay = overlays[width % overlays.length] ?? '?';
        for (const keys of [...views, overlay]) {
          program.write(keys);
          expect([width, keys, faultsOf(await program.repaint())]).toEqual([width, keys, []]);
        }
      }
    } finally {
      await program.close();
    }
  },
  longestMs,
);

test.each([
  20, 46, 59, 60, 61, 62, 64, 66, 73, 75, 77, 80, 131, 300,
])('started at %i columns, it takes the keys of every view', async (columns) => {
  const program = openProgram({ folder, columns, rows: 24 });
  try {
    await program.waitFor(columns < 60 ? 'Too small' : 'nas');
    program.write('u');
    for (const keys of [...views, ...overlays]) {
      program.write(keys);
      expect([keys, faultsOf(await program.repaint())]).toEqual([keys, []]);
    }
    program.resize(100, 30);
    program.write('\u001b[27u\u001b[27u1');
    await program.waitFor('8 Check');
  } finally {
    await program.close();
  }
});
