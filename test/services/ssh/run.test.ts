import { expect, test } from 'vitest';
import { explain } from '../../../source/model/explain/explain.ts';
import { failed, success } from '../../../source/model/result.ts';
import { adviceLine } from '../../../source/model/words/advice.ts';
import { printedMarks } from '../../../source/services/ssh/remote-script.ts';
import { createRun } from '../../../source/services/ssh/run.ts';
import type { World } from '../../../source/services/world/world.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

const settings = { sshOptions: [], socketFolder: '/run/user/1000/nixup' };
const limits = { timeoutMs: 1_000 };

const runWith = (...answers: StrictAnswer[]) => {
  const world = strictWorld({ answers });
  return { world, run: createRun(world, settings) };
};

test.each([
  hostEntry({ name: '-oProxyCommand=touch pwned', address: 'p620' }),
  hostEntry({ name: 'p620', address: '-oProxyCommand=touch pwned' }),
  hostEntry({ name: 'a;reboot', address: 'a;reboot' }),
])('$name at $address is refused and runs nothing', async (entry) => {
  const { world, run } = runWith();
  expect(await run(entry, 'true', limits)).toMatchObject({
    ok: false,
    failure: { code: 'host-name-refused' },
  });
  expect(world.ran).toEqual([]);
});

test('a script travels on standard input and its output comes back', async () => {
  const { world, run } = runWith({ match: /^ssh -T /, input: 'echo $HOME', stdout: '/root\n' });
  expect(await run(hostEntry(), 'echo $HOME', limits)).toMatchObject({
    ok: true,
    value: { stdout: '/root\n' },
  });
  expect(world.ran[0]?.shown).not.toContain('echo $HOME');
  expect(world.ran[0]?.options.timeoutMs).toBe(1_000);
  world.assertAllUsed();
});

test.each([
  ['Permission denied (publickey).', 'login-refused'],
  ['Host key verification failed.', 'host-key-unknown'],
  ['REMOTE HOST IDENTIFICATION HAS CHANGED!', 'host-key-changed'],
  ['ssh: connect to host p620 port 22: Connection timed out', 'host-timeout'],
  ['ssh: connect to host p620 port 22: Connection refused', 'ssh-failed'],
  ['client_loop: send disconnect: Broken pipe', 'host-unreachable'],
])('status 255 with %j is %s', async (stderr, code) => {
  const { run } = runWith({ match: 'ssh', exit: 255, stderr });
  expect(await run(hostEntry(), 'true', limits)).toMatchObject({
    ok: false,
    failure: { code, host: 'p620' },
  });
});

test('what a login shell prints around an answer is no part of it, also without a line break', async () => {
  const title = '\u001b]0;root@p620\u0007';
  const lines: string[] = [];
  const noisy = createRun(
    {
      ...strictWorld(),
      exec: async (_command, options = {}) => {
        const [before, after] = printedMarks(options.input ?? '');
        const stdout = `machine-id 0\n${title}${before}current /nix/store/x\n${after}machine-id 1\n${title}`;
        for (const line of stdout.split('\n')) options.onLine?.(line, 'stdout');
        return success({ stdout, stderr: '', tookMs: 1 });
      },
    },
    settings,
  );
  const answer = await noisy(hostEntry(), 'true', {
    ...limits,
    onLine: (line) => lines.push(line),
  });
  expect(answer).toMatchObject({ ok: true, value: { stdout: 'current /nix/store/x\n' } });
  expect(lines).toEqual(['current /nix/store/x']);
});

test('a login that runs something else and ends well is no answer', async () => {
  const forced = createRun(
    {
      ...strictWorld(),
      exec: async () => success({ stdout: 'backups only\n', stderr: '', tookMs: 1 }),
    },
    settings,
  );
  expect(await forced(hostEntry(), 'true', limits)).toMatchObject({
    ok: false,
    failure: { code: 'login-shell-failed', exitCode: 0, detail: 'backups only' },
  });
});

