import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openProgram, type ScreenProgram } from './screen-program.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-reader-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What was said since so many characters, without the modes of pastes: nothing else may be told to the terminal. */
const saidSince = (screen: ScreenProgram, from: number): string =>
  screen
    .output()
    .slice(from)
    .replaceAll('\u001b[?2004h', '')
    .replaceAll('\u001b[?2004l', '')
    .replaceAll('\r\n', '\n');

test.each([
  ['--screen-reader', { words: ['demo', '--screen-reader'] }],
  ['INK_SCREEN_READER', { env: { INK_SCREEN_READER: 'true' } }],
])('with %s the screen is lines, and every key is answered by one', async (_, options) => {
  const screen = openProgram({ folder, ...options });
  const until = (what: RegExp, from: number): Promise<string> =>
    screen.until(() => what.test(saidSince(screen, from)), String(what));
  await until(/host nas, .*, 1 of 10/, 0);
  let from = screen.output().length;
  const press = async (key: string, answer: RegExp): Promise<void> => {
    from = screen.output().length;
    screen.write(key);
    await until(answer, from);
  };
  await press('j', /host \S+, .*2 of 10\n/);
  await press('k', /host \S+, .*1 of 10\n/);
  // One that has nothing to do there is answered, too.
  await press('k', /host \S+, .*1 of 10\n/);
  await press('2', /View Lock.*\n(?:.*\n)*input .*1 of \d+\n/);
  await press('1', /View Fleet.*\n(?:.*\n)*host .*1 of 10\n/);
  await press(
    'r',
    /Menu: .*\n(?:.*\n)*\w, nas to the system before, .*\n(?:.*\n)*\d choices: a letter takes one, Esc closes\n/,
  );
  await press('\u001b', /closed\nhost nas/);
  await press('/', /filter/);
  await press('raz', /typed z\n/);
  const all = saidSince(screen, 0);
  expect(all).not.toMatch(/[\u2190-\u21ff\u2500-\u28ff]/);
  expect(all.includes('\u001b')).toBe(false);
  screen.write('\r');
  screen.write('q');
  expect((await screen.ended).exitCode).toBe(0);
  expect(saidSince(screen, 0).includes('\u001b')).toBe(false);
});
