import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openProgram } from './screen-program.ts';

/** Read before the program: tells each file that Node loads, and what is written to the terminal. */
const telling = `
const { appendFileSync } = require('node:fs');
const tell = (line) => appendFileSync(process.env.NIXUP_TEST_TOLD, JSON.stringify(line) + '\\n');
require('node:module').registerHooks({
  load: (url, context, next) => {
    if (url.startsWith('file:')) tell({ loaded: url });
    return next(url, context);
  },
});
const write = process.stdout.write;
process.stdout.write = function (...words) {
  tell({ wrote: String(words[0]) });
  return write.apply(this, words);
};
`;

type Told = { readonly loaded: string } | { readonly wrote: string };

test('before the first frame, that of a first start too, two files are loaded and no heavy one', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nixup-first-frame-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const told = path.join(folder, 'told');
  const preload = path.join(folder, 'tell.cjs');
  writeFileSync(preload, telling);
  const screen = openProgram({
    words: ['demo'],
    folder,
    env: { NODE_OPTIONS: `--require ${preload}`, NIXUP_TEST_TOLD: told },
  });
  onTestFinished(() => screen.close());
  await screen.waitFor('Fleet');
  const lines: readonly Told[] = readFileSync(told, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const frame = lines.findIndex((line) => 'wrote' in line && line.wrote.includes('Fleet'));
  const files = lines
    .slice(0, frame)
    .flatMap((line) => ('loaded' in line ? [fileURLToPath(line.loaded)] : []));
  expect(files.map((file) => path.basename(file))).toEqual(['cli.js', 'begin.cjs']);
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  // Ink and React alone are more, and each of the packages that are loaded later would pass it.
  expect(bytes).toBeLessThan(400_000);
});
