import { numberFor, storePathFor } from '../process/hash.ts';
import { generationByNumber, generationLink, type Machine } from './machine.ts';

const gibibyte = 1024 * 1024;

/** Units that run on every machine. */
const always = [
  'basic.target',
  'multi-user.target',
  'network-online.target',
  'timers.target',
  'dbus.socket',
  'systemd-journald.socket',
  'nix-gc.timer',
  'systemd-logind.service',
  'systemd-timesyncd.service',
  'systemd-udevd.service',
];

/** `systemctl list-units --all --plain --no-legend`. */
const unitLines = (machine: Machine): readonly string[] => {
  const { failed, current } = machine;
  const line = (unit: string): string => {
    const sub = unit.endsWith('.service')
      ? 'running'
      : unit.endsWith('.timer')
        ? 'waiting'
        : 'active';
    return failed.has(unit)
      ? `${unit} loaded failed failed ${unit}`
      : `${unit} loaded active ${sub} ${unit}`;
  };
  return [...current.services, ...always].map(line);
};

/** What the boot loader's files say, as `parsers/boot/systemd-boot.ts` prints them. */
export const bootLines = (machine: Machine): readonly string[] => [
  'loader-conf /boot',
  'loader-line timeout 5',
  `loader-line default nixos-generation-${machine.bootDefault}.conf`,
  ...machine.generations.flatMap(({ number, system }) => {
    const file = `/boot/loader/entries/nixos-generation-${number}.conf`;
    return [
      `entry-line ${file}:title NixOS`,
      `entry-line ${file}:sort-key nixos`,
      `entry-line ${file}:linux /EFI/nixos/${number}-bzImage.efi`,
      `entry-line ${file}:version Generation ${number} NixOS ${system.nixosVersion}`,
      `entry-line ${file}:options init=${system.toplevel}/init loglevel=4 lsm=landlock,yama,bpf`,
    ];
  }),
];

const spaceLines = ({ host }: Machine): readonly string[] => {
  const line = (device: string, total: number, used: number, mount: string): string =>
    `space ${device} ${total} ${used} ${total - used} ${Math.round((used / total) * 100)}% ${mount}`;
  const total = (host.name.length > 5 ? 240 : 460) * gibibyte;
  const used = Math.round(total * (0.4 + numberFor(`disk ${host.name}`, 45) / 100));
  return [
    line('/dev/nvme0n1p2', total, used, '/'),
    line('/dev/nvme0n1p1', gibibyte, 310_000 + numberFor(`boot ${host.name}`, 90_000), '/boot'),
  ];
};

/** What still runs the code of the system that was booted, as `services/host/old-code-script.ts` prints it. */
const oldCodeLines = ({ runsOld }: Machine): readonly string[] => [
  'nixup-part old-code',
  'as root',
  ...[...runsOld].flatMap((unit, index) => {
    const name = unit.replace('.service', '');
    return [
      `process ${812 + index} before ${storePathFor(`${name}-1.${24 + index}.2`, `old ${unit}`)}`,
    ];
  }),
  'closure 1841',
  ...[...runsOld].map((unit, index) => `group ${812 + index} /system.slice/${unit}`),
  ...[...runsOld].flatMap((unit, index) => [
    `MainPID=${812 + index}`,
    `Id=${unit}`,
    'ActiveState=active',
    'RefuseManualStop=no',
    `FragmentPath=/etc/systemd/system/${unit}`,
    '',
  ]),
  'nixup-part',
];

/** A timer that upgrades the machine, as `services/host/upgraders-script.ts` prints it. */
const upgraderLines = ({ host }: Machine, now: number): readonly string[] => {
  if (host.upgradesAt === undefined) return [];
  const dayMs = 86_400_000;
  const today = Math.floor(now / dayMs) * dayMs + host.upgradesAt * 3_600_000;
  const next = (today > now ? today : today + dayMs) / 1_000;
  return [
    `upgrader nixos-upgrade.timer active ${next} -`,
    'upgrader nixos-upgrade.service inactive - -',
  ];
};

interface ProbeAsked {
  readonly elevation: string;
  /** Whether it asks for code of earlier systems too. */
  readonly asksOldCode: boolean;
}

// Over 60 lines: a table, one line for each fact.
/** The answer to `services/host/probe-script.ts`. */
export const probeText = (
  machine: Machine,
  now: number,
  { elevation, asksOldCode }: ProbeAsked,
): string => {
  const { host, current, booted, generations } = machine;
  const uptime = (now - machine.startedAt) / 1000;
  const parts = (name: string, system: typeof current): readonly string[] => [
    `${name} ${system.toplevel}`,
    `${name}-kernel ${system.kernel}`,
    `${name}-initrd ${system.initrd}`,
    `${name}-kernel-modules ${system.kernelModules}`,
  ];
  const revision = generations.findLast(({ system }) => system === current)?.revision ?? null;
  const revisionOf = (folder: string, text: string | null): readonly string[] =>
    text === null
      ? []
      : [`revision ${folder}/nixos-version.json:"configurationRevision":"${text}"`];
  const profile = generationByNumber(machine, machine.profile);
  const load = 0.08 + numberFor(`load ${host.name}`, 180) / 100;
  return `${[
    'nixup-probe 1',
    `started ${uptime.toFixed(2)}`,
    `time ${now}000000`,
    `elevation ${elevation}`,
    'user ada',
    'groups users wheel',
    `host-name ${host.name}`,
    `machine-id ${machine.machineId}`,
    `boot-id ${machine.bootId}`,
    `load ${load.toFixed(2)} ${(load * 0.9).toFixed(2)} ${(load * 0.8).toFixed(2)} 1/612 48211`,
    'nixos yes',
    'os "NixOS"',
    ...parts('current', current),
    ...parts('booted', booted),
    ...(profile === undefined ? [] : [`profile ${profile.system.toplevel}`]),
    `nixos-version ${current.nixosVersion}`,
    ...generations.map(
      ({ number, at, system }) =>
        `generation ${Math.floor(at / 1000)} '${generationLink(number)}' -> '${system.toplevel}'`,
    ),
    ...generations.map(
      ({ number, system }) => `version ${generationLink(number)} ${system.nixosVersion}`,
    ),
    ...generations.map(
      ({ number, system }) =>
        `kernel-link '${generationLink(number)}/kernel' -> '${system.kernel}'`,
    ),
    ...revisionOf('/run/current-system', revision),
    ...generations.flatMap((one) => revisionOf(generationLink(one.number), one.revision)),
    ...unitLines(machine).map((line) => `unit ${line}`),
    ...(asksOldCode ? oldCodeLines(machine) : []),
    ...spaceLines(machine),
    ...upgraderLines(machine, now),
    ...machine.noted.map((line) => `activation ${line}`),
    'nix-version nix-store (Nix) 2.34.1',
    'nix-conf trusted-users = root @wheel',
    'nix-daemon yes',
    'store-owner root',
    ...(machine.isActivating ? ['activation-lock held'] : []),
    ...bootLines(machine),
    `stopped ${(uptime + 0.04).toFixed(2)}`,
    'nixup-probe-end',
  ].join('\n')}\n`;
};
