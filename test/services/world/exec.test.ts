import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createExec } from '../../../source/services/world/exec.ts';

const programs = fileURLToPath(new URL('../../fixtures/bin', import.meta.url));
const exec = createExec({ PATH: `${programs}:/usr/bin:/bin`, LANG: 'C' }, () => Date.now());

test('answers what a command printed', async () => {
  const done = await exec({ file: 'talks', args: ['one', '$(two)', "it's"] });
  expect(done).toMatchObject({ ok: true, value: { stdout: "one\n$(two)\nit's\n" } });
});

test('settings of git that name another repository are not passed on, unless a command has them', async () => {
  const own = createExec(
    { PATH: '/usr/bin:/bin', GIT_DIR: '/other', GIT_INDEX_FILE: '/i', GIT_CONFIG_COUNT: '0' },
    () => Date.now(),
  );
  const names = async (env: Record<string, string>) => {
    const told = await own({ file: 'env', args: [], env });
    return told.ok ? told.value.stdout.match(/^GIT_\w+=.*$/gm)?.toSorted() : undefined;
  };
  expect(await names({})).toEqual(['GIT_CONFIG_COUNT=0', 'GIT_TERMINAL_PROMPT=0']);
  expect(await names({ GIT_INDEX_FILE: '/mine' })).toContain('GIT_INDEX_FILE=/mine');
});

test('passes standard input, and closes it when there is none', async () => {
  expect(await exec({ file: 'talks', args: [] }, { input: 'hello' })).toMatchObject({
    value: { stdout: 'hello' },
  });
  expect(await exec({ file: 'talks', args: [] })).toMatchObject({ value: { stdout: '' } });
});

test('an exit status is told with the last words, free of control sequences', async () => {
  expect(await exec({ file: 'fails', args: ['7'] })).toEqual({
    ok: false,
    failure: {
      code: 'command-failed',
      command: 'fails 7',
      exitCode: 7,
      tail: ['something went wrong'],
    },
  });
});

test('a program that is not there is missing, not failed', async () => {
  expect(await exec({ file: 'no-such-program', args: [] })).toEqual({
    ok: false,
    failure: { code: 'program-missing', program: 'no-such-program' },
  });
});

test('a folder that is not there is not taken for a missing program', async () => {
  const done = await exec({ file: 'talks', args: [], cwd: '/no/such/folder' });
  expect(done).toMatchObject({ ok: false, failure: { code: 'command-failed' } });
});

test('a command that takes too long is stopped and told as such', async () => {
  const done = await exec({ file: 'waits', args: [] }, { timeoutMs: 200 });
  expect(done).toMatchObject({ failure: { code: 'command-timeout', afterMs: 200 } });
});

test('a canceled command is canceled, not failed', async () => {
  const controller = new AbortController();
  const done = exec(
    { file: 'waits', args: [] },
    { signal: controller.signal, onLine: () => controller.abort() },
  );
  expect(await done).toMatchObject({ failure: { code: 'canceled', what: 'waits' } });
});

test('a death by signal names the signal', async () => {
  expect(await exec({ file: 'kills-itself', args: [] })).toMatchObject({
    failure: { code: 'command-killed', signal: 'SIGTERM' },
  });
});

test('lines arrive one by one, each with where it came from', async () => {
  const lines: string[] = [];
  await exec(
    { file: 'fails', args: ['1'] },
    { onLine: (line, from) => lines.push(`${from}: ${line}`) },
  );
  expect(lines).toEqual(['stderr: something went wrong']);
});

test('a long stream that nobody collects keeps only its last words', async () => {
  let count = 0;
  const done = await exec(
    { file: 'floods', args: [] },
    {
      discardOutput: true,
      onLine: () => {
        count += 1;
      },
    },
  );
  expect(count).toBe(5000);
  expect(done).toMatchObject({ failure: { code: 'command-failed', exitCode: 3 } });
  expect(done.ok ? [] : 'tail' in done.failure ? done.failure.tail : []).toHaveLength(20);
});

test('lines that are no words of the command are heard, and not told as its last words', async () => {
  const heard: string[] = [];
  const done = await exec(
    {
      file: 'sh',
      args: ['-c', 'echo mine >&2; for i in $(seq 30); do echo "of $i" >&2; done; exit 3'],
    },
    {
      discardOutput: true,
      isForeignLine: (line) => line.startsWith('of '),
      onLine: (line) => heard.push(line),
    },
  );
  expect(heard).toHaveLength(31);
  expect(done).toMatchObject({ failure: { code: 'command-failed', tail: ['mine'] } });
});

