import { expect, test } from 'vitest';
import { showCommand } from '../../../source/model/command.ts';
import { hostCommands, knownGoodLink } from '../../../source/services/host/commands.ts';
import { createHosts } from '../../../source/services/hosts.ts';
import { grubLines, nixosEntry, nixosHead } from '../../support/grub-cfg.ts';
import { hostEntry, newSystem, oldSystem } from '../../support/host-entry.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

const prepared = (boot: readonly string[]): StrictAnswer => ({
  match: 'ssh',
  input: 'once-end',
  stdout: ['profile-before system-41-link', ...boot, 'once-end', ''].join('\n'),
});

const chosen = (input: string | RegExp, stdout: string): StrictAnswer => ({
  match: 'ssh',
  input,
  stdout,
});

const undone: StrictAnswer = {
  match: 'ssh',
  input: /set-oneshot ''[\s\S]*unset next_entry/,
  stdout: `profile ${oldSystem}\n`,
};

/** What its loader's files are before anything is done. */
const looked = (boot: readonly string[]): StrictAnswer =>
  chosen('once-look', [...boot, 'once-look', ''].join('\n'));

const chooseWith = async (answers: readonly StrictAnswer[]) => {
  const world = strictWorld({ answers: [...answers] });
  const result = await createHosts(world).bootOnce.choose(hostEntry(), oldSystem, newSystem);
  world.assertAllUsed();
  return result;
};

const choose = (...answers: StrictAnswer[]) => chooseWith([looked(today), ...answers]);

const conf = (name: string, system: string, version: number): readonly string[] => {
  const file = `/boot/loader/entries/${name}.conf`;
  return [
    `entry-file ${file}`,
    ...[
      `version Generation ${version}`,
      'sort-key nixos',
      'linux /k',
      `options init=${system}/init`,
    ].map((line) => `entry-line ${file}:${line}`),
  ];
};

const today = [
  'boot-place mount /boot',
  'loader-conf /boot',
  'loader-line preferred nixos-aa.conf',
  'loader-line default nixos-*',
  ...conf('nixos-aa', oldSystem, 41),
  ...conf('nixos-bb+3', newSystem, 42),
  'entry-line end',
];

test('systemd-boot of today is told the id without its counter', async () => {
  expect(
    await choose(prepared(today), chosen('bootctl set-oneshot nixos-bb.conf', 'chosen\n')),
  ).toEqual({ ok: true, value: { profileBefore: 'system-41-link' } });
});

test('GRUB is told the numbers that were proven, behind entries on one line', async () => {
  const menu =
    nixosHead() +
    nixosEntry('NixOS - Default', 'a') +
    'menuentry "Shutdown" { halt }\nmenuentry "Reboot" { reboot }\n' +
    nixosEntry('NixOS - new', 'b');
  const lines = grubLines(menu).map((line) =>
    line.replaceAll('-p510-26.05.20261115.3b4d16e', '-p620-26.05'),
  );
  const result = await choose(
    prepared(lines),
    chosen(/grub-reboot[\s\S]*next_entry=3/, 'chosen\n'),
  );
  expect(result.ok).toBe(true);
});

test.each<readonly [string, readonly string[], RegExp]>([
  [
    'an image that is not read',
    [
      ...today.filter((line) => !line.includes('nixos-bb')),
      'unified-image /boot/EFI/Linux/nixos-42-x.efi',
    ],
    /cannot be told to start the new system once: .*unified kernel image/,
  ],
  [
    'no entry at all',
    today.filter((line) => !line.includes('nixos-bb')),
    /no entry of systemd-boot/,
  ],
])('with %s everything is put back, and the reason is said', async (_what, lines, reason) => {
  expect(await choose(prepared(lines), undone)).toMatchObject({
    failure: { code: 'gate-closed', reason: expect.stringMatching(reason) },
  });
});

