import type { Command } from '../../model/command.ts';
import type {
  DeployMode,
  HostCommandFacts,
  HostCommands,
  RestartFacts,
} from '../../model/deploy/plan.ts';
import type { Elevation, HostEntry, HostFacts } from '../../model/host/host.ts';
import { activatedPath } from '../../model/host/specialisation.ts';
import type { UnitOwner } from '../../model/host/unit-details.ts';
import { type StorePath, storePathName } from '../../model/nix/store-path.ts';
import { bootLoaders } from '../../parsers/boot/loaders.ts';
import { elevationTools } from '../ssh/elevation.ts';

export const systemProfile = '/nix/var/nix/profiles/system';

/**
 * A profile of its own, so that the system that ran well before stays in the
 * store and in the boot menu. NixOS's GRUB takes names of letters, digits and _
 * only (install-grub.pl).
 */
export const knownGoodProfile = '/nix/var/nix/profiles/system-profiles/nixup_known_good';

/** The link of one of its generations, which is a root of garbage collection. */
export const knownGoodLink = (number: string): string => `${knownGoodProfile}-${number}-link`;

/** Its earlier name: GRUB made no boot entry of it. The next deploy moves it to the new name. */
export const oldKnownGoodProfile = '/nix/var/nix/profiles/system-profiles/nixup-known-good';

/** Roots that hold a system from the moment it is copied until its profile holds it. */
export const rootFolder = '/nix/var/nix/gcroots/nixup';

/** What `switch-to-configuration` is asked to do. */
export type ActivationMode = 'test' | 'switch' | 'boot' | 'dry-activate';

const onHost = (entry: HostEntry, command: Command): Command => ({ ...command, host: entry.name });

/** The command with the tool by which the login user of its host becomes root. */
const asRoot = (command: Command, elevation: Elevation | null): Command => {
  const prefix = elevationTools.find(({ name }) => name === elevation)?.prefix.trim() ?? '';
  return prefix === '' ? command : { ...command, by: prefix };
};

/** The store's address of a host for Nix: the ssh destination without its scheme. */
export const storeAddress = (entry: HostEntry): string =>
  `ssh-ng://${entry.address.replace(/^ssh:\/\//, '')}`;

/** A daemon run as root accepts paths that the login user's own connection may not copy. */
export const remoteProgramFor = (
  facts: Pick<HostCommandFacts, 'copyTrusted' | 'elevation'> | null,
): string | null => {
  if (facts === null || facts.copyTrusted !== false) return null;
  const tool = elevationTools.find(({ name }) => name === facts.elevation);
  return tool === undefined || tool.name === 'root' ? null : `${tool.prefix}nix-daemon`;
};

/** What is copied in a moment, bytes. */
const smallCopy = 16 * 2 ** 20;

/**
 * With bytes of each path a copy tells a line for every few bytes: that costs more than a small
 * copy itself. Then it tells each path, which is enough to count them.
 */
const toldAs = (newSize: number | undefined): string =>
  newSize !== undefined && newSize <= smallCopy ? 'raw' : 'internal-json';

export const copyCommand = (
  entry: HostEntry,
  path: StorePath,
  options: {
    readonly remoteProgram: string | null;
    readonly sshOptions: readonly string[] | null;
    /** The most bytes that have to be copied; undefined where that is not known. */
    readonly newSize?: number | undefined;
  },
): Command => {
  const program =
    options.remoteProgram === null
      ? ''
      : `?remote-program=${encodeURIComponent(options.remoteProgram)}`;
  return {
    file: 'nix',
    args: [
      '--extra-experimental-features',
      'nix-command',
      'copy',
      '--no-check-sigs',
      '--substitute-on-destination',
      // Its progress is read.
      '--log-format',
      toldAs(options.newSize),
      '-v',
      '--to',
      `${storeAddress(entry)}${program}`,
      path,
    ],
    ...(options.sshOptions === null ? {} : { env: { NIX_SSHOPTS: options.sshOptions.join(' ') } }),
    host: entry.name,
  };
};

export const activateCommand = (
  entry: HostEntry,
  path: string,
  mode: ActivationMode,
  env: Readonly<Record<string, string>> = {},
): Command =>
  onHost(entry, {
    file: `${path}/bin/switch-to-configuration`,
    args: [mode],
    ...(Object.keys(env).length === 0 ? {} : { env }),
  });

export const setProfileCommand = (entry: HostEntry, path: StorePath): Command =>
  onHost(entry, { file: 'nix-env', args: ['-p', systemProfile, '--set', path] });

/** The host counts the generations itself. */
const setKnownGoodCommand = (entry: HostEntry, path: StorePath): Command =>
  onHost(entry, { file: 'ln', args: ['-s', path, knownGoodLink('NUMBER')] });

/** The system that a deploy leaves stays bootable. */
const keepKnownGood = (
  entry: HostEntry,
  { current: from, keepsFrom = true }: HostCommandFacts,
): readonly Command[] => (from === null || !keepsFrom ? [] : [setKnownGoodCommand(entry, from)]);

/** A system that a rollback leaves is not known good any more. */
const forgetKnownGood = (
  entry: HostEntry,
  { current: left, knownGood }: Pick<HostFacts, 'current' | 'knownGood'>,
  to: StorePath,
): readonly Command[] =>
  left !== null && left === knownGood ? [setKnownGoodCommand(entry, to)] : [];

/** Switches off the checks that could refuse a rollback. */
export const revertEnvironment = { NIXOS_NO_CHECK: '1' } as const;

