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

type EstimateOf = (name: string) => number | null;

const plus = (sum: number | null, more: number | null): number | null =>
  more === null ? sum : (sum ?? 0) + more;

/** What is counted of paths, one after the other. */
interface Counted {
  readonly compiles: Set<string>;
  workMs: number | null;
  estimated: number;
}

const count = (counted: Counted, path: StorePath, estimateOf: EstimateOf): void => {
  const name = derivationName(path);
  if (usuallyCached.test(name)) counted.compiles.add(name);
  const estimate = estimateOf(name);
  if (estimate === null) return;
  counted.workMs = (counted.workMs ?? 0) + estimate;
  counted.estimated += 1;
};

const summary = (
  { compiles, workMs, estimated }: Counted,
  sums: Omit<PlanSummary, 'compiles' | 'workMs' | 'estimated'>,
): PlanSummary => ({ ...sums, compiles: [...compiles], workMs, estimated });

const nothingCounted = (): Counted => ({ compiles: new Set(), workMs: null, estimated: 0 });

const partOf = (bytes: number | null, share: number): number | null =>
  bytes === null ? null : Math.round(bytes * share);

/** Answers which part of the bytes of a plan is of paths that were not known, and adds these with about what each has. */
const addFetches = (known: Map<StorePath, number>, plan: BuildPlan): number => {
  if (plan.fetches.length === 0) return 1;
  const bytes = plan.unpackedBytes ?? plan.downloadBytes ?? 0;
  const fresh = new Set(plan.fetches.filter((path) => !known.has(path)));
  const before = plan.fetches.reduce((sum, path) => sum + (known.get(path) ?? 0), 0);
  const more = fresh.size === 0 ? 0 : Math.max(0, bytes - before);
  for (const path of fresh) known.set(path, more / fresh.size);
  return bytes === 0 ? 0 : more / bytes;
};

/** The plans of hosts, one after the other: each costs what it holds itself, however many were before. */
interface PlanSums {
  /** Answers the plan of this host in numbers, and that of all so far. */
  add(plan: BuildPlan): { readonly own: PlanSummary; readonly whole: PlanSummary };
}

/**
 * Of the plans themselves only the paths are kept, each once: a fleet of a thousand hosts names
 * millions. Nix tells bytes of a plan and not of its paths: of all together they are an estimate, in which a path has
 * what its plan adds to the paths that were known before.
 */
export const createPlanSums = (estimateOf: EstimateOf): PlanSums => {
  /** Builds, and whether several hosts need it. */
  const builds = new Map<StorePath, boolean>();
  /** What is fetched, and about how many bytes each has. */
  const fetches = new Map<StorePath, number>();
  const all = nothingCounted();
  let shared = 0;
  let downloadBytes: number | null = null;
  let unpackedBytes: number | null = null;

  /** Answers how many of them an earlier host needs too. */
  const addBuilds = (paths: readonly StorePath[], own: Counted): number => {
    let known = 0;
    for (const path of paths) {
      count(own, path, estimateOf);
      const isShared = builds.get(path);
      if (isShared === undefined) {
        builds.set(path, false);
        count(all, path, estimateOf);
        continue;
      }
      known += 1;
      if (isShared) continue;
      builds.set(path, true);
      shared += 1;
    }
    return known;
  };

  return {
    add: (plan) => {
      const own = nothingCounted();
      const known = addBuilds(plan.builds, own);
      const share = addFetches(fetches, plan);
      downloadBytes = plus(downloadBytes, partOf(plan.downloadBytes, share));
      unpackedBytes = plus(unpackedBytes, partOf(plan.unpackedBytes, share));
      const sumOfOwn = { ...plan, builds: plan.builds.length, fetches: plan.fetches.length };
      return {
        own: summary(own, { ...sumOfOwn, shared: known, on: plan.on ?? null }),
        whole: summary(all, {
          builds: builds.size,
          fetches: fetches.size,
          downloadBytes,
          unpackedBytes,
          shared,
          on: null,
        }),
      };
    },
  };
};