const askToVisit = '# To authenticate, visit: https://login.tailscale.com/a/1f2e3d';
const waitingRun = (waitMs: number, endings: readonly string[]) => {
  const world = strictWorld();
  const told: string[] = [];
  const seen: { readonly seconds: string | undefined; readonly more: number }[] = [];
  const run = createRun(
    {
      ...world,
      exec: async (command, options = {}) => {
        const ending = endings[seen.length];
        options.onLine?.('# Tailscale SSH requires an additional check.', 'stderr');
        options.onLine?.(askToVisit, 'stderr');
        world.advance(25_000);
        seen.push({
          seconds: command.args.find((word) => word.startsWith('ConnectTimeout=')),
          more: options.moreTime?.() ?? 0,
        });
        if (ending === undefined) {
          const [before, after] = printedMarks(options.input ?? '');
          for (const line of before.split('\n')) options.onLine?.(line, 'stdout');
          return success({ stdout: `${before}here\n${after}`, stderr: '', tookMs: 1 });
        }
        return failed(
          ending === 'timeout'
            ? { code: 'command-timeout', command: 'ssh', afterMs: 25_000, tail: [askToVisit] }
            : {
                code: 'command-failed',
                command: 'ssh',
                exitCode: 255,
                tail: [askToVisit, ...ending.split('\n')],
              },
        );
      },
    },
    { ...settings, patience: { waitMs, tell: (host, text) => told.push(`${host}: ${text}`) } },
  );
  return { run, told, seen };
};
const visit =
  'Tailscale SSH requires an additional check. To authenticate, visit: https://login.tailscale.com/a/1f2e3d';

test('a login that waits for a person is shown once, and waited for', async () => {
  const { run, told, seen } = waitingRun(300_000, []);
  expect(await run(hostEntry(), 'true', limits)).toMatchObject({ ok: true });
  expect(await run(hostEntry(), 'true', limits)).toMatchObject({ ok: true });
  expect(told).toEqual([`p620: ${visit}`]);
  expect(seen[0]?.more).toBeGreaterThan(0);
});

test('a login that waits for a person fails with its words where nobody is there', async () => {
  const { run, told, seen } = waitingRun(0, ['timeout']);
  expect(await run(hostEntry(), 'true', limits)).toEqual({
    ok: false,
    failure: { code: 'login-waits', host: 'p620', text: visit, waitedMs: 25_000 },
  });
  expect(told).toEqual([`p620: ${visit}`]);
  expect(seen[0]?.more).toBe(0);
});

test("ssh's own limit for a connection does not end a login that waits for a person", async () => {
  const { run, seen } = waitingRun(300_000, ['Connection timed out during banner exchange']);
  expect(await run(hostEntry(), 'true', limits)).toMatchObject({ ok: true });
  expect(seen.map(({ seconds }) => seconds)).toEqual(['ConnectTimeout=10', 'ConnectTimeout=300']);
});

test('a way by a program is first gone on a connection that shows its words, with the time of a person', async () => {
  const words: string[] = [];
  const run = createRun(
    {
      ...strictWorld({}),
      exec: async (command, options = {}) => {
        words.push(
          command.args.filter((word) => /^(?:ControlMaster|ConnectTimeout)=/.test(word)).join(' '),
        );
        const [before, after] = printedMarks(options.input ?? '');
        for (const line of before.split('\n')) options.onLine?.(line, 'stdout');
        return success({ stdout: `${before}here\n${after}`, stderr: '', tookMs: 1 });
      },
    },
    {
      ...settings,
      patience: { waitMs: 300_000, tell: () => undefined },
      hidesWords: async ({ name }) => name === 'p620',
    },
  );
  for (const name of ['p620', 'p620', 'razer'])
    expect(await run(hostEntry({ name, address: name }), 'true', limits)).toMatchObject({
      ok: true,
    });
  expect(words).toEqual([
    'ConnectTimeout=300 ControlMaster=no',
    'ConnectTimeout=10 ControlMaster=auto',
    'ConnectTimeout=10 ControlMaster=auto',
  ]);
});

test('a program on the way that waits for a person until ssh ends it is told with its words', async () => {
  const { run } = waitingRun(0, [
    'Connection timed out during banner exchange\nConnection to UNKNOWN port 65535 timed out',
  ]);
  expect(await run(hostEntry(), 'true', limits)).toMatchObject({
    failure: { code: 'login-waits', text: visit },
  });
});

