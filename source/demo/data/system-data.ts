import type { StorePath } from '../../model/nix/store-path.ts';
import { numberFor, storePathFor } from '../process/hash.ts';
import type { DemoHost } from './fleet-data.ts';
import type { DemoLocks, Versions } from './lock-data.ts';
import { type PackageName, packageSize, packageVersion } from './package-data.ts';
import { releaseAt } from './release.ts';

/** Something that must be built on this machine. */
export interface BuildJob {
  readonly derivation: StorePath;
  readonly output: StorePath;
  readonly name: string;
  /** Milliseconds. */
  readonly tookMs: number;
  /** Derivations that must be there first. */
  readonly after: readonly StorePath[];
  /** The lines with which the build fails; absent when it does not. */
  readonly failsWith?: readonly string[];
}

/** Something that a cache has. */
export interface Fetch {
  readonly path: StorePath;
  readonly bytes: number;
}

/** The system of one host for one lock. */
export interface DemoSystem {
  readonly toplevel: StorePath;
  readonly derivation: StorePath;
  readonly host: DemoHost;
  readonly versions: Versions;
  readonly nixosVersion: string;
  readonly kernel: StorePath;
  readonly initrd: StorePath;
  readonly kernelModules: StorePath;
  /** Services that run in it, `name.service`. */
  readonly services: readonly string[];
  /** Text that differs where a unit of the host differs. */
  unitSeed(unit: string): string;
}

const seedOf = (host: DemoHost, versions: Versions): string =>
  [host.channel, ...host.inputs].map((input) => `${input}=${versions.get(input) ?? 0}`).join(' ');

const nixpkgsOf = (host: DemoHost, versions: Versions): number => versions.get(host.channel) ?? 0;

const kernelName = (host: DemoHost, versions: Versions): string => {
  const nixpkgs = nixpkgsOf(host, versions);
  switch (host.kernel) {
    case 'linux':
      return `linux-${packageVersion('linux', nixpkgs)}`;
    case 'linux-lts':
      return `linux-${packageVersion('linux-lts', nixpkgs)}`;
    case 'linux-rt':
      return `linux-rt-${packageVersion('linux', nixpkgs)}`;
  }
};

const packageSeed = (host: DemoHost, name: string, versions: Versions): string =>
  name.startsWith('linux-rt-') ? `musnix=${versions.get('musnix') ?? 0}` : host.channel;

const commitsSinceRelease = [2_473, 3_461, 4_273, 5_186, 6_390];

/** The unit of a package is another one when the package is. */
const packageOfService: Readonly<Record<string, PackageName>> = {
  'grafana.service': 'grafana',
  'prometheus.service': 'prometheus',
  'ollama.service': 'ollama',
  'immich-server.service': 'immich',
  'nzbget.service': 'nzbget',
  'plex.service': 'plexmediaserver',
  'vaultwarden.service': 'vaultwarden',
  'unbound.service': 'unbound',
  'pipewire.service': 'pipewire',
  'display-manager.service': 'gnome',
  'sshd.service': 'openssh',
};

/** The package that a unit starts, with its version: `grafana-13.1.0`. */
export const packageOfUnit = ({ host, versions }: DemoSystem, unit: string): string => {
  const owner = packageOfService[unit];
  return owner === undefined
    ? unit.replace(/\.service$/, '')
    : `${owner}-${packageVersion(owner, nixpkgsOf(host, versions))}`;
};

const commonServices = ['sshd', 'nix-daemon', 'systemd-journald', 'dbus', 'nscd', 'cron'];

export interface DemoSystems {
  systemOf(host: DemoHost, versions: Versions): DemoSystem;
  /** A system by its toplevel or derivation, of those that were asked for before. */
  find(path: StorePath): DemoSystem | undefined;
  /** What building it takes, whatever is there already. */
  jobsOf(system: DemoSystem): readonly BuildJob[];
  fetchesOf(system: DemoSystem): readonly Fetch[];
}

const patchFailure = (version: string): readonly string[] => [
  'unpacking sources',
  `unpacking source archive linux-${version}.tar.xz`,
  `source root is linux-${version}`,
  'patching sources',
  `applying patch patch-${version}-rt5.patch`,
  'patching file kernel/sched/core.c',
  'Hunk #3 FAILED at 7214.',
  'Hunk #4 succeeded at 7391 (offset 12 lines).',
  '1 out of 6 hunks FAILED -- saving rejects to file kernel/sched/core.c.rej',
  'patching file kernel/locking/rtmutex.c',
];

