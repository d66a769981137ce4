import { parseArguments } from '../../source/commands/arguments/parse.ts';
import type { CommandContext } from '../../source/commands/program/command.ts';
import type { Console } from '../../source/commands/program/console.ts';
import { runSubcommand } from '../../source/commands/registry.ts';
import type { Engine } from '../../source/engine/contract.ts';
import type { EngineOptions } from '../../source/engine/open.ts';
import type { DeployPlan, DeployTarget } from '../../source/model/deploy/plan.ts';
import type { HostEntry, HostFacts, Policy } from '../../source/model/host/host.ts';
import { success } from '../../source/model/result.ts';
import type { AppEvent, Undated } from '../../source/state/events.ts';
import type { HostOutcome, HostOutcomeStatus, RunResult } from '../../source/state/run.ts';
import { entryOf } from '../fixtures/states.ts';
import { type EngineParts, recorded, withParts } from './engine-parts.ts';
import { strictWorld } from './strict-world.ts';

export const toplevel = (host: string, mark = 'b'): string =>
  `/nix/store/${mark.repeat(32)}-nixos-system-${host}-26.05`;

export const entry = (
  name: string,
  policy: Policy = 'auto',
  tags: readonly string[] = [],
): HostEntry => entryOf(name, { address: `${name}.home`, policy, tags });

export const facts = (host: string, changes: Partial<HostFacts> = {}): HostFacts => ({
  at: 0,
  latencyMs: 12,
  hostName: host,
  machineId: `id-${host}`,
  bootId: 'boot',
  uptimeSeconds: 60,
  clockSkewMs: 0,
  current: toplevel(host, 'a'),
  booted: toplevel(host, 'a'),
  profile: toplevel(host, 'a'),
  generations: [
    {
      number: 7,
      path: toplevel(host, 'a'),
      at: 0,
      nixosVersion: '26.05',
      revision: 'a1b2c3d4',
      kernel: '6.18.19',
    },
  ],
  bootDefault: { kind: 'unverifiable', reason: 'none' },
  nixosVersion: '26.05',
  revision: 'a1b2c3d4',
  kernel: '6.18.19',
  rebootNeeded: false,
  failedUnits: [],
  activeUnits: [],
  load: null,
  space: [],
  elevation: 'root',
  nixVersion: '2.26',
  copyTrusted: true,
  activationLock: null,
  automaticUpgrades: [],
  ...changes,
});

export const target = (host: string, policy: Policy = 'auto'): DeployTarget => ({
  host,
  from: toplevel(host, 'a'),
  fromGeneration: 7,
  to: toplevel(host),
  policy,
  commands: [{ file: 'nix', args: ['copy', toplevel(host)] }],
  dirty: false,
  notes: [],
});

export const outcome = (status: HostOutcomeStatus, host = 'p620'): HostOutcome => ({
  status,
  from: toplevel(host, 'a'),
  to: toplevel(host),
  generation: status === 'succeeded' ? 8 : null,
  reason: status === 'succeeded' ? null : `${status} for a reason`,
});

export const result = (changes: Partial<RunResult> = {}): RunResult => ({
  ok: (changes.exitCode ?? 0) === 0,
  exitCode: 0,
  hosts: {},
  commit: null,
  build: null,
  summary: 'Done.',
  ...changes,
});

export interface Played {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly string[];
  /** Lines of stdout as JSON. */
  readonly lines: readonly Record<string, unknown>[];
}

export interface Scene {
  /** What the engine says while it opens and surveys. */
  readonly facts?: readonly Undated[];
  readonly engine?: EngineParts;
  /** Answers typed at questions; absent where there is no terminal. */
  readonly typed?: readonly string[];
  /** Fires when the person presses ^c. */
  readonly canceled?: AbortSignal;
}

/** Gives an engine a way to say events while it works. */
export type SceneOf = (say: (...events: readonly Undated[]) => void) => Scene;

const dated = (event: Undated): AppEvent => ({ ...event, at: 1_000 });