test('a question is asked once more, over a connection of its own, where the shared one broke', async () => {
  const broken = {
    match: 'ControlMaster=auto',
    exit: 255,
    stderr: 'mux_client_read_packet: read header failed: Broken pipe',
  };
  const { run, world } = runWith(broken, { match: 'ControlPath=none', stdout: 'here\n' });
  expect(await run(hostEntry(), 'echo here', { ...limits, again: true })).toMatchObject({
    ok: true,
    value: { stdout: 'here\n' },
  });
  world.assertAllUsed();
});

test('a command on the way that is muted by a shared connection is heard over one of its own', async () => {
  const { run, world } = runWith(
    { match: 'ControlMaster=auto', exit: 255, stderr: 'Connection closed by UNKNOWN port 65535' },
    {
      match: 'ControlPath=none',
      exit: 255,
      stderr: 'sh: 1: exec: cloudflared: not found\nConnection closed by UNKNOWN port 65535',
    },
  );
  expect(await run(hostEntry(), 'true', limits)).toMatchObject({
    failure: { code: 'ssh-failed', why: 'hop', detail: 'sh: 1: exec: cloudflared: not found' },
  });
  world.assertAllUsed();
});

test.each([
  ['a deed whose shared connection broke', {}, 'client_loop: send disconnect: Broken pipe'],
  [
    'a question to a host that is asleep',
    { again: true },
    'ssh: connect to host p620 port 22: Connection timed out',
  ],
  [
    'a question whose time is over',
    { again: true, timeoutMs: 400 },
    'client_loop: send disconnect: Broken pipe',
  ],
  [
    'a question over a connection of its own',
    { again: true, fresh: true },
    'client_loop: send disconnect: Broken pipe',
  ],
])('%s is not sent again', async (_what, more, stderr) => {
  const { run, world } = runWith({ match: 'ssh', exit: 255, stderr });
  expect((await run(hostEntry(), 'true', { ...limits, ...more })).ok).toBe(false);
  expect(world.ran).toHaveLength(1);
});

test('a host that hangs costs its time once: the question is not asked again, and its connection is closed', async () => {
  const asked: string[] = [];
  const world: World = {
    ...strictWorld({ answers: [] }),
    exec: async (command) => {
      const closes = command.args.includes('-O');
      asked.push(closes ? 'closed' : 'asked');
      return closes
        ? success({ stdout: '', stderr: '', tookMs: 1 })
        : failed({ code: 'command-timeout', command: 'ssh', afterMs: 1_000, tail: [] });
    },
  };
  const run = createRun(world, settings);
  expect(await run(hostEntry(), 'true', { ...limits, again: true })).toMatchObject({
    failure: { code: 'host-timeout', host: 'p620', afterMs: 1_000 },
  });
  expect(asked).toEqual(['asked', 'closed']);
});

test('a script that fails is no host that fails', async () => {
  const { run } = runWith({ match: 'ssh', exit: 1, stderr: 'cannot' });
  expect(await run(hostEntry(), 'false', limits)).toMatchObject({
    failure: { code: 'command-failed', exitCode: 1, tail: ['cannot'] },
  });
});

test('a host where nobody becomes root says so', async () => {
  const { run } = runWith({
    match: 'ssh',
    exit: 93,
    stderr: 'nixup: deploy may not become root without a password',
  });
  expect(await run(hostEntry(), 'true', { ...limits, privilege: 'needed' })).toMatchObject({
    failure: {
      code: 'elevation-refused',
      host: 'p620',
      detail: 'deploy may not become root without a password',
    },
  });
});

test('a command that does not end in time is a host that does not answer', async () => {
  const { run, world } = runWith({
    match: 'ssh',
    times: 2,
    failure: { code: 'command-timeout', command: 'ssh', afterMs: 1_000, tail: [] },
  });
  expect(await run(hostEntry(), 'true', limits)).toMatchObject({
    failure: { code: 'host-timeout', host: 'p620', afterMs: 1_000 },
  });
  // What hangs would hold the shared connection for everybody after.
  expect(world.ran.at(-1)?.shown).toContain('-O exit');
});

