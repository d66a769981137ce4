import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openProgram } from './screen-program.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-steps-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test.concurrent.each([
  ['◐', '✓', []],
  ['%', '+', ['--ascii']],
])('a test of one host of eight is shown as a part (%s), and m goes on with the other seven', async (part, proven, flags) => {
  const screen = openProgram({
    words: ['demo', ...flags],
    folder: await mkdtemp(path.join(folder, 'one-')),
    columns: 120,
    rows: 36,
  });
  try {
    await screen.waitFor(/10 hosts/);
    await screen.until((text) => !/asking|reading|evaluating/.test(text), 'the hosts are known');
    screen.write('C');
    await screen.waitFor(new RegExp(`[${proven}!] check`));
    await screen.until((text) => !/ check \d+:\d\d/.test(text), 'the check is over');
    screen.write('u');
    await screen.waitFor(`${proven} update`);
    await screen.until((text) => !/ update \d+:\d\d/.test(text), 'the update is over');
    screen.write('1');
    await screen.waitFor('HOST');
    screen.write('/p620\r');
    await screen.waitFor('filter: p620');
    screen.write('t');
    await screen.waitFor(`${part} test 1 of 8`);
    const told = await screen.waitFor('1 of 8 hosts built and tested.');
    expect(told).not.toContain('Every host');
    screen.write('m');
    await screen.waitFor('m again says that you have looked');
    screen.write('m');
    await screen.waitFor('reviewed; m continues with: test');
    // The filter narrows what m goes on with: it is put away first.
    screen.write('1');
    await screen.waitFor('filter: p620');
    screen.write('\u001b');
    await screen.until((text) => !text.includes('filter: p620'), 'every host is shown');
    screen.write('m');
    await screen.waitFor('m again builds and tests the other 7: nas, p510');
  } finally {
    await screen.close();
  }
});
