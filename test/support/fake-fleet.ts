import { openFleetMemory } from '../../source/engine/records/fleet-memory.ts';
import { openRecords } from '../../source/engine/records/records.ts';
import type { EngineContext } from '../../source/engine/run/context.ts';
import { createEmitter } from '../../source/engine/run/emitter.ts';
import { openEstimates } from '../../source/engine/run/estimates.ts';
import { createJournal } from '../../source/engine/run/journal.ts';
import { createPace } from '../../source/engine/run/pace.ts';
import { emptyPlan } from '../../source/model/build/plan.ts';
import { type Config, defaultConfig } from '../../source/model/config/settings.ts';
import type { Route } from '../../source/model/host/carriers.ts';
import type { HostEntry } from '../../source/model/host/host.ts';
import { failed, success } from '../../source/model/result.ts';
import { createAskedForge } from '../../source/services/forge/asked.ts';
import type { HostQuestion } from '../../source/services/nix/batch-expression.ts';
import type { BatchOptions } from '../../source/services/nix/batches.ts';
import type { AppEvent } from '../../source/state/events.ts';
import { reduce } from '../../source/state/reducer/reducer.ts';
import { type AppState, initialState } from '../../source/state/state.ts';
import { createFakeHosts, type FakeHost, newFakeHost, newPath } from './fake-hosts.ts';
import { strictWorld } from './strict-world.ts';

export interface FakeFleet {
  readonly context: EngineContext;
  readonly events: AppEvent[];
  readonly hosts: Record<string, FakeHost>;
  readonly world: ReturnType<typeof strictWorld>;
  /** What was done to hosts, in order: `copy p620`. */
  readonly deeds: string[];
  tree: string;
  /** Hash of the flake's own files. */
  sources: string;
  /** What would change something throws this: the process died here. */
  dieAt: string | null;
  state(): AppState;
}

class Death extends Error {}

