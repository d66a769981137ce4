import { mkdir, rm } from 'node:fs/promises';
import { leader } from './enter.ts';
import { clearFates, fate } from './fates.ts';
import { makeFirstState } from './first-state.ts';
import { boot, forget } from './host.ts';
import { makeImages, writeCacheNote } from './images.ts';
import { runLocally } from './local-command.ts';
import { withLock } from './lock.ts';
import { installMachinePackages, labObstacle } from './machine.ts';
import { type MachineName, machineNames, machines } from './machines.ts';
import { unmountBelow } from './mounts.ts';
import { makeNetwork, mendNetwork, removeNetwork } from './network.ts';
import { runFolder } from './paths.ts';

export type { FateOptions } from './deeds.ts';
export { enterArguments, mustRunIn, type RunOptions, run } from './enter.ts';
export type { FateName } from './fates.ts';
export { boot, powerOff } from './host.ts';
export { advanceInput, commitToInput, haltInput } from './inputs.ts';
export type { Result } from './local-command.ts';
export { type HostName, hostNames, type MachineName, machineNames } from './machines.ts';
export { delayLink, isLinkUp, linkDown, linkUp, slowLink } from './network.ts';
export { reboot } from './reboot.ts';
/** What tests use. Everything else in this folder is how it is done. */
export { clearFates, fate, labObstacle };

export type Progress = (line: string) => void;
const silent: Progress = () => {
  /* nobody asked */
};

/** Brings the whole lab up. What is there already stays as it is, so a second call costs half a second. */
export async function bringUp(onProgress: Progress = silent): Promise<void> {
  const obstacle = await labObstacle();
  if (obstacle !== undefined) throw new Error(`the lab cannot run here: ${obstacle}`);
  await withLock('up', onProgress, async () => {
    await writeCacheNote();
    await withLock('images', onProgress, () => prepare(onProgress), 'cache');
    await mkdir(runFolder, { recursive: true });
    const off = machineNames.filter((name) => leader(name) === undefined);
    if (off.length === 0) return;
    await makeNetwork();
    onProgress(`booting ${off.join(' ')}`);
    await Promise.all(off.map(boot));
  });
}

async function prepare(onProgress: Progress): Promise<void> {
  await installMachinePackages(onProgress);
  await makeImages(onProgress);
  await makeFirstState(onProgress);
}

/** Machines back to their first state: disk, generations, boot menu, link; and for the workstation flake, inputs, remotes and what nixup remembers. */
export async function reset(names: readonly MachineName[] = machineNames): Promise<void> {
  await withLock('reset', silent, async () => {
    // The sources of the first state may have changed since the lab came up.
    await withLock('images', silent, () => makeFirstState(silent), 'cache');
    await makeNetwork();
    await Promise.all(
      names.map(async (name) => {
        await forget(name);
        await mendNetwork(name);
        await boot(name);
      }),
    );
  });
}

/** Ends and unmounts everything, also what a crashed run left behind. Images and first states stay. */
export async function takeDown(onProgress: Progress = silent): Promise<void> {
  await withLock('down', onProgress, async () => {
    await Promise.all(machineNames.map(forget));
    await removeNetwork();
    await unmountBelow(runFolder);
    await rm(runFolder, { recursive: true, force: true });
  });
}

export type MachineStatus = {
  readonly name: MachineName;
  readonly address: string;
  readonly process: number | undefined;
  readonly system: string | undefined;
};

export async function status(): Promise<readonly MachineStatus[]> {
  return Promise.all(
    machineNames.map(async (name) => {
      const process = leader(name);
      const system =
        process === undefined
          ? undefined
          : (
              await runLocally('readlink', [`/proc/${process}/root/run/current-system`])
            ).stdout.trim();
      return {
        name,
        address: machines[name].address,
        process,
        system: system === '' ? undefined : system,
      };
    }),
  );
}
