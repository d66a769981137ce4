import type { StorePath } from '../../model/nix/store-path.ts';
import { storePathFor } from '../process/hash.ts';
import type { DemoHost } from './fleet-data.ts';
import { releaseAt } from './input-source.ts';
import type { DemoLocks, Versions } from './lock-data.ts';
import { type DemoPackage, packageSize, packageVersion } from './package-data.ts';

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

export const seedOf = (host: DemoHost, versions: Versions): string =>
  [host.channel, ...host.inputs].map((input) => `${input}=${versions.get(input) ?? 0}`).join(' ');

export const nixpkgsOf = (host: DemoHost, versions: Versions): number =>
  versions.get(host.channel) ?? 0;

export const kernelName = (host: DemoHost, versions: Versions): string => {
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

export const packageSeed = (host: DemoHost, name: string, versions: Versions): string =>
  name.startsWith('linux-rt-') ? `musnix=${versions.get('musnix') ?? 0}` : host.channel;

const commitsSinceRelease = [2_473, 3_461, 4_273, 5_186, 6_390];

/** The unit of a package is another one when the package is. */
export const packageOfService: Readonly<Record<string, DemoPackage>> = {
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
  fetchesOf(system: DemoSystem): readonly Fetch[];
}

export const createDemoSystems = (now: number, locks: DemoLocks): DemoSystems => {
  const release = releaseAt(now);
  const known = new Map<StorePath, DemoSystem>();
  const bySeed = new Map<string, DemoSystem>();
  const makeSystem = (host: DemoHost, versions: Versions, seed: string): DemoSystem => {
    const nixpkgs = nixpkgsOf(host, versions);
    const label = host.channel === 'nixpkgs' ? release.stable : release.old;
    const counted =
      host.channel === 'nixpkgs' ? (commitsSinceRelease[nixpkgs] ?? 0) : 11_842 + nixpkgs * 94;
    const nixosVersion = `${label}.${counted}.${locks.revision(host.channel, nixpkgs).slice(0, 7)}`;
    const name = `nixos-system-${host.name}-${nixosVersion}`;
    const kernel = kernelName(host, versions);
    const kernelSeed = packageSeed(host, kernel, versions);
    return {
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
  };
  const systemOf = (host: DemoHost, versions: Versions): DemoSystem => {
    const seed = `${host.name} ${seedOf(host, versions)}`;
    const made = bySeed.get(seed);
    if (made !== undefined) return made;
    const system = makeSystem(host, versions, seed);
    bySeed.set(seed, system);
    known.set(system.toplevel, system);
    known.set(system.derivation, system);
    return system;
  };

  return {
    systemOf,
    find: (path) => known.get(path),
    fetchesOf: ({ host, versions }) => {
      const nixpkgs = nixpkgsOf(host, versions);
      return host.fetches.map((name) => ({
        path: storePathFor(`${name}-${packageVersion(name, nixpkgs)}`, host.channel),
        bytes: packageSize(name),
      }));
    },
  };
};
