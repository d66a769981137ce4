import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { questionMark, wrapQuestion } from '../../../source/services/ssh/remote-script.ts';
import { createExec } from '../../../source/services/world/exec.ts';
import { createConversations } from '../../../source/services/world/process-conversation.ts';
import type { Conversation, ExecOptions } from '../../../source/services/world/world.ts';

const shell = { file: 'sh', args: ['-s', 'root', 'ada'] };

/** Each test has shells of its own. */
const talk = () => {
  const exec = createExec({ PATH: '/usr/bin:/bin' }, () => Date.now());
  let asked = 0;
  return async (
    kind: Conversation['kind'],
    script: string,
    options: ExecOptions & { readonly reads?: string; readonly by?: typeof shell } = {},
  ) => {
    asked += 1;
    const mark = questionMark(String(asked));
    const question = wrapQuestion(script, mark, options.reads);
    return await exec(options.by ?? shell, {
      input: `echo alone; ${script}\n`,
      ...options,
      conversation: { name: 'p620', kind, question, mark },
    });
  };
};

test('one shell answers one question after the other, and none sees what another did', async () => {
  const ask = talk();
  const first = await ask(
    'opens',
    'echo $$; x=1; cd /usr; set -- changed; exec 2>/dev/null; exit 0',
  );
  const next = await ask('joins', 'echo $$; echo "x=$x $1 $2 $(pwd)"; echo oh >&2');
  const pid = first.ok ? first.value.stdout.trim() : 'none';
  expect(pid).toMatch(/^\d+$/);
  expect(next).toMatchObject({
    ok: true,
    value: { stdout: `${pid}\nx= root ada ${process.cwd()}\n\n`, stderr: 'oh\n\n' },
  });
});

test('a question has a status of its own, and its last words', async () => {
  const ask = talk();
  await ask('opens', 'echo whole');
  expect(await ask('joins', 'printf half; printf "why not" >&2; exit 7')).toMatchObject({
    failure: { code: 'command-failed', exitCode: 7, tail: ['why not'] },
  });
  // The shell is still there.
  expect(await ask('joins', 'cat', { reads: 'what it reads' })).toMatchObject({
    value: { stdout: 'what it reads\n\n' },
  });
});

test('a question can read no other one', async () => {
  const ask = talk();
  expect(await ask('opens', 'cat; echo read')).toMatchObject({ value: { stdout: 'read\n\n' } });
});

test('lines are heard as they come, and marks are none of them', async () => {
  const heard: string[] = [];
  await talk()('opens', 'echo one; echo two; printf three', {
    onLine: (line, from) => heard.push(`${from} ${line}`),
  });
  expect(heard.filter((line) => line.startsWith('stdout '))).toEqual([
    'stdout one',
    'stdout two',
    'stdout three',
  ]);
});

test('where nobody is open, or is busy, a question is put by a process of its own', async () => {
  const ask = talk();
  expect(await ask('joins', 'true')).toMatchObject({ value: { stdout: 'alone\n' } });
  const busy = new AbortController();
  const begun = Promise.withResolvers<void>();
  const waiting = ask('opens', 'echo begun; sleep 60', {
    signal: busy.signal,
    onLine: (line) => line === 'begun' && begun.resolve(),
  });
  await begun.promise;
  expect(await ask('joins', 'true')).toMatchObject({ value: { stdout: 'alone\n' } });
  expect(await ask('opens', 'true')).toMatchObject({ value: { stdout: 'alone\n' } });
  busy.abort();
  expect(await waiting).toMatchObject({ failure: { code: 'canceled' } });
});

test('a shell whose question took too long is asked no more', async () => {
  const ask = talk();
  expect(await ask('opens', 'sleep 60', { timeoutMs: 100 })).toMatchObject({
    failure: { code: 'command-timeout', afterMs: 100 },
  });
  expect(await ask('joins', 'true')).toMatchObject({ value: { stdout: 'alone\n' } });
});

test('a question that is canceled before its turn opens no shell', async () => {
  const ask = talk();
  const stop = new AbortController();
  const waiting = ask('opens', 'true', { signal: stop.signal });
  stop.abort();
  expect(await waiting).toMatchObject({ failure: { code: 'canceled' } });
  expect(await ask('joins', 'true')).toMatchObject({ value: { stdout: 'alone\n' } });
});

test('a shell that is opened and never asked is let go', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nixup-conversation-'));
  try {
    const over = join(folder, 'over');
    createConversations({ PATH: '/usr/bin:/bin' }).find(
      { file: 'sh', args: ['-c', 'cat; touch "$0"', over] },
      { name: 'p620', kind: 'opens', question: '', mark: questionMark('1') },
    );
    await expect.poll(() => existsSync(over), { timeout: 30_000 }).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a connection that ends within a question is told as the end of its process', async () => {
  const ask = talk();
  await ask('opens', 'true');
  const dropping = { file: 'sh', args: ['-c', 'read -r line; echo "Broken pipe" >&2; exit 255'] };
  expect(await ask('opens', 'true', { by: dropping })).toMatchObject({
    failure: { code: 'command-failed', exitCode: 255, tail: ['Broken pipe'] },
  });
  expect(await ask('joins', 'true')).toMatchObject({ value: { stdout: 'alone\n' } });
});

test('one that ended between two questions is not asked again', async () => {
  const ask = talk();
  const ending = { file: 'sh', args: ['-c', 'head -n 4 | sh -s'] };
  await ask('opens', 'true', { by: ending });
  const answers = await Promise.all([ask('joins', 'true'), ask('joins', 'true')]);
  // Known by then or not: without an answer nothing is told as done.
  for (const answer of answers) if (answer.ok) expect(answer.value.stdout.trim()).toBe('alone');
});

test('a program that is not there is missing', async () => {
  const by = { file: 'no-such-program', args: [] };
  expect(await talk()('opens', 'true', { by })).toMatchObject({
    failure: { code: 'program-missing', program: 'no-such-program' },
  });
});

test('what merges both streams hangs nobody', async () => {
  const by = { file: 'sh', args: ['-c', 'exec sh -s 2>&1'] };
  expect(await talk()('opens', 'echo said', { by })).toMatchObject({
    value: { stdout: expect.stringMatching(/^said\n/) },
  });
});
