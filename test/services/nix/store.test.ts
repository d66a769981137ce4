import { expect, test } from 'vitest';
import { createClosures } from '../../../source/services/nix/store.ts';
import { createRun } from '../../../source/services/ssh/run.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

const path = `/nix/store/${'0'.repeat(32)}-nixos-system-p620-26.05`;
const openssl = `/nix/store/${'1'.repeat(32)}-openssl-3.6.2`;
const listing = `${openssl}\t20\n${path}\t3\n`;
const settings = { sshOptions: [], socketFolder: '/run/user/1000/nixup' };

const closuresWith = (...answers: StrictAnswer[]) => {
  const world = strictWorld({ answers });
  return { world, closures: createClosures(world, createRun(world, settings)) };
};

const notHere: StrictAnswer = { match: 'nix path-info', exit: 1, stderr: 'is not valid' };

test('what the host runs is asked of the host when this machine does not have it', async () => {
  const { world, closures } = closuresWith(notHere, {
    match: 'ssh',
    input: `path=${path}`,
    stdout: listing,
  });
  const closure = await closures.on(hostEntry(), path);
  expect(closure).toMatchObject({ ok: true, value: { size: 23, packages: [{ name: 'openssl' }] } });
  world.assertAllUsed();
});

test('a closure is asked for once: a store path never changes what it refers to', async () => {
  const { world, closures } = closuresWith(notHere, { match: 'ssh', stdout: listing });
  await closures.on(hostEntry(), path);
  expect(await closures.on(hostEntry(), path)).toMatchObject({ ok: true, value: { size: 23 } });
  expect(world.ran).toHaveLength(2);
});

test('what this machine has needs no connection', async () => {
  const { world, closures } = closuresWith(
    { match: /nix path-info (?!.*--recursive)/, stdout: `${path}\n` },
    { match: /--recursive --size/, stdout: listing },
  );
  expect(await closures.on(hostEntry(), path)).toMatchObject({ ok: true, value: { size: 23 } });
  world.assertAllUsed();
});

test('a host that cannot be reached says so', async () => {
  const { closures } = closuresWith(notHere, {
    match: 'ssh',
    exit: 255,
    stderr: 'ssh: connect to host p620 port 22: No route to host',
  });
  expect(await closures.on(hostEntry(), path)).toMatchObject({
    ok: false,
    failure: { code: 'host-unreachable', host: 'p620' },
  });
});

test('a path that is none reaches no shell', async () => {
  const { world, closures } = closuresWith();
  const answer = await closures.on(hostEntry(), '/nix/store/x; touch pwned');
  expect(answer).toMatchObject({ ok: false, failure: { code: 'output-unreadable' } });
  expect(world.ran).toEqual([]);
});
