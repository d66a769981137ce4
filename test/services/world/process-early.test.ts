import { expect, test } from 'vitest';
import { createExec } from '../../../source/services/world/exec.ts';
import { adoptEarly, startEarly } from '../../../source/services/world/process-early.ts';

const exec = createExec({ PATH: process.env['PATH'] }, Date.now);

const sh = (script: string) => ({ file: 'sh', args: ['-c', script] });

/** What `exec` answers to a command that was started before. */
const answerOf = async (script: string, mostKept?: number) => {
  const command = sh(script);
  return await adoptEarly(exec, startEarly(command, mostKept))(command);
};

test('a command that was started early is answered as any other', async () => {
  expect(await answerOf('echo four; echo five >&2')).toMatchObject({
    value: { stdout: 'four\n', stderr: 'five\n' },
  });
  expect(await answerOf('echo no >&2; exit 3')).toMatchObject({
    failure: { code: 'command-failed', exitCode: 3, tail: ['no'] },
  });
});

test.each([
  ['lines', 'yes'],
  ['a line that never ends', `tr '\\0' x </dev/zero`],
  ['lines of standard error', 'yes >&2'],
  ['lines, and does not obey', "trap '' TERM; yes"],
])('one that says %s without end is stopped and told', async (_, script) => {
  expect(await answerOf(script, 1024 * 1024)).toMatchObject({
    failure: {
      code: 'output-unreadable',
      detail: 'it is longer than 1 MiB, and the command was stopped',
    },
  });
});

test('one that is stopped before it was started ends', async () => {
  const early = startEarly(sh('exec sleep 600'));
  early.stop();
  expect(await early.ended).toMatchObject({ signal: 'SIGTERM' });
});
