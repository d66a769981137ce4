import { derivationName } from '../nix/derivation-name.ts';
import type { StorePath } from '../nix/store-path.ts';

/** What Nix says it is going to do for one host. */
export interface BuildPlan {
  /** `.drv` paths that will be built. */
  readonly builds: readonly StorePath[];
  /** Store paths that will be fetched. */
  readonly fetches: readonly StorePath[];
  /** Bytes over the network, and in the store; null where Nix did not say. */
  readonly downloadBytes: number | null;
  readonly unpackedBytes: number | null;
  /** The host that builds it in its own store; null or absent for this machine and its builders. */
  readonly on?: string | null;
}

export const emptyPlan: BuildPlan = {
  builds: [],
  fetches: [],
  downloadBytes: null,
  unpackedBytes: null,
};

/** A plan in numbers, of one host or of all together. */
export interface PlanSummary {
  readonly builds: number;
  readonly fetches: number;
  readonly downloadBytes: number | null;
  readonly unpackedBytes: number | null;
  /** Builds that another host needs as well: they are done once. */
  readonly shared: number;
  /** Packages that a cache usually has, and that would be compiled here. */
  readonly compiles: readonly string[];
  /** Sum of the times that these builds took in earlier runs, ms; null when none is known. */
  readonly workMs: number | null;
  /** How many of the builds ran before, so that their time is known. */
  readonly estimated: number;
  /** The host that builds in its own store; null for this machine, and for all plans together. */
  readonly on: string | null;
}

/** Large packages that cache.nixos.org builds for every revision that reaches a channel. */
const usuallyCached =
  /^(?:linux|linux-zen|linux-hardened|gcc|clang|llvm|rustc|ghc|go|nodejs|chromium|ungoogled-chromium|firefox|firefox-unwrapped|thunderbird|thunderbird-unwrapped|webkitgtk|qtwebengine|qtbase|libreoffice|electron(?:-unwrapped)?|blender|ffmpeg|opencv|pytorch|python3\.\d+-torch|mesa|systemd|glibc|openjdk|boost|ceph|qemu|wine|wine64|dotnet-sdk|kodi|vlc|gimp|inkscape|postgresql|mariadb-server|grafana|prometheus)-\d/;

/** The package's name without its version: `firefox-unwrapped-133.0` is `firefox-unwrapped`. */
export const packageName = (name: string): string => name.replace(/-\d.*$/, '');

/** Names of derivations in a plan that a person does not expect to compile. */
const compiledPackages = (plan: BuildPlan): readonly string[] => [
  ...new Set(plan.builds.map(derivationName).filter((name) => usuallyCached.test(name))),
];

type EstimateOf = (name: string) => number | null;

const summary = (plan: BuildPlan, shared: number, estimateOf: EstimateOf): PlanSummary => {
  const known = plan.builds
    .map((path) => estimateOf(derivationName(path)))
    .filter((estimate) => estimate !== null);
  return {
    builds: plan.builds.length,
    fetches: plan.fetches.length,
    downloadBytes: plan.downloadBytes,
    unpackedBytes: plan.unpackedBytes,
    shared,
    compiles: compiledPackages(plan),
    workMs: known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0),
    estimated: known.length,
    on: plan.on ?? null,
  };
};

/** The plan of one host among others. */
export const summarizePlan = (
  host: string,
  plans: ReadonlyMap<string, BuildPlan>,
  estimateOf: EstimateOf,
): PlanSummary => {
  const plan = plans.get(host) ?? emptyPlan;
  const others = new Set([...plans].flatMap(([name, one]) => (name === host ? [] : one.builds)));
  return summary(plan, plan.builds.filter((path) => others.has(path)).length, estimateOf);
};

/** All plans together: what several hosts need is counted once. Bytes are an upper bound then. */
export const summarizePlans = (
  plans: ReadonlyMap<string, BuildPlan>,
  estimateOf: EstimateOf,
): PlanSummary => {
  const needs = new Map<StorePath, number>();
  for (const { builds } of plans.values())
    for (const path of builds) needs.set(path, (needs.get(path) ?? 0) + 1);
  const fetches = new Set([...plans.values()].flatMap((plan) => plan.fetches));
  const bytes = (of: (plan: BuildPlan) => number | null): number | null => {
    const known = [...plans.values()].map(of).filter((one) => one !== null);
    return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0);
  };
  const all: BuildPlan = {
    builds: [...needs.keys()],
    fetches: [...fetches],
    downloadBytes: bytes(({ downloadBytes }) => downloadBytes),
    unpackedBytes: bytes(({ unpackedBytes }) => unpackedBytes),
  };
  return summary(all, [...needs.values()].filter((count) => count > 1).length, estimateOf);
};