test.each<readonly [string, readonly string[], RegExp]>([
  ['a loader that is not read', ['other-loader ZFSBootMenu /boot/EFI/zbm'], /ZFSBootMenu/],
  [
    'extlinux',
    ['extlinux-file /boot/extlinux/extlinux.conf', 'extlinux-line LABEL a'],
    /U-Boot starts the DEFAULT/,
  ],
  ['Limine', ['limine-file /boot/limine/limine.conf', 'limine-line /a'], /newest generation/],
  [
    'two loaders of which neither says that it runs',
    [...today, ...grubLines('')],
    /both systemd-boot and GRUB/,
  ],
])('with %s nothing of the host is touched, and the reason is said', async (_what, lines, reason) => {
  expect(await chooseWith([looked(lines)])).toMatchObject({
    failure: {
      code: 'gate-closed',
      reason: expect.stringMatching(reason),
      remedy: expect.stringMatching(/--mode boot/),
    },
  });
});

test('a choice that the loader did not keep is no choice', async () => {
  expect(
    await choose(
      prepared(today),
      chosen('bootctl set-oneshot', 'the firmware did not keep the choice\n'),
      undone,
    ),
  ).toMatchObject({ failure: { reason: expect.stringMatching(/did not keep/) } });
});

/** lanzaboote's loader.conf says `default nixos-*`, whichever system installs the entries (`boot.lanzaboote.settings`). */
const newestFirst = today.filter((line) => !line.includes('preferred'));

test.each<readonly [string, readonly string[], RegExp]>([
  [
    'a loader whose newest generation is the default',
    newestFirst,
    /it makes the new system the default at once/,
  ],
  [
    'a default that cannot be read',
    [...today, 'efi-LoaderEntryPreferred @saved'],
    /whether the old system stays the default cannot be read: .*@saved/,
  ],
])('with %s the host is not restarted, and the way on is named', async (_what, lines, why) => {
  const answer = await choose(prepared(lines), undone);
  expect(answer).toMatchObject({
    failure: {
      code: 'gate-closed',
      reason: expect.stringMatching(why),
      remedy: expect.stringMatching(/who can restart it, run: nixup deploy .* --mode boot$/),
    },
  });
});

test('entries that cannot be installed are told as that, and not as a new system that runs', async () => {
  expect(
    await choose(
      prepared(['trouble the boot entries could not be installed: bootctl: no ESP']),
      undone,
    ),
  ).toMatchObject({
    failure: {
      code: 'gate-closed',
      reason:
        'it was not restarted, because the boot entries could not be installed: bootctl: no ESP',
    },
  });
});

/** What a script for a host runs, its variables put in and its quotes gone. */
const asRun = (script: string): string => {
  let text = script;
  for (const [, name, value] of script.matchAll(/^(old|new)=(\S+)$/gm))
    text = text.replaceAll(`"$${name}`, `"${value}`).replaceAll(`$${name}`, value ?? '');
  return text.replaceAll(/['"]/g, '');
};

test.each([
  true,
  false,
])('a confirmation of a restart shows the commands that the host is asked to run, in order (old one good: %s)', async (isGood) => {
  const world = strictWorld({
    answers: [
      looked(today),
      prepared(today),
      chosen('bootctl set-oneshot', 'chosen\n'),
      { match: 'ssh', input: 'systemctl reboot', stdout: 'restarting\n' },
    ],
  });
  const { bootOnce } = createHosts(world);
  const made = await bootOnce.choose(hostEntry(), oldSystem, newSystem, isGood);
  expect(made.ok).toBe(true);
  expect((await bootOnce.restart(hostEntry())).ok).toBe(true);
  const scripts = asRun(world.ran.map(({ options }) => String(options.input ?? '')).join('\n'));

  const shown = hostCommands.restart(
    hostEntry({ here: true }),
    {
      current: oldSystem,
      profile: oldSystem,
      copyTrusted: true,
      elevation: 'root',
      keepsFrom: isGood,
      generations: [],
      bootDefault: { kind: 'resolved', loader: 'systemd-boot', toplevel: oldSystem },
    },
    newSystem,
  );
  // The last one makes it the default once it is proven: that is another script.
  const lines = shown.slice(0, -1).map((command) =>
    showCommand(command)
      .replace(/ '<the entry that starts .*>'/, ' nixos-bb.conf')
      // The host counts them.
      .replace('-NUMBER-link', '-$number-link'),
  );
  const places = lines.map((line) => scripts.indexOf(line.replaceAll("'", '')));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(scripts.includes(`ln -s ${oldSystem} ${knownGoodLink('$number')}`)).toBe(isGood);
});
