import type { BuildPlan } from '../model/build/plan.ts';
import type { ListedHost } from '../model/config/host-entries.ts';
import type { Failure } from '../model/failure.ts';
import type { Attributes } from '../model/lock/lock.ts';
import type { StorePath } from '../model/nix/store-path.ts';
import { failed, type Result, success } from '../model/result.ts';
import type { NixVersion } from '../parsers/nix/version.ts';
import {
  type BuildOptions,
  type Builds,
  build,
  type HostBuild,
  openBuilds,
} from './build/build.ts';
import { agreedSettings } from './build/flake-settings.ts';
import {
  type BuildRequest,
  type NixSetting,
  type PlanOptions,
  planBuild,
} from './build/request.ts';
import { nameAbsentLock } from './nix/absent-lock.ts';
import type { HostQuestion } from './nix/batch-expression.ts';
import { type BatchOptions, evaluateInBatches } from './nix/batches.ts';
import {
  checkFlakeSyntax,
  type FlakeCheckOptions,
  type FlakeSyntax,
  flakeCheck,
} from './nix/check.ts';
import {
  type EvalJobsOptions,
  type EvaluatedToplevel,
  type EvaluateOptions,
  evaluateToplevel,
  evaluateWithEvalJobs,
} from './nix/evaluate.ts';
import { type ListHostsOptions, listHosts } from './nix/list.ts';
import { type MetadataAnswer, metadataAccepts } from './nix/nix-metadata.ts';
import type { BuildPlace } from './nix/place.ts';
import { createNixVersion, type NixSettings, readNixSettings } from './nix/settings.ts';
import { buildLog, createIsValid, rebuilds, validOf } from './nix/store.ts';
import {
  lockAlone,
  lockInputAt,
  type UpdateOptions,
  type UpdateReport,
  updateInputs,
} from './nix/update.ts';
import { isInstalled } from './world/machine.ts';
import type { World } from './world/world.ts';

interface Cancelable {
  readonly signal?: AbortSignal | undefined;
}

/** The Nix of this machine. Every call answers with a Result; none throws for what Nix does. */
export interface Nix {
  version(): Promise<Result<NixVersion, Failure>>;
  settings(): Promise<Result<NixSettings, Failure>>;
  listHosts(
    flake: string,
    options?: ListHostsOptions,
  ): Promise<Result<readonly ListedHost[], Failure>>;
  evaluateToplevel(
    flake: string,
    host: string,
    options?: EvaluateOptions,
  ): Promise<Result<EvaluatedToplevel, Failure>>;
  /** Asks about many hosts by few processes; each batch is told as it ends. */
  evaluateBatches(
    flake: string,
    questions: readonly HostQuestion[],
    options: BatchOptions,
  ): Promise<void>;
  /** Whether nix-eval-jobs is installed. */
  hasEvalJobs(): Promise<boolean>;
  /** Many hosts by nix-eval-jobs; fails with `program-missing` where that is not installed. */
  evaluateMany(
    flake: string,
    hosts: readonly string[],
    options: EvalJobsOptions,
  ): Promise<Result<void, Failure>>;
  updateInputs(
    flake: string,
    inputs: readonly string[] | 'all',
    options?: UpdateOptions,
  ): Promise<Result<UpdateReport, Failure>>;
  /** Locks one input at a reference of its own; all others stay. */
  lockInputAt(
    flake: string,
    input: string,
    to: string,
    options?: UpdateOptions,
  ): Promise<Result<void, Failure>>;
  /** The lock of a flake with this input alone, made in a folder that is removed again. */
  lockAlone(
    folder: string,
    to: Attributes,
    isFlake: boolean,
    options?: UpdateOptions,
  ): Promise<Result<string, Failure>>;
  metadataAccepts(flake: string, options?: Cancelable): Promise<Result<MetadataAnswer, Failure>>;
  /** Never fails as a whole: each host has its own outcome, in the order of the requests. */
  build(requests: readonly BuildRequest[], options: BuildOptions): Promise<readonly HostBuild[]>;
  /** What a build would make and fetch, asked of Nix without building. */
  planBuild(request: BuildRequest, options?: PlanOptions): Promise<Result<BuildPlan, Failure>>;
  /** Takes one request after the other, each built as soon as a place is free. */
  openBuilds(options: BuildOptions): Promise<Result<Builds, Failure>>;
  /** Parses every tracked Nix file of the flake. */
  checkFlakeSyntax(flake: string, options?: Cancelable): Promise<Result<FlakeSyntax, Failure>>;
  /** `nix flake check`, as validation on request. */
  flakeCheck(
    flake: string,
    how: 'quick' | 'full',
    options?: FlakeCheckOptions,
  ): Promise<Result<number, Failure>>;
  isValid(path: StorePath, place?: BuildPlace): Promise<boolean>;
  /** Those of the paths that a store holds. */
  validOf(paths: readonly StorePath[], place?: BuildPlace): Promise<ReadonlySet<StorePath>>;
  /** Builds what is there once more: whether this machine's builders work. */
  rebuilds(derivation: StorePath, signal?: AbortSignal): Promise<boolean>;
  /** Settings of the flake that the person agreed to; `all` when they say so now. */
  agreedSettings(flake: string, all: boolean): Promise<readonly NixSetting[]>;
  /** The log that a builder left; fails where Nix has none. */
  buildLog(derivation: StorePath, onLine: (line: string) => void): Promise<Result<void, Failure>>;
}

