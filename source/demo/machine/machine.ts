import type { DemoHost } from '../data/fleet-data.ts';
import type { DemoSystem } from '../data/system-data.ts';
import type { DemoStore } from '../nix/store.ts';
import { revisionFor } from '../process/hash.ts';

interface MachineGeneration {
  readonly number: number;
  readonly system: DemoSystem;
  /** Ms since the epoch. */
  readonly at: number;
  /** The flake's revision that it was built from; null where the tree was dirty. */
  readonly revision: string | null;
}

/** An activation that was started on the machine. */
export interface DemoActivation {
  readonly lines: string[];
  /** What it waits for, as the supervisor notes it; empty while it takes no long time. */
  waits: readonly string[];
  exitCode: number | null;
}

/** A machine of the fleet as it is now. Changed in place by what is done to it. */
export interface Machine {
  readonly host: DemoHost;
  readonly store: DemoStore;
  readonly machineId: string;
  bootId: string;
  startedAt: number;
  booted: DemoSystem;
  /** What the next boot alone starts. */
  bootsOnce: DemoSystem | null;
  current: DemoSystem;
  profile: number;
  /** What the boot loader starts. */
  bootDefault: number;
  readonly generations: MachineGeneration[];
  readonly failed: Set<string>;
  /** Services that were not restarted by the last switches. */
  readonly runsOld: Set<string>;
  readonly activations: Map<string, DemoActivation>;
  /** What the order of the last activation tells the host to keep of it; null before the first. */
  ordered: string | null;
  /** What it keeps of its last activations by nixup, as a probe reads them. */
  readonly noted: string[];
  isActivating: boolean;
  readonly journal: JournalEntry[];
}

/** A line that a unit left in the machine's journal. */
interface JournalEntry {
  readonly unit: string;
  /** Ms since the epoch. */
  readonly at: number;
  readonly from: 'unit' | 'systemd';
  readonly text: string;
}

export interface MachineStart {
  readonly now: number;
  readonly host: DemoHost;
  /** The system that the host had after an update. */
  readonly systemAt: (host: DemoHost, update: number) => DemoSystem;
  /** When an update was made, ms since the epoch, and the commit with it. */
  readonly updates: readonly { readonly at: number; readonly revision: string }[];
  /** The store of this machine, where nixup runs on it. */
  readonly localStore: DemoStore | null;
}

const hourMs = 3_600_000;

/** When a host was deployed after an update that was committed at a time. */
export const deployedAt = (committedAt: number, update: number): number =>
  committedAt + (2 + update) * hourMs;

/** A store that has the machine's own systems from the start. */
const createOwnStore = (generations: readonly MachineGeneration[]): DemoStore => {
  const valid = new Set(generations.map(({ system }) => system.toplevel));
  return {
    isValid: (path) => valid.has(path),
    add: (path) => {
      valid.add(path);
    },
  };
};

export const createMachine = (start: MachineStart): Machine => {
  const { host, now, systemAt, updates } = start;
  const generations: MachineGeneration[] = [];
  for (let update = host.update; update >= 0; update -= 1) {
    const system = systemAt(host, update);
    const at = deployedAt(updates[update]?.at ?? now, update);
    const last = generations[0];
    const number = (last?.number ?? host.generation + 1) - 1;
    const made = { number, system, at, revision: updates[update]?.revision ?? null };
    // A system that did not change got no generation of its own.
    if (last?.system.toplevel === system.toplevel)
      generations[0] = { ...made, number: last.number };
    else if (number > 0) generations.unshift(made);
  }
  const newest = generations.at(-1);
  if (newest !== undefined && host.switchedHoursAgo !== undefined)
    generations[generations.length - 1] = { ...newest, at: now - host.switchedHoursAgo * hourMs };
  return {
    host,
    store: start.localStore ?? createOwnStore(generations),
    machineId: revisionFor(`machine ${host.name}`).slice(0, 32),
    bootId: revisionFor(`boot ${host.name}`).replace(
      /^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/,
      '$1-$2-$3-$4-$5',
    ),
    startedAt: now - host.uptimeDays * 24 * hourMs,
    booted: systemAt(host, host.bootedUpdate),
    bootsOnce: null,
    current: systemAt(host, host.update),
    profile: host.generation,
    bootDefault: host.generation,
    generations,
    failed: new Set(host.failedUnits),
    runsOld: new Set(host.runsOld),
    activations: new Map(),
    ordered: null,
    noted: [],
    isActivating: false,
    journal: (host.failedUnits ?? []).map((unit) => ({
      unit,
      // It failed again with the last switch.
      at: now - Math.min(72, (host.switchedHoursAgo ?? 72) - 1) * hourMs,
      from: 'unit',
      text: 'error: cannot open /mnt/downloads: No such file or directory',
    })),
  };
};

/** The path of a generation's link. */
export const generationLink = (number: number): string =>
  `/nix/var/nix/profiles/system-${number}-link`;

export const generationByNumber = (
  machine: Machine,
  number: number,
): MachineGeneration | undefined =>
  machine.generations.find((generation) => generation.number === number);

/** Makes a system the profile's, as `nix-env --set` does, and answers the generation. */
export const setProfile = (
  machine: Machine,
  system: DemoSystem,
  at: number,
  revision: string | null,
): number => {
  if (generationByNumber(machine, machine.profile)?.system === system) return machine.profile;
  const number = Math.max(...machine.generations.map((one) => one.number)) + 1;
  // A system names the revision that it was built from, whichever generation it is.
  const known = machine.generations.find((one) => one.system.toplevel === system.toplevel);
  machine.generations.push({ number, system, at, revision: known?.revision ?? revision });
  machine.profile = number;
  return number;
};