const persistCommands = (
  entry: HostEntry,
  path: StorePath,
  env: Readonly<Record<string, string>> = {},
): readonly Command[] => [
  setProfileCommand(entry, path),
  activateCommand(entry, path, 'boot', env),
];

const afterCopy = (
  entry: HostEntry,
  facts: HostCommandFacts,
  to: StorePath,
  mode: DeployMode,
): readonly Command[] => {
  const active = activatedPath(to, facts.specialisation ?? null);
  switch (mode) {
    case 'switch':
      return [
        activateCommand(entry, active, 'test'),
        ...keepKnownGood(entry, facts),
        ...persistCommands(entry, to),
      ];
    case 'boot':
      return persistCommands(entry, to);
    case 'test':
    case 'dry-activate':
      return [activateCommand(entry, active, mode)];
  }
};

/**
 * Tells the loader to start the new system with the next boot only. Its entry
 * is named by the loader's own files, which do not have it yet.
 */
const chooseOnce = (entry: HostEntry, facts: RestartFacts, to: StorePath): readonly Command[] => {
  const { bootDefault } = facts;
  if (bootDefault.kind !== 'resolved') return [];
  const named = `<the entry that starts ${storePathName(to)}>`;
  const [file, ...args] =
    bootLoaders.find(({ name }) => name === bootDefault.loader)?.once(named) ?? [];
  return file === undefined ? [] : [onHost(entry, { file, args })];
};

const copyFirst = (entry: HostEntry, facts: HostCommandFacts, to: StorePath): readonly Command[] =>
  entry.here || facts.isThere === true
    ? []
    : [
        copyCommand(entry, to, {
          remoteProgram: remoteProgramFor(facts),
          sshOptions: null,
          newSize: facts.newSize,
        }),
      ];

/** Booted once while the system that runs stays the default, then made that. */
const byBoot = (entry: HostEntry, facts: RestartFacts, to: StorePath): readonly Command[] =>
  [
    setProfileCommand(entry, to),
    // The old system installs the entries, so that it stays the default.
    ...(facts.current === null
      ? []
      : [activateCommand(entry, facts.current, 'boot', revertEnvironment)]),
    ...chooseOnce(entry, facts, to),
    onHost(entry, { file: 'systemctl', args: ['reboot'] }),
    activateCommand(entry, to, 'boot'),
  ].map((one) => asRoot(one, facts.elevation));

/** Takes these generations of the profile away. */
export const deleteGenerationsCommand = (
  entry: HostEntry,
  numbers: readonly number[] = [],
): Command =>
  onHost(entry, {
    file: 'nix-env',
    args: ['-p', systemProfile, '--delete-generations', ...numbers.map(String)],
  });

/** The system that boots next writes the boot entries. */
export const rewriteEntriesCommand = (entry: HostEntry): Command =>
  activateCommand(entry, systemProfile, 'boot', revertEnvironment);

/**
 * By the manager's own socket, as that user: neither logind nor a bus of the session is needed, nor a systemd that
 * knows `--machine=NAME@`. The login user is that user already, or root becomes it.
 */
export const restartServicesCommand = (
  entry: HostEntry,
  units: readonly string[],
  owner: UnitOwner | null,
): Command => {
  if (owner === null)
    return onHost(entry, { file: 'systemctl', args: ['restart', '--', ...units] });
  const { userId, groupId, isLogin } = owner;
  const asked = [
    'env',
    `XDG_RUNTIME_DIR=/run/user/${userId}`,
    'systemctl',
    '--user',
    'restart',
    '--',
    ...units,
  ];
  const [file = '', ...args] = isLogin
    ? asked
    : ['setpriv', `--reuid=${userId}`, `--regid=${groupId}`, '--clear-groups', ...asked];
  return onHost(entry, { file, args });
};

/** The commands of deploys, rollbacks, cleaning and restarts of services, for the confirmation that shows them. */
export const hostCommands: HostCommands = {
  clean: (entry, facts, numbers) =>
    [deleteGenerationsCommand(entry, numbers), rewriteEntriesCommand(entry)].map((one) =>
      asRoot(one, facts.elevation),
    ),
  deploy: (entry, facts, to, mode) => [
    ...copyFirst(entry, facts, to),
    ...afterCopy(entry, facts, to, mode).map((one) => asRoot(one, facts.elevation)),
  ],
  restart: (entry, facts, to) => [
    ...copyFirst(entry, facts, to),
    ...keepKnownGood(entry, facts).map((one) => asRoot(one, facts.elevation)),
    ...byBoot(entry, facts, to),
  ],
  restartBack: (entry, facts, to) => byBoot(entry, facts, to),
  restartServices: (entry, facts, units, owner) => {
    const command = restartServicesCommand(entry, units, owner);
    return [owner?.isLogin === true ? command : asRoot(command, facts.elevation)];
  },
  rollback: (entry, facts, to) =>
    [
      activateCommand(
        entry,
        activatedPath(to, facts.specialisation ?? null),
        'test',
        revertEnvironment,
      ),
      ...forgetKnownGood(entry, facts, to),
      ...persistCommands(entry, to, revertEnvironment),
    ].map((one) => asRoot(one, facts.elevation)),
};

/** Records of activations on the host; gone with a reboot, as the activation itself is. */
export const recordFolder = '/run/nixup';

/** What nixup did to the host last. Beside the folder of notes, from which old files are removed. */
export const activationsFile = '/nix/var/nix/nixup-activations';

/** What must survive a reboot: the result of going back by a reboot. */
export const noteFolder = '/nix/var/nix/nixup';
