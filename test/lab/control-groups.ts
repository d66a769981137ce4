import { existsSync } from 'node:fs';
import { mkdir, readdir, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { mustRun } from './local-command.ts';
import type { MachineName } from './machines.ts';
import { mountsBelow } from './mounts.ts';
import { labId, runFolder } from './paths.ts';

/** A control group (version 2) of its own for each machine; without one, two hosts would share the group that systemd-nspawn makes. */
export async function controlGroup(name: MachineName): Promise<string> {
  const folder = path.join(await hierarchy(), labId, name);
  await mkdir(folder, { recursive: true });
  return folder;
}

/**
 * A control group for what is run on a machine from here: that is in no group of the machine's own.
 */
export async function groupOfVisitors(name: MachineName): Promise<string> {
  const folder = path.join(await hierarchy(), labId, `${name}-visitors`);
  await mkdir(folder, { recursive: true });
  return folder;
}

async function hierarchy(): Promise<string> {
  if (existsSync('/sys/fs/cgroup/cgroup.controllers')) return '/sys/fs/cgroup';
  if (existsSync('/sys/fs/cgroup/unified/cgroup.controllers')) return '/sys/fs/cgroup/unified';
  const own = path.join(runFolder, 'cgroup');
  await mkdir(own, { recursive: true });
  if (mountsBelow(own).length === 0) await mustRun('mount', ['-t', 'cgroup2', 'cgroup2', own]);
  return own;
}

export async function removeControlGroup(name: MachineName): Promise<void> {
  const root = path.join(await hierarchy(), labId);
  await removeGroups(path.join(root, name));
  await removeGroups(path.join(root, `${name}-visitors`));
  await rmdir(root).catch(() => {
    /* other machines have groups in it */
  });
}

async function removeGroups(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeGroups(path.join(folder, entry.name));
  }
  await rmdir(folder).catch(() => {
    /* a process of it is still ending: the group is used again, or goes with the next one */
  });
}
