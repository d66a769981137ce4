import os from 'node:os';
import { expect, test } from 'vitest';
import type { Command } from '../../source/model/command.ts';
import type { Exec, ExecOptions } from '../../source/services/world/world.ts';

interface ExecUnderTest {
  readonly exec: Exec;
  /** What has a command started by the way that is tested. */
  readonly many: ExecOptions;
  readonly shell: (script: string) => Command;
}

/** What every way of starting one command among many owes to who asked for it. */
export const testExec = ({ exec, many, shell }: ExecUnderTest): void => {
  test('it gives way to nixup, which answers keys meanwhile', async () => {
    const answer = await exec(shell('nice'), many);
    const wanted = Math.min(os.constants.priority.PRIORITY_LOW, os.getPriority() + 10);
    expect(answer).toMatchObject({ ok: true, value: { stdout: `${wanted}\n` } });
  });

  test('a question that is one of many gets its input, its environment and its lines', async () => {
    const heard: string[] = [];
    const answer = await exec(
      {
        ...shell('read -r word; echo "$word $HOME $MORE $GIT_TERMINAL_PROMPT"; echo aside >&2'),
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

  test('each ending is the one that it has by itself', async () => {
    const cases = [
      shell('echo why >&2; exit 7'),
      shell('kill -9 $$'),
      { file: 'no-such-program', args: [] },
      { ...shell('true'), cwd: '/no/such/folder' },
      shell('exit 127'),
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
};