test.each([
  // ssh itself ends within 20 seconds where the machine is gone.
  ['one that a question waits for longer than for a machine that is gone', 25_000, false, true],
  ['one that had less time', 20_000, false, undefined],
  ['this machine', 1_000, true, true],
] as const)('a command that does not end: %s', async (_what, afterMs, here, isConnected) => {
  const { run } = runWith({
    match: here ? 'sh' : 'ssh',
    times: 2,
    failure: { code: 'command-timeout', command: 'ssh', afterMs, tail: [] },
  });
  const ended = await run(hostEntry({ here }), 'true', limits);
  expect(!ended.ok && ended.failure.code === 'host-timeout' && ended.failure.isConnected).toBe(
    isConnected,
  );
});

test('a host that takes the connection and says nothing is not asleep', async () => {
  const { run } = runWith({
    match: 'ssh',
    exit: 255,
    stderr:
      'Connection timed out during banner exchange\nConnection to 192.0.2.7 port 22 timed out',
  });
  expect(await run(hostEntry(), 'true', limits)).toMatchObject({
    failure: { code: 'host-timeout', afterMs: 10_000, isConnected: true },
  });
});

test('on this machine status 255 is the script’s own', async () => {
  const { run } = runWith({ match: /^sh -c/, exit: 255 });
  expect(await run(hostEntry({ here: true }), 'exit 255', limits)).toMatchObject({
    failure: { code: 'command-failed', exitCode: 255 },
  });
});

test('advice goes to the address of a host, not to its name', async () => {
  const { run } = runWith({
    match: /^ssh -T /,
    exit: 255,
    stderr: 'ada@10.0.0.5: Permission denied (publickey).\n',
  });
  const result = await run(hostEntry({ address: 'ada@10.0.0.5' }), 'true', limits);
  if (result.ok) throw new Error('it was let in');
  expect(adviceLine(explain(result.failure).next)).toContain('ssh-copy-id ada@10.0.0.5');
});

test('a connection of its own to a host that answered before stays open for what is asked next', async () => {
  const { run, world } = runWith({ match: 'ssh', times: 'any' });
  const entry = hostEntry();
  const asRoot = { ...limits, privilege: 'needed' } as const;
  await run(entry, 'first', { ...asRoot, fresh: true });
  await run(entry, 'identity', { ...limits, privilege: 'wanted', fresh: true });
  await run(entry, 'deed', { ...asRoot, input: 'read' });
  await run(entry, 'as the login user', limits);
  await run(entry, 'one of many', { ...asRoot, isAmongMany: true });
  const talks = world.ran.map(({ options }) => options.conversation);
  // A login shell that runs something else may wait for the end of its input.
  expect(talks.map((talk) => talk?.kind)).toEqual([
    undefined,
    'opens',
    'joins',
    undefined,
    undefined,
  ]);
  expect(talks[2]?.name).toBe(talks[1]?.name);
  // Whoever was opened without being root does nothing that needs it.
  expect(talks[1]?.question).not.toContain('exit 93');
  expect(talks[2]?.question).toMatch(/if \[ "\$1" = none \].*exit 93[\s\S]*deed[\s\S]*\nread\n/);
  expect(world.ran[2]?.options.input).toContain('deed');
});

test('after a failure a host is asked alone until it answers again', async () => {
  const { run, world } = runWith(
    { match: 'ssh' },
    { match: 'ssh', exit: 255, stderr: 'client_loop: send disconnect: Broken pipe' },
    { match: 'ssh', times: 'any' },
  );
  const fresh = { ...limits, privilege: 'wanted', fresh: true } as const;
  for (const script of ['first', 'lost', 'alone', 'again']) await run(hostEntry(), script, fresh);
  expect(world.ran.map(({ options }) => options.conversation?.kind)).toEqual([
    undefined,
    'opens',
    undefined,
    'opens',
  ]);
});

test.each([
  ['on this machine', hostEntry({ here: true }), settings],
  ['where root asks for a password', hostEntry(), { ...settings, passwordOf: () => 'secret' }],
])('%s no shell stays open', async (_where, entry, others) => {
  const world = strictWorld({ answers: [{ match: /./, times: 'any' }] });
  const run = createRun(world, others);
  const asRoot = { ...limits, privilege: 'needed', fresh: true } as const;
  await run(entry, 'first', asRoot);
  await run(entry, 'next', asRoot);
  expect(world.ran.map(({ options }) => options.conversation)).toEqual([undefined, undefined]);
});
