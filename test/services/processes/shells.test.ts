import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { createExec } from '../../../source/services/world/exec.ts';
import { testExec } from '../../support/exec-tests.ts';

const folder = mkdtempSync(join(tmpdir(), 'nixup-starter-'));
vi.stubEnv('TMPDIR', folder);
afterAll(() => rmSync(folder, { recursive: true }));
const many = { byShell: true };
const shell = (script: string) => ({ file: '/bin/sh', args: ['-c', script] });

/** What `sh` is on Debian and on NixOS, by other names. */
const shells = ['/bin/dash', '/bin/bash', '/bin/sh'].filter((path) => existsSync(path));

/** A folder in which `sh` is this shell. */
const asSh = (path: string): string => {
  const place = join(folder, path);
  mkdirSync(place, { recursive: true });
  symlinkSync(path, join(place, 'sh'));
  return place;
};

// The questions themselves go to one shell: only what starts them is another.
describe.each(shells)('by %s', (path) => {
  const searched = [asSh(path), process.env['PATH'] ?? ''].join(delimiter);
  const exec = createExec({ PATH: searched, HOME: '/nowhere' }, Date.now);

  testExec({ exec, many, shell });

  test('where the small shell was killed, the question is asked once more', async () => {
    const asked = join(folder, path, 'asked');
    const script = `[ -e ${asked} ] || { touch ${asked}; kill -9 $PPID; exit 1; }; echo answered`;
    expect(await exec(shell(script), many)).toMatchObject({ value: { stdout: 'answered\n' } });
  });

  const startedBy = async (script: string): Promise<string> => {
    const answer = await exec(shell(`echo $PPID; ${script}`), many);
    return answer.ok ? answer.value.stdout.trim() : '';
  };

  test('one shell starts what is asked one after the other, and none after a failure', async () => {
    const first = await startedBy('true');
    expect(await startedBy('true')).toBe(first);
    await exec(shell('exit 3'), many);
    expect(await startedBy('true')).not.toBe(first);
  });

  test('words and input reach the process as they are', async () => {
    const words = ["it's", '$HOME `id` "x"', 'two\nlines', '-n', '', 'ü \\ *'];
    const answer = await exec(
      {
        file: 'sh',
        args: ['-c', `printf '<%s>' "$@"; cat`, 'sh', ...words],
        env: { ODD: "a'b\nc" },
      },
      { ...many, input: 'first\n$x `y`\nno line break' },
    );
    const printed = words.map((word) => `<${word}>`).join('');
    expect(answer).toMatchObject({ value: { stdout: `${printed}first\n$x \`y\`\nno line break` } });
    // A shorter input leaves nothing of a longer one.
    const shorter = await exec({ file: 'cat', args: [] }, { ...many, input: 'short' });
    expect(shorter).toMatchObject({ value: { stdout: 'short' } });
  });

  test('a question that is canceled before it began starts nothing', async () => {
    const file = join(folder, path, 'begun');
    const signal = AbortSignal.abort();
    expect(await exec(shell(`touch ${file}`), { ...many, signal })).toMatchObject({
      failure: { code: 'canceled' },
    });
    expect(await startedBy('true')).not.toBe('');
    expect(existsSync(file)).toBe(false);
  });

  test('one that does not end when it is told to is killed', async () => {
    const deaf = shell('trap "" TERM; echo begun; while :; do sleep 0.1; done');
    const stop = new AbortController();
    const canceled = await exec(deaf, { ...many, signal: stop.signal, onLine: () => stop.abort() });
    expect(canceled).toMatchObject({ failure: { code: 'canceled' } });
  });
});

test('shells without work end, and their files with them', async () => {
  const own = mkdtempSync(join(folder, 'files-'));
  vi.stubEnv('TMPDIR', own);
  const exec = createExec({ PATH: process.env['PATH'] }, Date.now);
  await exec(shell('true'), many);
  expect(readdirSync(own)).toHaveLength(1);
  await expect.poll(() => readdirSync(own), { timeout: 10_000 }).toEqual([]);
});
