import { expect, test } from 'vitest';
import { createHosts } from '../../../source/services/hosts.ts';
import { hostEntry, newSystem, oldSystem, probed } from '../../support/host-entry.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

const grubOf = (toplevel: string): readonly string[] => [
  'grub-cfg /boot/grub',
  'grub-line   set default=0',
  'grub-line menuentry "NixOS - Default" {',
  `grub-line   linux /kernels/x init=${toplevel}/init loglevel=4`,
  'grub-line }',
];

const answer = (profile: string, boot: readonly string[], ...steps: string[]): StrictAnswer => ({
  match: 'ssh',
  input: 'nixup-persist-end',
  stdout: [
    ...steps,
    `profile ${profile}`,
    'profile-link system-42-link',
    'nixup-persist-end',
    ...probed(profile, boot),
    '',
  ].join('\n'),
});

const persistWith = async (...answers: StrictAnswer[]) => {
  const world = strictWorld({ answers });
  const result = await createHosts(world).setProfileAndBoot(hostEntry(), newSystem);
  world.assertAllUsed();
  return { result, world };
};

test('profile and boot entry are read back', async () => {
  const { result, world } = await persistWith(
    answer(newSystem, grubOf(newSystem), 'step profile 0', 'step boot 0'),
  );
  const boot = { kind: 'resolved', loader: 'grub', toplevel: newSystem };
  expect(result).toMatchObject({
    ok: true,
    value: { generation: 42, boot, facts: { profile: newSystem, bootDefault: boot } },
  });
  expect(world.ran).toHaveLength(1);
  const script = world.ran[0]?.options.input ?? '';
  expect(script.indexOf('nix-env -p')).toBeLessThan(
    script.indexOf('/bin/switch-to-configuration boot'),
  );
});

test('what is confirmed after a while is confirmed over a connection of its own', async () => {
  const world = strictWorld({ answers: [answer(newSystem, grubOf(newSystem), 'step boot 0')] });
  await createHosts(world).setProfileAndBoot(hostEntry(), newSystem, { fresh: true });
  expect(world.ran[0]?.shown).toContain('ControlPath=none');
});

test('facts that were cut off after the deed are unreadable, and no proof', async () => {
  const whole = answer(newSystem, grubOf(newSystem), 'step profile 0', 'step boot 0');
  const stdout = whole.stdout?.replace('nixup-probe-end', '') ?? '';
  const { result } = await persistWith({ ...whole, stdout });
  expect(result).toMatchObject({ failure: { code: 'output-unreadable' } });
});

test('a loader that cannot be read is said so, and is no tick', async () => {
  const { result } = await persistWith(
    answer(newSystem, ['other-loader /boot/limine.conf'], 'step profile 0', 'step boot 0'),
  );
  expect(result).toMatchObject({ ok: true, value: { boot: { kind: 'unverifiable' } } });
});

test.each([
  [
    'another boot default',
    answer(newSystem, grubOf(oldSystem), 'step boot 0'),
    'persistence-unproven',
  ],
  [
    'another profile',
    answer(oldSystem, grubOf(newSystem), 'step profile 0', 'step boot 0'),
    'persistence-unproven',
  ],
  [
    'a profile that could not be set',
    answer(oldSystem, [], 'step profile 1', 'o error: read-only'),
    'persistence-unproven',
  ],
  [
    'a boot loader that was not installed',
    answer(newSystem, grubOf(oldSystem), 'step boot 1', 'o Failed to install bootloader'),
    'persistence-unproven',
  ],
  [
    'a full /boot',
    answer(newSystem, grubOf(oldSystem), 'step boot 1', 'o cannot copy: No space left on device'),
    'space-short',
  ],
  ['a system that is not there', { match: 'ssh', stdout: 'step missing 1\n' }, 'generation-gone'],
  ['an answer without an end', { match: 'ssh', stdout: 'step boot 0\n' }, 'persistence-unproven'],
] as const)('%s is a failure, although every command may have exited 0', async (_what, one, code) => {
  expect((await persistWith(one)).result).toMatchObject({ failure: { code } });
});

test('a busy lock and a lost connection are tried again', async () => {
  const busy = answer(newSystem, grubOf(oldSystem), 'step boot 11', 'o Could not acquire lock');
  const { result, world } = await persistWith(
    busy,
    { match: 'ssh', exit: 255, stderr: 'Connection to p620 closed by remote host.\n' },
    answer(newSystem, grubOf(newSystem), 'step boot 0'),
  );
  expect(result.ok).toBe(true);
  expect(world.ran[2]?.shown).toContain('ControlPath=none');
});