export const createNix = (world: World): Nix => {
  const version = createNixVersion(world);
  return {
    version,
    settings: async () => {
      const known = await version();
      return known.ok ? readNixSettings(world, known.value) : known;
    },
    listHosts: async (flake, options) =>
      await nameAbsentLock(world, flake, await listHosts(world, flake, options)),
    evaluateToplevel: async (flake, host, options) =>
      await nameAbsentLock(world, flake, await evaluateToplevel(world, flake, host, options)),
    evaluateBatches: (flake, questions, options) =>
      evaluateInBatches(world, flake, questions, options),
    hasEvalJobs: () => isInstalled(world, 'nix-eval-jobs'),
    evaluateMany: (flake, hosts, options) => evaluateWithEvalJobs(world, flake, hosts, options),
    updateInputs: async (flake, inputs, options) => {
      const known = await version();
      return known.ok ? updateInputs(world, known.value, flake, inputs, options) : known;
    },
    lockInputAt: (flake, input, to, options) => lockInputAt(world, flake, input, to, options),
    lockAlone: (folder, to, isFlake, options) => lockAlone(world, folder, to, isFlake, options),
    metadataAccepts: (flake, options) => metadataAccepts(world, flake, options),
    build: async (requests, options) => {
      const known = await version();
      if (known.ok) return build(world, known.value, requests, options);
      for (const { host } of requests) await options.onHost?.(host, failed(known.failure));
      return requests.map(({ host }) => ({ host, outcome: known, cause: null }));
    },
    planBuild: async (request, options) => {
      const known = await version();
      return known.ok ? planBuild(world, known.value, request, options) : known;
    },
    openBuilds: async (options) => {
      const known = await version();
      return known.ok ? success(openBuilds(world, known.value, options)) : known;
    },
    checkFlakeSyntax: (flake, options) => checkFlakeSyntax(world, flake, options),
    flakeCheck: (flake, how, options) => flakeCheck(world, flake, how, options),
    isValid: createIsValid(world),
    validOf: (paths, place) => validOf(world, paths, place),
    rebuilds: (derivation, signal) => rebuilds(world, derivation, signal),
    agreedSettings: (flake, all) => agreedSettings(world, flake, all),
    buildLog: (derivation, onLine) => buildLog(world, derivation, onLine),
  };
};
