import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-console-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that answers 300 kB and would end with this status. */
const program = (status: number): string => `
  import { createProcessConsole } from ${JSON.stringify(new URL('../../../source/commands/program/console.ts', import.meta.url).href)};
  const console = createProcessConsole();
  console.answerRaw('x'.repeat(300_000));
  console.answerRaw('end');
  await console.flush();
  process.exit(console.statusOf(${status}));
`;

const play = (file: string, status = 0, shell = 'exec "$@"') => {
  const out = openSync(file, 'w');
  const words = [process.execPath, '--input-type=module', '--eval', program(status)];
  const ended = spawnSync('sh', ['-c', shell, 'sh', ...words], {
    stdio: ['ignore', out, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(out);
  return { status: ended.status, stderr: ended.stderr };
};

test('an answer to a full disk is no success, and that is said once', () => {
  const { status, stderr } = play('/dev/full');
  expect(status).toBe(1);
  expect(stderr.match(/could not be written/g)).toHaveLength(1);
});

test('what had failed keeps its own status', () => {
  expect(play('/dev/full', 3).status).toBe(3);
});

// write(2): the first call takes what fits, and only the next one fails.
test('an answer of which a part was written is no success', () => {
  const file = path.join(folder, 'part');
  const { status, stderr } = play(file, 0, `trap '' XFSZ; ulimit -f 100; exec "$@"`);
  expect(readFileSync(file).length).toBeLessThan(300_000);
  expect(status).toBe(1);
  expect(stderr).toContain('could not be written');
});

test('a file gets the whole answer, in order', () => {
  const file = path.join(folder, 'whole');
  expect(play(file)).toEqual({ status: 0, stderr: '' });
  expect(readFileSync(file, 'utf8')).toBe(`${'x'.repeat(300_000)}end`);
});

test('a reader that leaves early is no failure', () => {
  const file = path.join(folder, 'head');
  const { stderr } = play(file, 0, '"$@" | head -c 1; :');
  expect(stderr).toBe('');
});

test('a reader that leaves early does not change the status', () => {
  const file = path.join(folder, 'status');
  const shell = `{ "$@"; echo $? > ${folder}/code; } | head -c 1`;
  play(file, 0, shell);
  expect(readFileSync(path.join(folder, 'code'), 'utf8')).toBe('0\n');
});
