import { jobsOf } from '../data/build-jobs.ts';
import type { DemoSystem, DemoSystems } from '../data/system-data.ts';
import { numberFor, storePathFor } from '../process/hash.ts';

/** Packages that are the same version for months and are made again with each nixpkgs. */
const steady = ['glibc-2.42-47', 'bash-5.3p9', 'coreutils-9.9', 'zlib-1.3.1', 'sqlite-3.51.2'];

/** What a system refers to, with sizes, as `nix path-info --recursive --size` prints it. */
export const closureText = (systems: DemoSystems, system: DemoSystem): string => {
  const { host, versions, toplevel, kernel } = system;
  const nixpkgs = versions.get(host.channel) ?? 0;
  const kernelPath = /^\/nix\/store\/[^/]+/.exec(kernel)?.[0];
  const paths = new Map<string, number>([
    ...steady.map((name): [string, number] => [
      storePathFor(name, `${host.channel} ${nixpkgs}`),
      2_000_000 + numberFor(name, 9_000_000),
    ]),
    ...jobsOf(system).map(({ output, name }): [string, number] => [
      output,
      400_000 + numberFor(name, 40_000_000),
    ]),
    ...systems
      .fetchesOf(system)
      .map(({ path, bytes }): [string, number] => [path, bytes + numberFor(path, 2_000_000)]),
    ...(kernelPath === undefined ? [] : [[kernelPath, 96_000_000] as const]),
    [toplevel, 12_000],
  ]);
  return [...paths].map(([path, size]) => `${path}\t${size}\n`).join('');
};