/** Plays one command line against an engine that does only what the scene says. */
export const play = async (line: string, makeScene: SceneOf): Promise<Played> => {
  const out: string[] = [];
  const told: string[] = [];
  const calls: string[] = [];
  let options: EngineOptions | undefined;
  const say = (...events: readonly Undated[]): void => options?.emit(events.map(dated));
  const scene = makeScene(say);
  const typed = [...(scene.typed ?? [])];

  const console: Console = {
    answer: (text) => void out.push(text),
    answerRaw: (text) => void out.push(text.trimEnd()),
    answerJson: (value) => void out.push(JSON.stringify(value)),
    tell: (text) => void told.push(text),
    terminal: null,
    canAsk: scene.typed !== undefined,
    ask: async (question) => {
      told.push(question);
      return typed.shift();
    },
    askSecret: async (question) => {
      told.push(question);
      return typed.shift() ?? null;
    },
    canceled: scene.canceled ?? new AbortController().signal,
    unread: new AbortController().signal,
  };
  const unexpected = (name: string) => async (): Promise<never> => {
    throw new Error(`the engine was asked to ${name}`);
  };
  const base: Engine = {
    open: async () => success(undefined),
    refresh: unexpected('refresh'),
    check: unexpected('check'),
    close: async () => undefined,
    hosts: {
      survey: async () => say(...(scene.facts ?? [])),
      tags: () =>
        (scene.facts ?? []).flatMap((fact) =>
          fact.type === 'fleet-listed' ? fact.hosts.flatMap(({ tags }) => tags) : [],
        ),
      withTags: (wanted) =>
        (scene.facts ?? []).flatMap((fact) =>
          fact.type === 'fleet-listed'
            ? fact.hosts.flatMap(({ name, tags }) =>
                tags.some((tag) => wanted.some((word) => word.replace('@', '') === tag))
                  ? [name]
                  : [],
              )
            : [],
        ),
      unlock: async () => [],
      expectMove: async () => success(undefined),
      expectMachine: () => success(undefined),
      compareGeneration: async () => [],
      comparePackages: unexpected('compare packages'),
      unit: async () => ({ lines: [], details: null }),
      shell: async () => null,
      followUnit: async () => undefined,
    },
    runs: {
      lookForOthers: async () => undefined,
      filesOfOthers: async () => [],
      listAll: async () => undefined,
      packageMoves: async () => [],
      recordsPackages: async () => false,
      findPackage: async () => undefined,
      compare: async () => null,
      all: unexpected('run'),
      resume: unexpected('resume'),
      resumeCommands: () => [],
      oldLines: () => ({
        read: async (first) => ({ first, lines: [], times: [] }),
        search: async (query, from, before) => ({
          ...query,
          from,
          before,
          count: 0,
          numbers: [],
          texts: [],
          times: [],
        }),
        firstSince: async () => 0,
      }),
      logFiles: async () => [],
      read: async () => [],
      evidence: async () => ({
        commands: [],
        commandsLeft: 0,
        steps: [],
        logs: [],
        logsLeft: 0,
        files: [],
      }),
      pause: () => undefined,
      cancel: () => undefined,
      ask: async () => success(undefined),
      follow: async () => 'ended',
      attach: async () => undefined,
    },
    commit: {
      askCut: async () => success(null),
      plan: unexpected('plan a commit'),
      pushGate: unexpected('ask whether a push can be'),
      run: unexpected('commit'),
      push: unexpected('push'),
      unpushed: unexpected('ask which commits are not pushed'),
      keepMessage: unexpected('keep a message'),
      propose: unexpected('propose'),
      planRequest: async () => null,
      settings: () => ({ push: 'ask' as const, pullRequest: false }),
      requestProblem: async () => null,
      owedPushes: async () => [],
    },
    lock: {
      update: unexpected('update'),
      revert: unexpected('revert'),
      revertObstacle: () => null,
      restore: unexpected('restore the lock'),
      hold: unexpected('hold'),
      release: unexpected('release'),
    },
    stages: { passReview: () => undefined, skip: () => undefined },
    build: { test: unexpected('test'), bisect: unexpected('bisect'), readLog: async () => null },
    inputs: {
      readMessage: unexpected('read a message'),
      loadAllCommits: unexpected('load commits'),
      findHosts: unexpected('find the hosts of an input'),
      followCommits: () => undefined,
      loadCommits: async () => undefined,
    },
    deploy: {
      plan: (hosts, mode): DeployPlan => ({
        mode,
        targets: hosts.map((host) => target(host)),
        leftOut: [],
      }),
      preview: async (plan) => plan,
      run: unexpected('deploy'),
    },
    clean: { plan: () => ({ targets: [], leftOut: [] }), run: unexpected('clean') },
    rollback: {
      preview: async (plan) => plan,
      plan: () => ({ targets: [], leftOut: [] }),
      run: unexpected('roll back'),
    },
    health: {
      verify: unexpected('verify'),
      accept: unexpected('accept'),
      watch: unexpected('watch'),
      askOldCode: async () => undefined,
      sample: async () => new Map(),
      planUnitRestart: async () => success({ of: 'unit', targets: [], leftOut: [] }),
      planRestarts: () => ({ of: 'old-code', targets: [], leftOut: [] }),
      restart: unexpected('restart'),
      watchOf: unexpected('look for a watch'),
      reportDue: unexpected('report'),
      chart: unexpected('draw a chart'),
      hasMetrics: () => true,
      calibrate: unexpected('calibrate'),
      trends: unexpected('ask for trends'),
      signOff: unexpected('sign'),
    },
  };
  const engine = recorded(withParts(base, scene.engine), calls);
  const context: CommandContext = {
    world: strictWorld({ workingFolder: '/fleet' }),
    console,
    openEngine: async (given) => {
      options = given;
      return engine;
    },
  };
  const parsed = parseArguments(line.split(' '));
  if (!parsed.ok) throw new Error(parsed.failure);
  if (parsed.value.kind !== 'work') throw new Error(parsed.value.kind);
  const { invocation } = parsed.value;
  if (invocation.command === null) throw new Error('the line names no subcommand');
  const status = await runSubcommand(invocation, context);
  const stdout = out.join('\n');
  return {
    status,
    stdout,
    stderr: told.join('\n'),
    calls,
    get lines() {
      return stdout.split('\n').map((text): Record<string, unknown> => JSON.parse(text));
    },
  };
};

/** Lists these hosts, every one of them answering and behind. */
export const fleet = (...entries: readonly HostEntry[]): readonly Undated[] => [
  { type: 'fleet-listed', hosts: entries },
  ...entries.flatMap((one): readonly Undated[] => [
    { type: 'host-probed', host: one.name, facts: facts(one.name) },
    {
      type: 'host-expected',
      host: one.name,
      expectation: {
        kind: 'known',
        toplevel: toplevel(one.name),
        derivation: null,
        tree: 't',
        builtAt: 1,
      },
    },
    { type: 'position-judged', host: one.name, ancestry: { kind: 'behind', commits: 3 } },
  ]),
];
