import { describe, expect, test } from 'vitest';
import {
  commandPlace,
  moveCommand,
  shownCommands,
} from '../../../source/screen/reducer/commands.ts';
import { splitCommand } from '../../../source/screen/texts/command-parts.ts';
import { initialUi, type Ui } from '../../../source/screen/ui.ts';
import type { CommandRecord } from '../../../source/state/events.ts';
import { stateOf } from '../../fixtures/states.ts';

const hash = '0123456789abcdfghijklmnpqrsvwxyz';

describe('the telling part of a command comes first, its options after it', () => {
  test.each<[line: string, does: string | null, what: string, options: string]>([
    [
      `nix build --extra-experimental-features 'nix-command flakes' --keep-going -- '/nix/store/${hash}-nixos-system-razer-26.05.drv^*'`,
      null,
      'nix build nixos-system-razer-26.05',
      '--keep-going',
    ],
    [
      `nix flake update --extra-experimental-features 'nix-command flakes' --flake /fleet -- nixpkgs`,
      null,
      'nix flake update nixpkgs',
      '--flake /fleet',
    ],
    [
      'LC_ALL=C.UTF-8 git -C /home/ada/fleet commit --message x -- flake.lock',
      null,
      'git commit flake.lock',
      '-C /home/ada/fleet --message x',
    ],
    [
      `nix copy --to ssh-ng://razer -- /nix/store/${hash}-nixos-system-razer-26.05`,
      null,
      'nix copy nixos-system-razer-26.05',
      '--to ssh-ng://razer',
    ],
    [
      `NIX_SSHOPTS='-o BatchMode=yes' nix --extra-experimental-features nix-command copy --no-check-sigs -v --to ssh-ng://razer /nix/store/${hash}-nixos-system-razer-26.05`,
      null,
      'nix copy nixos-system-razer-26.05',
      '--no-check-sigs -v --to ssh-ng://razer',
    ],
    [
      "ssh -T -o BatchMode=yes -- razer 'sh -c x'",
      'switch-to-configuration test',
      'switch-to-configuration test',
      "ssh -T -o BatchMode=yes -- razer 'sh -c x'",
    ],
    [
      `nix eval --json -- '/home/ada/fleet#nixosConfigurations."nas".config.system.build.toplevel'`,
      null,
      'nix eval nixosConfigurations."nas".config.system.build.toplevel',
      '--json',
    ],
    [
      "ssh -T -o BatchMode=yes -- razer 'systemctl is-system-running'",
      null,
      'systemctl is-system-running',
      "ssh -T -o BatchMode=yes -- razer 'systemctl is-system-running'",
    ],
    [
      `nix --extra-experimental-features nix-command copy --no-check-sigs --to ssh-ng://razer -- /nix/store/${hash}-nixos-system-razer-26.05`,
      null,
      'nix copy nixos-system-razer-26.05',
      '--no-check-sigs --to ssh-ng://razer',
    ],
    [
      `nix eval --json --apply 'hosts: [ (ask "nas" true 2) (ask "p510" true 2) ]' -- /fleet#nixosConfigurations`,
      null,
      'nix eval nixosConfigurations of nas, p510',
      `--json --apply 'hosts: [ (ask "nas" true 2) (ask "p510" true 2) ]'`,
    ],
    ['', null, '', ''],
  ])('%s', (line, does, what, options) => {
    expect(splitCommand({ line, does })).toEqual({ what, options });
  });
});

const ran = (startedAt: number): CommandRecord => ({
  line: 'git fetch',
  does: null,
  host: null,
  startedAt,
  tookMs: 1,
  ending: 'done',
});

const opened: Ui = { ...initialUi, overlay: { kind: 'commands', cursor: null, unfolded: false } };

const cursorOf = ({ overlay }: Ui): string | null =>
  overlay?.kind === 'commands' ? overlay.cursor : null;

test('the cursor stays on its command while others come, and goes with the newest at the end', () => {
  const three = stateOf([], { commands: [ran(1), ran(2), ran(3)] });
  expect(commandPlace(three.commands, cursorOf(opened))).toBe(2);
  const up = moveCommand(three, opened, -1);
  const more = [...three.commands, ran(4), ran(5)];
  expect(commandPlace(more, cursorOf(up))).toBe(1);
  expect(cursorOf(moveCommand(three, up, 1))).toBeNull();
  // Forgotten by the ring: the newest again.
  expect(commandPlace([ran(8), ran(9)], cursorOf(up))).toBe(1);
});

test('the list of commands is in the order in which they began, whichever ended first', () => {
  const commands = [ran(2), { ...ran(1), tookMs: 9 }, ran(3)];
  expect(shownCommands(commands, '').map(({ startedAt }) => startedAt)).toEqual([1, 2, 3]);
});

test('the list of commands is filtered by words of host, deed, line and ending', () => {
  const commands = [
    { ...ran(1), host: 'nas', does: 'ask for units' },
    { ...ran(2), host: 'razer', ending: 'exit 1' },
    ran(3),
  ];
  const found = (filter: string): readonly number[] =>
    shownCommands(commands, filter).map(({ startedAt }) => startedAt);
  expect(found('NAS units')).toEqual([1]);
  expect(found('git !done')).toEqual([2]);
  expect(found('!')).toEqual([1, 2, 3]);
  expect(found('nowhere')).toEqual([]);
});
