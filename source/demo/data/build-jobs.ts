import type { StorePath } from '../../model/nix/store-path.ts';
import { numberFor, storePathFor } from '../process/hash.ts';
import { type DemoPackage, packageVersion } from './package-data.ts';
import {
  type DemoSystem,
  kernelName,
  nixpkgsOf,
  packageOfService,
  packageSeed,
  seedOf,
} from './system-data.ts';

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

const buildTimes: Readonly<Partial<Record<DemoPackage, number>>> = {
  linux: 13_000,
  'nvidia-x11': 4_500,
  mesa: 8_000,
  ollama: 9_000,
  immich: 6_500,
  plexmediaserver: 2_500,
  vaultwarden: 5_000,
};

/** What earlier runs remember of these builds, as `durations.json` has it. */
export const earlierBuilds: Readonly<Record<string, readonly number[]>> = Object.fromEntries(
  Object.entries({ ...buildTimes, 'linux-rt': 9_000 }).map(([name, ms]) => [
    `local ${name}`,
    [Math.round(ms * 1.1), ms],
  ]),
);

/** All jobs that building a system needs, whatever exists already. */
export const jobsOf = (system: DemoSystem): readonly BuildJob[] => {
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
    // A module of the kernel is made again for each kernel, and after it.
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