/** A context over simulated services: files and clock are the strict fake's, hosts are these objects. */
export const fakeFleet = async (
  entries: readonly HostEntry[],
  over: {
    readonly config?: Partial<Config>;
    readonly files?: Readonly<Record<string, string>>;
    readonly routes?: readonly Route[];
  } = {},
): Promise<FakeFleet> => {
  const world = strictWorld({
    ...(over.files === undefined ? {} : { files: over.files }),
    // The flake is in no repository: locks are kept as files.
    answers: [
      { match: 'hash-object -w --stdin', exit: 128, stderr: 'not a git repository', times: 'any' },
      { match: 'for-each-ref --format=', exit: 128, stderr: 'not a git repository', times: 'any' },
      { match: 'cat-file blob refs/nixup/', exit: 128, stderr: 'no such ref', times: 'any' },
    ],
  });
  let state = initialState;
  const events: AppEvent[] = [];
  const hosts: Record<string, FakeHost> = Object.fromEntries(
    entries.map(({ name }) => [name, newFakeHost(name)]),
  );
  const deeds: string[] = [];
  const emitter = createEmitter(world.clock, (batch) => {
    for (const event of batch) {
      events.push(event);
      state = reduce(state, event);
    }
  });
  const tellDamage = (_path: string, text: string): void =>
    emitter.emit({ type: 'noticed', tone: 'warning', text });
  const of = (entry: HostEntry): FakeHost => {
    const host = hosts[entry.name];
    if (host === undefined) throw new Error(`no fake host ${entry.name}`);
    return host;
  };
  const deed = (name: string): void => {
    if (fleet.dieAt === name) throw new Death(name);
    deeds.push(name);
  };
  const fakeHosts = createFakeHosts({
    of,
    deed,
    now: world.clock.now,
    routes: over.routes ?? [],
  });

  const git = {
    observe: async () =>
      success({
        root: '/flake',
        branch: 'main',
        head: 'a'.repeat(40),
        upstream: null,
        ahead: 0,
        behind: 0,
        dirty: ['flake.lock'],
        prefix: '',
        dirtyFiles: [{ path: 'flake.lock', state: 'modified', from: null }],
        operation: null,
        branchesHere: ['main'],
        isShallow: false,
        remote: null,
        remoteRef: null,
        conflicted: [],
        untrackedNix: [],
        tree: fleet.tree,
        sources: fleet.sources,
        remoteUrl: null,
      }),
    place: async () => success({ root: '/flake', gitFolder: '/flake/.git', prefix: '' }),
    unseenFiles: async () => [],
    treeHash: async () => success(fleet.tree),
    sourcesOf: async () => fleet.sources,
    show: async () => success(null),
    revisionExists: async () => false,
    treeAt: async () => null,
    commitsByTree: async () => new Map(),
    changedPaths: async () => [],
  } as unknown as EngineContext['git'];

  const nix = {
    isValid: async () => true,
    validOf: async (paths: readonly string[]) => new Set(paths),
    settings: async () => success({ buildableSystems: ['x86_64-linux'] }),
    hasEvalJobs: async () => false,
    evaluateBatches: async (
      _flake: string,
      questions: readonly HostQuestion[],
      options: BatchOptions,
    ) => {
      for (const { host } of questions)
        await options.onBatch({
          described: [],
          evaluated: [[host, await nix.evaluateToplevel('/flake', host)]],
        });
    },
    evaluateToplevel: async (_flake: string, host: string) =>
      success({ toplevel: newPath(host), derivation: `${newPath(host)}.drv` }),
    evaluateMany: async () => failed({ code: 'program-missing', program: 'nix-eval-jobs' }),
    agreedSettings: async () => [],
    checkFlakeSyntax: async () => success({ files: [], checked: 0, problems: [] }),
    planBuild: async () => success(emptyPlan),
    openBuilds: async (options: Parameters<EngineContext['nix']['openBuilds']>[0]) => {
      let ended = 0;
      return success({
        build: async ({ host, toplevel }: { readonly host: string; readonly toplevel: string }) => {
          options.onStart?.(host);
          const outcome = success({ toplevel, tookMs: 5, builtCount: 3, fetchedCount: 1 });
          await options.onHost?.(host, outcome);
          ended += 1;
          return { host, outcome, cause: null };
        },
        settled: async () => undefined,
        made: () => ({ built: 3 * ended, fetched: ended }),
      });
    },
    build: async (
      requests: readonly { readonly host: string; readonly toplevel: string }[],
      options: Parameters<EngineContext['nix']['build']>[1],
    ) => {
      for (const { host, toplevel } of requests)
        await options.onHost?.(
          host,
          success({ toplevel, tookMs: 5, builtCount: 3, fetchedCount: 1 }),
        );
      return [];
    },
  } as unknown as EngineContext['nix'];

  const folder = '/state/nixup/flakes/fleet';
  const config: Config = { ...defaultConfig, ...over.config };
  const context: EngineContext = {
    world,
    flake: '/flake',
    folder,
    config,
    reloadConfig: async () => false,
    configFile: null,
    configFailures: [],
    isTrusted: false,
    jobs: { evaluate: 1, probe: { width: 16, isStrict: false }, build: 4, copy: 4, activate: 4 },
    settleMs: 0,
    pace: createPace(world.clock),
    emitter,
    state: () => state,
    journal: createJournal(world, folder),
    fleetMemory: openFleetMemory(world, folder, tellDamage),
    askedForge: createAskedForge(),
    estimates: await openEstimates(world, tellDamage),
    tellDamage,
    records: await openRecords(world, { own: folder }, tellDamage),
    git,
    nix,
    hosts: fakeHosts,
    commits: {} as EngineContext['commits'],
  };
  const fleet: FakeFleet = {
    context,
    events,
    hosts,
    world,
    deeds,
    tree: 'tree-1',
    sources: 'sources-1',
    dieAt: null,
    state: () => state,
  };
  emitter.emit({ type: 'fleet-listed', hosts: entries });
  return fleet;
};
