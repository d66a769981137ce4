import { expect, test } from 'vitest';
import { createHosts } from '../../../source/services/hosts.ts';
import { hostEntry, newSystem, oldSystem, probed } from '../../support/host-entry.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

const contactWith = async (...answers: StrictAnswer[]) => {
  const world = strictWorld({ answers });
  const result = await createHosts(world).contact(hostEntry(), newSystem, { timeoutMs: 30_000 });
  world.assertAllUsed();
  return { result, world };
};

const answer = (current: string): string =>
  `current ${current}\nboot-id b\nmachine-id m\nhost-name p620\n`;

test('contact is a connection of its own and a command as root', async () => {
  const { result, world } = await contactWith({ match: 'ssh', stdout: answer(newSystem) });
  expect(result).toMatchObject({ ok: true, value: { current: newSystem, isExpected: true } });
  expect(world.ran[0]?.shown).toContain('ControlPath=none');
  expect(world.ran[0]?.shown).toContain('sudo -n');
});

test('contact brings along what a probe asks, for the first look at health', async () => {
  const stdout = probed(newSystem, ['unit nginx.service loaded failed failed x']).join('\n');
  const { result } = await contactWith({ match: 'ssh', stdout });
  expect(result).toMatchObject({
    ok: true,
    value: { current: newSystem, facts: { current: newSystem, failedUnits: ['nginx.service'] } },
  });
});

test('a host that runs another system answers, and is not the expected one', async () => {
  const { result } = await contactWith({ match: 'ssh', stdout: answer(oldSystem) });
  expect(result).toMatchObject({ ok: true, value: { current: oldSystem, isExpected: false } });
});

test('a host whose sshd restarts is asked again', async () => {
  const refused = { exit: 255, stderr: 'ssh: connect to host p620 port 22: Connection refused\n' };
  const { result } = await contactWith(
    { match: 'ssh', ...refused, times: 3 },
    { match: 'ssh', stdout: answer(newSystem) },
  );
  expect(result.ok).toBe(true);
});

test('a lost right to become root is a lost host', async () => {
  const { result, world } = await contactWith({
    match: 'ssh',
    exit: 93,
    stderr: 'nixup: deploy may not become root without a password\n',
  });
  expect(result).toMatchObject({ failure: { code: 'elevation-refused' } });
  expect(world.ran).toHaveLength(1);
});

test('a host that stays away is given up after the time', async () => {
  const { result, world } = await contactWith({
    match: 'ssh',
    times: 'any',
    tookMs: 10_000,
    exit: 255,
    stderr: 'ssh: connect to host p620 port 22: No route to host\n',
  });
  expect(result).toMatchObject({ failure: { code: 'host-unreachable' } });
  expect(world.ran.length).toBeLessThan(5);
});
