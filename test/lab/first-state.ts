import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { prepareHost } from './first-hosts.ts';
import { prepareWorkstation } from './first-workstation.ts';
import { imageFolder } from './images.ts';
import { mustRun, mustRunShell } from './local-command.ts';
import { hostNames, type MachineName, machineNames, machines } from './machines.ts';
import { removeTree, unmountBelow } from './mounts.ts';
import { cacheFolder, labSources, shortHash } from './paths.ts';

/**
 * The first state of each machine is a layer between its image and what it writes: made once, kept, and found again at each
 * reset. It is named after all that goes into it, so a change of the fleet or of the histories makes a new one.
 */
const sourcesOfFirstState = [
  'nixpkgs',
  'fleet',
  'host-files',
  'histories.ts',
  'history-stream.ts',
  'package-names.ts',
  'first-state.ts',
  'first-hosts.ts',
  'first-workstation.ts',
  'machines.ts',
];

let remembered: string | undefined;
function firstFolder(): string {
  remembered ??= path.join(
    cacheFolder,
    'first',
    shortHash(
      [imageFolder('host'), imageFolder('workstation'), ...sourcesOfFirstState.map(contents)].join(
        '\0',
      ),
    ),
  );
  return remembered;
}

function contents(name: string): string {
  const file = path.join(labSources, name);
  if (statSync(file).isFile()) return readFileSync(file, 'utf8');
  return (readdirSync(file) as string[])
    .sort()
    .map((entry) => `${entry}\0${contents(path.join(name, entry))}`)
    .join('\0');
}

export const firstLayer = (name: MachineName): string => path.join(firstFolder(), name, 'layer');
export const firstBoot = (name: MachineName): string => path.join(firstFolder(), name, 'boot');

export type Chroot = {
  readonly root: string;
  /** Runs a script in it, without any network; throws when it fails. */
  readonly script: (text: string, input?: string) => Promise<string>;
};

/** Makes the first state of all machines without booting any. */
export async function makeFirstState(onProgress: (line: string) => void): Promise<void> {
  const finished = firstFolder();
  if (existsSync(finished)) return;
  const unfinished = `${finished}.unfinished`;
  await removeTree(unfinished);
  const keys = await makeKeys(unfinished);
  const chroots = new Map<MachineName, Chroot>();
  try {
    for (const name of machineNames) chroots.set(name, await openLayer(unfinished, name));
    const workstation = chroots.get('workstation');
    if (workstation === undefined) throw new Error('no workstation');
    const generations = await prepareWorkstation(workstation, keys, onProgress);
    onProgress('hosts: users, keys, three generations each');
    await Promise.all(
      hostNames.map(async (name) => {
        const chroot = chroots.get(name);
        if (chroot !== undefined)
          await prepareHost(
            name,
            chroot,
            workstation,
            keys,
            generations.map((generation) => generation[name]),
          );
      }),
    );
  } finally {
    await unmountBelow(unfinished);
  }
  await rename(unfinished, finished);
  await removeOlder();
}

export type Keys = {
  readonly folder: string;
  readonly login: string;
  readonly host: (name: MachineName) => string;
};

/** One key to log in with, and one for each host; only of this machine's lab. */
async function makeKeys(folder: string): Promise<Keys> {
  const keyFolder = path.join(folder, 'keys');
  await mkdir(keyFolder, { recursive: true });
  for (const name of ['login', ...hostNames])
    await mustRun('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      `lab-${name}`,
      '-f',
      path.join(keyFolder, name),
    ]);
  return {
    folder: keyFolder,
    login: path.join(keyFolder, 'login'),
    host: (name) => path.join(keyFolder, name),
  };
}

async function openLayer(folder: string, name: MachineName): Promise<Chroot> {
  const own = path.join(folder, name);
  const [layer, work, root, boot] = ['layer', 'work', 'root', 'boot'].map((part) =>
    path.join(own, part),
  ) as [string, string, string, string];
  await Promise.all([layer, work, root, boot].map((part) => mkdir(part, { recursive: true })));
  await mustRun('mount', [
    '-t',
    'overlay',
    '-o',
    `lowerdir=${imageFolder(machines[name].image)},upperdir=${layer},workdir=${work}`,
    'nixup-lab',
    root,
  ]);
  const enter = `
    mount --rbind /dev "$ROOT/dev"; mount -t proc proc "$ROOT/proc"; mount -t tmpfs tmpfs "$ROOT/run"; mount -t tmpfs tmpfs "$ROOT/tmp"; mount --bind "$BOOT" "$ROOT/boot"
    exec chroot "$ROOT" /usr/bin/env -i HOME=/root PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 /bin/bash -euo pipefail -c "$SCRIPT"`;
  return {
    root,
    script: (text, input) =>
      mustRun(
        'unshare',
        ['--mount', '--net', '--propagation', 'private', '/bin/bash', '-euc', enter],
        {
          env: { ...process.env, ROOT: root, BOOT: boot, SCRIPT: text },
          ...(input === undefined ? {} : { input }),
        },
      ),
  };
}

/** Keeps the three newest, and what a running lab uses. */
async function removeOlder(): Promise<void> {
  const folder = path.dirname(firstFolder());
  const oldestLast = (await readdir(folder)).sort(
    (left, right) =>
      statSync(path.join(folder, right)).mtimeMs - statSync(path.join(folder, left)).mtimeMs,
  );
  const mounts = readFileSync('/proc/self/mounts', 'utf8');
  for (const entry of oldestLast.slice(3)) {
    if (!mounts.includes(`/first/${entry}/`)) await removeTree(path.join(folder, entry));
  }
}

/** Leaves out of systemd what a machine of the lab has no use for: it boots faster, and a daemon-reload takes half the time. */
export const slimSystemd = `
  mkdir -p /etc/systemd/system-generators
  for generator in /usr/lib/systemd/system-generators/*; do ln -sf /dev/null "/etc/systemd/system-generators/\${generator##*/}"; done
  rm -f /usr/lib/systemd/system/*.wants/{systemd-initctl.socket,systemd-creds.socket,systemd-sysext.socket,systemd-hostnamed.socket,dev-hugepages.mount,systemd-tpm2*,systemd-pcr*,systemd-ask-password*,console-getty.service,systemd-journal-catalog-update.service,ldconfig.service,systemd-hwdb-update.service,systemd-machine-id-commit.service,systemd-binfmt.service,systemd-boot-random-seed.service,sys-kernel-*}
  /usr/lib/systemd/systemd-update-done
`;

/** Files copied as they are, with their rights. */
export function copyInto(root: string, folder: string): Promise<string> {
  return mustRunShell('cp -a --no-preserve=ownership "$FROM/." "$TO/"', {
    env: { ...process.env, FROM: folder, TO: root },
  });
}
