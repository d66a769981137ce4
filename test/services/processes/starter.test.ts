import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createExec } from '../../../source/services/world/exec.ts';
import { testExec } from '../../support/exec-tests.ts';

const exec = createExec({ PATH: process.env['PATH'], HOME: '/nowhere' }, Date.now);
const many = { isAmongMany: true };
const shell = (script: string) => ({ file: 'sh', args: ['-c', script] });

testExec({ exec, many, shell });

test('where the small process was killed, the question is asked once more', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nixup-starter-'));
  try {
    const script = `[ -e ${folder}/asked ] || { touch ${folder}/asked; kill -9 $PPID; exit 1; }; echo answered`;
    expect(await exec(shell(script), many)).toMatchObject({ value: { stdout: 'answered\n' } });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a stream of many lines arrives whole and in order, and only its last lines are kept', async () => {
  let count = 0;
  let isInOrder = true;
  const answer = await exec(shell('seq 200000 >&2; exit 3'), {
    ...many,
    discardOutput: true,
    raw: true,
    onLine: (line) => {
      count += 1;
      if (line !== String(count)) isInOrder = false;
    },
  });
  expect({ count, isInOrder }).toEqual({ count: 200_000, isInOrder: true });
  expect(answer).toMatchObject({
    failure: { code: 'command-failed', exitCode: 3, tail: { length: 20, 19: '200000' } },
  });
});

test('git and what it starts learn nothing of a repository that nixup was called from', async () => {
  const inHook = createExec({ PATH: process.env['PATH'], GIT_DIR: '/elsewhere' }, Date.now);
  const answer = await inHook(shell('echo "$GIT_DIR."'), many);
  expect(answer).toMatchObject({ ok: true, value: { stdout: '.\n' } });
});
