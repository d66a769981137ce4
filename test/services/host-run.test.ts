import { expect, test } from 'vitest';
import { explain } from '../../source/model/explain.ts';
import { createRun } from '../../source/services/host-run.ts';
import { type StrictAnswer, strictWorld } from '../strict-world.ts';
import { hostEntry } from './host-entry.ts';

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
  ['ssh: connect to host p620 port 22: Connection refused', 'host-unreachable'],
  ['client_loop: send disconnect: Broken pipe', 'host-unreachable'],
])('status 255 with %j is %s', async (stderr, code) => {
  const { run } = runWith({ match: 'ssh', exit: 255, stderr });
  expect(await run(hostEntry(), 'true', limits)).toMatchObject({
    ok: false,
    failure: { code, host: 'p620' },
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

test.each([
  ['a deed whose shared connection broke', {}, 'client_loop: send disconnect: Broken pipe'],
  [
    'a question to a host that is asleep',
    { again: true },
    'ssh: connect to host p620 port 22: Connection timed out',
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
  expect(explain(result.failure).next).toContain('ssh-copy-id ada@10.0.0.5');
});
