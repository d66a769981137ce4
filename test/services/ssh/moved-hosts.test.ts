import { expect, test } from 'vitest';
import { createHosts } from '../../../source/services/hosts.ts';
import type { ExpectedMove } from '../../../source/services/ssh/moved-hosts.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

const limits = { timeoutMs: 1_000, fresh: true };
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHnN';
const silent: StrictAnswer = {
  match: /-- p620 /,
  exit: 255,
  stderr: 'ssh: connect to host p620 port 22: No route to host',
};

const expecting = async (move: ExpectedMove, ...answers: StrictAnswer[]) => {
  const world = strictWorld({ answers });
  const hosts = createHosts(world);
  return { world, hosts, agreed: await hosts.moved.expect(hostEntry(), move) };
};

test('a host that is meant to move is found at its new address, and asked there from then on', async () => {
  const { world, hosts } = await expecting(
    { address: '192.0.2.9', hostKey: null },
    { match: /-- p620 /, stdout: 'before\n' },
    silent,
    { match: /-- 192\.0\.2\.9 /, stdout: 'after\n' },
    { match: /-- 192\.0\.2\.9 /, stdout: 'still\n' },
  );
  const ask = () => hosts.run(hostEntry(), 'true', limits);
  expect(await ask()).toMatchObject({ value: { stdout: 'before\n' } });
  expect(hosts.moved.moveOf('p620')).toBeNull();
  expect(await ask()).toMatchObject({ value: { stdout: 'after\n' } });
  expect(await ask()).toMatchObject({ value: { stdout: 'still\n' } });
  expect(hosts.moved.moveOf('p620')).toEqual({ address: '192.0.2.9', hostKey: null });
  world.assertAllUsed();
});

test('a new host key is accepted only when it is the expected one', async () => {
  const { hosts, world } = await expecting(
    { address: null, hostKey: key },
    { match: /-- p620 /, exit: 255, stderr: 'REMOTE HOST IDENTIFICATION HAS CHANGED!' },
    {
      match: /UserKnownHostsFile=\S+nixup-expected-p620 .*HostKeyAlias=nixup-expected-p620/,
      stdout: '',
    },
  );
  expect((await hosts.run(hostEntry(), 'true', limits)).ok).toBe(true);
  world.assertAllUsed();
});

test('where it answers nowhere, the usual way says why', async () => {
  const { hosts } = await expecting({ address: '192.0.2.9', hostKey: null }, silent, {
    match: /-- 192\.0\.2\.9 /,
    exit: 255,
    stderr: 'ssh: connect to host 192.0.2.9 port 22: Connection refused',
  });
  expect(await hosts.run(hostEntry(), 'true', limits)).toMatchObject({
    failure: { code: 'host-unreachable', detail: expect.stringContaining('No route to host') },
  });
});

test.each<[ExpectedMove, string]>([
  [{ address: '-oProxyCommand=x', hostKey: null }, 'host-name-refused'],
  [{ address: null, hostKey: 'not a key\n* ssh-rsa AAAA' }, 'gate-closed'],
])('%j is refused', async (move, code) => {
  const { agreed } = await expecting(move);
  expect(agreed).toMatchObject({ ok: false, failure: { code } });
});
