import { expect, test } from 'vitest';
import { createHosts } from '../../../source/services/hosts.ts';
import { hostEntry, newSystem, oldSystem, probed } from '../../support/host-entry.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

const prepared = (stdout: string): StrictAnswer => ({ match: 'ssh', input: 'echo gone', stdout });
const activated = (stdout: string): StrictAnswer => ({
  match: 'ssh',
  input: /env NIXOS_NO_CHECK=1 .*switch-to-configuration test/,
  stdout,
});
const reached = (current: string): StrictAnswer => ({
  match: 'ControlPath=none',
  input: 'machine-id',
  stdout: `current ${current}\n`,
});
const persisted: StrictAnswer = {
  match: 'ssh',
  input: /export NIXOS_NO_CHECK=1\n.*switch-to-configuration boot/,
  stdout: `step profile 0\nstep boot 0\nprofile ${oldSystem}\nprofile-link system-7-link\nnixup-persist-end\n${probed(oldSystem).join('\n')}\n`,
};

const rollbackWith = async (...answers: StrictAnswer[]) => {
  const world = strictWorld({ answers });
  const result = await createHosts(world).rollback(hostEntry(), { id: 'back', to: oldSystem });
  world.assertAllUsed();
  return { result, world };
};

test('a host goes back by path: its own activation, contact, profile and boot entry', async () => {
  const { result, world } = await rollbackWith(
    prepared(`current ${newSystem}\n`),
    activated('s\nx 0\n'),
    reached(oldSystem),
    persisted,
  );
  expect(result).toMatchObject({ ok: true, value: { generation: 7, activation: { exitCode: 0 } } });
  expect(world.ran.map(({ options }) => options.input).join()).not.toContain('--rollback');
});

test('a generation that is gone is refused, and nothing is touched', async () => {
  const { result, world } = await rollbackWith(prepared('gone\n'));
  expect(result).toMatchObject({ failure: { code: 'generation-gone', host: 'p620' } });
  expect(world.ran).toHaveLength(1);
});

test('a way back across an inhibitor is not gone while the host runs, whoever asks for it', async () => {
  const { result, world } = await rollbackWith(
    prepared(`current ${newSystem}
old init 2
old inhibitors {"dbus-implementation":"broker"}
new init 2
new inhibitors {"dbus-implementation":"dbus"}
`),
  );
  expect(result).toMatchObject({
    failure: {
      code: 'gate-closed',
      reason: expect.stringMatching(/dbus-implementation: broker → dbus/),
      remedy: expect.stringContaining('nixup rollback p620 --reboot'),
    },
  });
  expect(world.ran).toHaveLength(1);
});

test('a host that runs the system already gets its profile and boot entry', async () => {
  const { result } = await rollbackWith(
    prepared(`current ${oldSystem}\n`),
    reached(oldSystem),
    persisted,
  );
  expect(result).toMatchObject({ ok: true, value: { activation: null } });
});

test('a way back that did not take is not made persistent', async () => {
  const { result } = await rollbackWith(
    prepared(`current ${newSystem}\n`),
    activated('s\nx 0\n'),
    reached(newSystem),
  );
  expect(result).toMatchObject({
    failure: { code: 'activation-unproven', expected: oldSystem, found: newSystem },
  });
});