export const createDemoSystems = (now: number, locks: DemoLocks): DemoSystems => {
  const release = releaseAt(now);
  const known = new Map<StorePath, DemoSystem>();
  const bySeed = new Map<string, DemoSystem>();
  const systemOf = (host: DemoHost, versions: Versions): DemoSystem => {
    const seed = `${host.name} ${seedOf(host, versions)}`;
    const made = bySeed.get(seed);
    if (made !== undefined) return made;
    const nixpkgs = nixpkgsOf(host, versions);
    const label = host.channel === 'nixpkgs' ? release.stable : release.old;
    const counted =
      host.channel === 'nixpkgs' ? (commitsSinceRelease[nixpkgs] ?? 0) : 11_842 + nixpkgs * 94;
    const nixosVersion = `${label}.${counted}.${locks.revision(host.channel, nixpkgs).slice(0, 7)}`;
    const name = `nixos-system-${host.name}-${nixosVersion}`;
    const kernel = kernelName(host, versions);
    const kernelSeed = packageSeed(host, kernel, versions);
    const system: DemoSystem = {
      toplevel: storePathFor(name, seed),
      derivation: storePathFor(`${name}.drv`, seed),
      host,
      versions,
      nixosVersion,
      kernel: `${storePathFor(kernel, kernelSeed)}/bzImage`,
      initrd: `${storePathFor(`initrd-${kernel}`, `${host.name} ${kernelSeed}`)}/initrd`,
      kernelModules: `${storePathFor(`${kernel}-modules`, `${host.name} ${kernelSeed}`)}/lib/modules`,
      services: [...commonServices, ...host.services].map((service) => `${service}.service`),
      unitSeed: (unit) => {
        const owner = packageOfService[unit];
        return owner === undefined ? host.name : packageVersion(owner, nixpkgs);
      },
    };
    bySeed.set(seed, system);
    known.set(system.toplevel, system);
    known.set(system.derivation, system);
    return system;
  };

  const job = (
    name: string,
    seed: string,
    tookMs: number,
    after: readonly BuildJob[] = [],
    failsWith?: readonly string[],
  ): BuildJob => ({
    derivation: storePathFor(`${name}.drv`, seed),
    output: storePathFor(name, seed),
    name,
    tookMs,
    after: after.map(({ derivation }) => derivation),
    ...(failsWith === undefined ? {} : { failsWith }),
  });

  const buildTimes: Readonly<Partial<Record<PackageName, number>>> = {
    linux: 13_000,
    'nvidia-x11': 4_500,
    mesa: 8_000,
    ollama: 9_000,
    immich: 6_500,
    plexmediaserver: 2_500,
    vaultwarden: 5_000,
  };

  const jobsOf = (system: DemoSystem): readonly BuildJob[] => {
    const { host, versions } = system;
    const nixpkgs = nixpkgsOf(host, versions);
    const jobs: BuildJob[] = [];
    const own = `${host.name} ${seedOf(host, versions)}`;
    if (host.kernel === 'linux-rt') {
      const name = kernelName(host, versions);
      const version = packageVersion('linux', nixpkgs);
      const isBroken = (versions.get('musnix') ?? 0) >= 4;
      jobs.push(
        job(
          name,
          packageSeed(host, name, versions),
          isBroken ? 5_000 : 9_000,
          [],
          isBroken ? patchFailure(version) : undefined,
        ),
      );
    }
    for (const owner of host.builds) {
      const name = `${owner}-${packageVersion(owner, nixpkgs)}`;
      const tookMs = buildTimes[owner] ?? 3_000;
      // A module of the kernel is made anew for each kernel, and after it.
      if (owner === 'nvidia-x11') {
        const kernel = packageVersion('linux', nixpkgs);
        const kernels = jobs.filter((one) => one.name === `linux-${kernel}`);
        jobs.push(job(`${name}-${kernel}`, host.channel, tookMs, kernels));
      } else jobs.push(job(name, host.channel, tookMs));
    }
    const changed = host.services.filter(
      (service) => packageOfService[`${service}.service`] !== undefined,
    );
    for (const service of changed)
      jobs.push(job(`unit-${service}.service`, `${own} ${service}`, 150 + numberFor(service, 250)));
    if (host.inputs.includes('home-manager')) jobs.push(job('home-manager-generation', own, 700));
    const parts = [...jobs];
    const systemPath = job('system-path', own, 900, parts);
    const etc = job('etc', own, 400, parts);
    const initrd = job(`initrd-${kernelName(host, versions)}`, own, 1_100, parts);
    const { toplevel, derivation } = system;
    const last: BuildJob = {
      derivation,
      output: toplevel,
      name: toplevel.slice(44),
      tookMs: 500,
      after: [systemPath, etc, initrd].map((one) => one.derivation),
    };
    return [...jobs, systemPath, etc, initrd, last];
  };

  return {
    systemOf,
    find: (path) => known.get(path),
    jobsOf,
    fetchesOf: ({ host, versions }) => {
      const nixpkgs = nixpkgsOf(host, versions);
      return host.fetches.map((name) => ({
        path: storePathFor(`${name}-${packageVersion(name, nixpkgs)}`, host.channel),
        bytes: packageSize(name),
      }));
    },
  };
};