/** Nobody may be there to reap an orphan: a zombie runs nothing any more. */
const stateOf = (pid: number): 'alive' | 'gone' => {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')) ? 'gone' : 'alive';
  } catch {
    return 'gone';
  }
};

test.each([
  ['sleep 60 & echo $!; wait'],
  // Heeds no signal, and outlives the one that started it.
  [`sh -c 'trap "" TERM INT; echo $$; while :; do sleep 1; done' & wait`],
])('a canceled group ends with all that it started: %s', async (script) => {
  const controller = new AbortController();
  let child = 0;
  const running = exec(
    { file: '/bin/sh', args: ['-c', script] },
    {
      group: true,
      signal: controller.signal,
      onLine: (line) => {
        child = Number(line);
        controller.abort();
      },
    },
  );
  expect(await running).toMatchObject({ ok: false, failure: { code: 'canceled' } });
  await expect.poll(() => stateOf(child), { timeout: 30_000 }).toBe('gone');
});

test('a group that takes too long ends with all that it started', async () => {
  let child = 0;
  const done = await exec(
    { file: '/bin/sh', args: ['-c', 'sleep 60 & echo $!; wait'] },
    {
      group: true,
      timeoutMs: 500,
      onLine: (line) => {
        child = Number(line);
      },
    },
  );
  expect(done).toMatchObject({ failure: { code: 'command-timeout' } });
  await expect.poll(() => stateOf(child), { timeout: 30_000 }).toBe('gone');
});

test('a stopped command is over, although another process holds its output', async () => {
  let child: number | undefined;
  const controller = new AbortController();
  const done = await exec(
    { file: 'leaves-a-child', args: [] },
    {
      signal: controller.signal,
      onLine: (line) => {
        child = Number(line);
        controller.abort();
      },
    },
  );
  expect(done).toMatchObject({ failure: { code: 'canceled' } });
  if (child === undefined) throw new Error('it did not name its child');
  // It lives for longer than any test may take: nobody waited for it.
  expect(stateOf(child)).not.toBe('gone');
  process.kill(child);
});

test('a line of 150,000 characters is handed on whole', async () => {
  const lines: string[] = [];
  const long = 150_000;
  await exec(
    { file: process.execPath, args: ['-e', `console.log('x'.repeat(${long}))`] },
    { onLine: (line) => void lines.push(line) },
  );
  expect(lines.map(({ length }) => length)).toEqual([long]);
});

test('a failed program whose time may be prolonged is not waited for by what it left behind', async () => {
  const patient = createExec({ PATH: process.env['PATH'] }, Date.now);
  const started = Date.now();
  const ended = await patient(
    { file: 'sh', args: ['-c', 'sleep 60 & echo said >&2; exit 255'] },
    { timeoutMs: 50_000, moreTime: () => 0 },
  );
  expect(ended).toMatchObject({
    failure: { code: 'command-failed', exitCode: 255, tail: ['said'] },
  });
  expect(Date.now() - started).toBeLessThan(45_000);
});

test('a program whose time is over gets more of it as long as it is given', async () => {
  const patient = createExec({ PATH: process.env['PATH'] }, Date.now);
  let asked = 0;
  const more = (): number => {
    asked += 1;
    return asked < 3 ? 10 : 0;
  };
  const ended = await patient({ file: 'sleep', args: ['60'] }, { timeoutMs: 10, moreTime: more });
  expect(ended).toMatchObject({ failure: { code: 'command-timeout' } });
  expect(asked).toBe(3);
});

test('a program that is over when it exits is told whole, and what it left behind goes on', async () => {
  let child = 0;
  const done = await exec(
    { file: '/bin/sh', args: ['-c', 'sleep 600 & echo $!; echo said'] },
    {
      group: true,
      untilExit: true,
      onLine: (line) => {
        if (line !== 'said') child = Number(line);
      },
    },
  );
  expect(done).toMatchObject({ ok: true, value: { stdout: `${child}\nsaid\n` } });
  expect(stateOf(child)).toBe('alive');
  process.kill(child);
});

test('a group whose first process is killed ends with all that it started', async () => {
  let child = 0;
  const done = await exec(
    { file: '/bin/sh', args: ['-c', 'sleep 600 & echo $!; kill -KILL $$'] },
    {
      group: true,
      untilExit: true,
      onLine: (line) => {
        child = Number(line);
      },
    },
  );
  expect(done).toMatchObject({ failure: { code: 'command-killed', signal: 'SIGKILL' } });
  await expect.poll(() => stateOf(child), { timeout: 30_000 }).toBe('gone');
});
