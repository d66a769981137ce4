import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createExec } from '../../../source/services/world/exec.ts';

const exec = createExec({ PATH: process.env['PATH'], HOME: '/nowhere' }, Date.now);
const many = { isAmongMany: true };
const shell = (script: string) => ({ file: 'sh', args: ['-c', script] });

test('a question that is one of many gets its input, its environment and its lines', async () => {
  const heard: string[] = [];
  const answer = await exec(
    {
      ...shell('read word; echo "$word $HOME $MORE $GIT_TERMINAL_PROMPT"; echo aside >&2'),
      env: { MORE: 'more' },
    },
    { ...many, input: 'asked\n', onLine: (line, from) => heard.push(`${from} ${line}`) },
  );
  expect(answer).toMatchObject({
    ok: true,
    value: { stdout: 'asked /nowhere more 0\n', stderr: 'aside\n' },
  });
  expect(heard.toSorted()).toEqual(['stderr aside', 'stdout asked /nowhere more 0']);
});

test('each ending is the one that it has without the small process', async () => {
  const cases = [
    shell('echo why >&2; exit 7'),
    shell('kill -9 $$'),
    { file: 'no-such-program', args: [] },
    { ...shell('true'), cwd: '/no/such/folder' },
  ];
  for (const command of cases) {
    const direct = await exec(command);
    expect(await exec(command, many)).toEqual(direct);
  }
});

test('a process that takes too long, or is canceled, is ended', async () => {
  expect(await exec(shell('sleep 60'), { ...many, timeoutMs: 100 })).toMatchObject({
    failure: { code: 'command-timeout' },
  });
  const stop = new AbortController();
  const canceled = exec(shell('echo begun; sleep 60'), {
    ...many,
    signal: stop.signal,
    onLine: () => stop.abort(),
  });
  expect(await canceled).toMatchObject({ failure: { code: 'canceled' } });
});

test('what a failed process left behind is not waited for', async () => {
  expect(await exec(shell('sleep 60 & exit 3'), many)).toMatchObject({
    failure: { code: 'command-failed', exitCode: 3 },
  });
});

test('many at the same time each get their own answer', async () => {
  const words = Array.from({ length: 40 }, (_, index) => `word${index}`);
  const answers = await Promise.all(words.map((word) => exec(shell(`echo ${word}`), many)));
  expect(answers.map((answer) => answer.ok && answer.value.stdout.trim())).toEqual(words);
});

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
