import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { controlGroup, removeControlGroup } from './control-groups.ts';
import { leader, run } from './enter.ts';
import { firstBoot, firstLayer } from './first-state.ts';
import { imageFolder } from './images.ts';
import { mustRun } from './local-command.ts';
import { type Machine, type MachineName, machines } from './machines.ts';
import { mountsBelow, unmountBelow } from './mounts.ts';
import { labId, projectFolder, runFolder } from './paths.ts';
import { isAlive, keeperMark, keepingOf, kill, until } from './processes.ts';

/**
 * Mounts a machine's root. What it writes goes to a memory file system of limited size: it can be filled up, and
 * deleting it brings the first state back at once.
 */
async function mountMachine({
  name,
  image,
  root,
  disk,
  boot,
  diskMegabytes,
  bootMegabytes,
}: Machine): Promise<void> {
  await Promise.all([root, disk, boot].map((folder) => mkdir(folder, { recursive: true })));
  if (mountsBelow(disk).length === 0) {
    await mustRun('mount', [
      '-t',
      'tmpfs',
      '-o',
      `size=${diskMegabytes}m,mode=755`,
      `nixup-lab-${name}`,
      disk,
    ]);
    await mkdir(path.join(disk, 'upper'));
    await mkdir(path.join(disk, 'work'));
  }
  if (bootMegabytes > 0 && mountsBelow(boot).length === 0) {
    await mustRun('mount', [
      '-t',
      'tmpfs',
      '-o',
      `size=${bootMegabytes}m,mode=755`,
      `nixup-lab-${name}-boot`,
      boot,
    ]);
    await mustRun('cp', ['-a', `${firstBoot(name)}/.`, boot]);
  }
  if (mountsBelow(root).length === 0) {
    const layers = `lowerdir=${firstLayer(name)}:${imageFolder(image)},upperdir=${disk}/upper,workdir=${disk}/work`;
    await mustRun('mount', ['-t', 'overlay', '-o', layers, `nixup-lab-${name}`, root]);
  }
}

/** Boots a machine that is not running, and returns when its systemd has reached its target. */
export async function boot(name: MachineName): Promise<void> {
  const machine = machines[name];
  if (leader(name) === undefined) {
    if (keepingOf(machine.root).keepers.length === 0) {
      await mountMachine(machine);
      await startKeeper(machine);
    }
  }
  await untilReady(name);
}

async function startKeeper(machine: Machine): Promise<void> {
  const { name, root, namespace, bootMegabytes } = machine;
  const group = await controlGroup(name);
  // On hosts too: nixup may run on one of those that it deploys.
  const project = existsSync(path.join(projectFolder, 'package.json'));
  const nspawn = [
    'systemd-nspawn',
    '--quiet',
    '--register=no',
    '--keep-unit',
    `--machine=${labId}-${name}`,
    `--hostname=${name}`,
    '-D',
    root,
    // So that an activation can break the host's own network.
    '--capability=CAP_NET_ADMIN',
    `--network-namespace-path=/run/netns/${namespace}`,
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    ...(bootMegabytes > 0 ? [`--bind=${machine.boot}:/boot`] : []),
    ...(project ? [`--bind-ro=${projectFolder}:/opt/nixup`] : []),
    // Hosts are started by what their boot menu names; it hands over to systemd.
    ...(bootMegabytes > 0 ? ['/usr/local/libexec/lab-boot'] : ['--boot']),
  ];
  const log = openSync(path.join(runFolder, `${name}.log`), 'a');
  // systemd-nspawn ends with 133 when the machine reboots. It starts inside the group, while its keeper stays outside.
  const keep =
    'shift; group=$1; shift; while :; do /bin/sh -c \'echo $$ > "$0/cgroup.procs"; exec "$@"\' "$group" "$@"; [ $? = 133 ] || exit; done';
  const keeper = spawn('/bin/sh', ['-c', keep, keeperMark, root, group, ...nspawn], {
    // A session of its own: it goes on when the command that started it ends.
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1',
      SYSTEMD_LOG_LEVEL: 'warning',
    },
  });
  keeper.unref();
  closeSync(log);
}

async function untilReady(name: MachineName): Promise<void> {
  const ready = await until(
    async () => {
      const answer = await run(name, 'systemctl is-system-running', { timeoutMs: 20_000 });
      return /^(running|degraded)/.test(answer.stdout);
    },
    180_000,
    100,
  );
  if (!ready)
    throw new Error(
      `${name} did not finish booting within three minutes; see ${path.join(runFolder, `${name}.log`)}`,
    );
}

/** Ends a machine at once, as a power cut would, and keeps what it has written. */
export async function powerOff(name: MachineName): Promise<void> {
  const machine = machines[name];
  keepingOf(machine.root).keepers.forEach(kill);
  const first = leader(name);
  if (first !== undefined) kill(first);
  keepingOf(machine.root).containers.forEach(kill);
  const ended = await until(
    () =>
      keepingOf(machine.root).containers.length === 0 && (first === undefined || !isAlive(first)),
    60_000,
    20,
  );
  if (!ended) throw new Error(`${name} could not be ended`);
  await removeControlGroup(name);
}

/** Ends a machine and forgets all that it has written. */
export async function forget(name: MachineName): Promise<void> {
  const { root, disk, boot: bootFolder } = machines[name];
  await powerOff(name);
  for (const folder of [root, disk, bootFolder]) await unmountBelow(folder);
}
