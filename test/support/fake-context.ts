import type { ActionContext } from '../../source/actions/action.ts';
import { pressKey } from '../../source/actions/press/press.ts';
import { actionTable } from '../../source/actions/table.ts';
import { createEngineDoor } from '../../source/commands/program/engine-door.ts';
import { createWhenRead } from '../../source/commands/tui/when-read.ts';
import type { Engine } from '../../source/engine/contract.ts';
import type { Failure } from '../../source/model/failure.ts';
import { shellCommand } from '../../source/model/host/shell-command.ts';
import { type Result, success } from '../../source/model/result.ts';
import type { AppEvent } from '../../source/state/events.ts';
import type { RunResult } from '../../source/state/run.ts';
import type { AppState } from '../../source/state/state.ts';
import { createAppStore } from '../../source/store.ts';
import { noon, runbookState, systemPath } from '../fixtures/states.ts';

const done: RunResult = {
  ok: true,
  exitCode: 0,
  hosts: {},
  commit: null,
  build: null,
  summary: 'done',
};

/** An engine that writes down what it was asked. */
export const recordingEngine = (calls: string[]): Engine => {
  const deed =
    (name: string) =>
    async (...words: readonly unknown[]): Promise<RunResult> => {
      calls.push([name, ...words.map((word) => JSON.stringify(word))].join(' '));
      return done;
    };
  return {
    open: async () => ({ ok: true, value: undefined }),
    refresh: async () => {
      calls.push('refresh');
    },
    check: deed('check'),
    close: async () => undefined,
    hosts: {
      survey: async () => undefined,
      tags: () => [],
      withTags: () => [],
      unlock: async () => [],
      expectMove: async () => success(undefined),
      expectMachine: (host, machineId) => {
        calls.push(`hosts.expectMachine ${host} ${machineId}`);
        return success(undefined);
      },
      compareGeneration: async () => [],
      comparePackages: async () => undefined,
      unit: async () => ({ lines: [], details: null }),
      shell: async (host, line, work) =>
        await work(shellCommand({ name: host, address: host, here: false }, line)),
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
      all: deed('runs.all'),
      resume: deed('runs.resume'),
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
      logFiles: async (host: string | null) =>
        host === 'million' ? ['/runs/1/million.log', '/runs/2/million.log'] : [],
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
      cancel: () => {
        calls.push('runs.cancel');
      },
      ask: async (request) => {
        calls.push(`runs.ask ${request}`);
        return success(undefined);
      },
      follow: async () => 'ended',
      attach: async () => undefined,
    },
    commit: {
      askCut: async () => success(null),
      pushGate: async () => null,
      unpushed: async () => ['a1b2c3d Update nixpkgs'],
      keepMessage: async (_plan, text) => {
        calls.push(`commit.keepMessage ${JSON.stringify(text)}`);
      },
      plan: async () => ({
        message: 'chore(flake): update nixpkgs',
        kept: null,
        keptIn: null,
        paths: ['flake.lock'],
        others: { kind: 'none' },
        branch: 'main',
        commands: [],
        obstacle: null,
      }),
      run: deed('commit.run'),
      push: deed('commit.push'),
      propose: deed('commit.propose'),
      planRequest: async () => ({
        into: 'main',
        commands: [{ file: 'gh', args: ['pr', 'create'] }],
        carried: [],
        undeployed: [],
      }),
      settings: () => ({ push: 'ask' as const, pullRequest: false }),
      requestProblem: async () => null,
      owedPushes: async () => [],
    },
    lock: {
      update: deed('lock.update'),
      revert: deed('lock.revert'),
      revertObstacle: () => null,
      hold: deed('lock.hold'),
      release: deed('lock.release'),
      restore: deed('lock.restore'),
    },
    stages: {
      passReview: () => {
        calls.push('stages.passReview');
      },
      skip: (stage) => {
        calls.push(`stages.skip ${stage}`);
      },
    },
    build: {
      test: deed('build.test'),
      bisect: deed('build.bisect'),
      readLog: async (derivation) => {
        calls.push(`build.readLog ${derivation}`);
        const tail = ['first line', 'last line'];
        return { file: `/builder-logs/${derivation}`, lines: tail.length, tail };
      },
    },
    inputs: {
      readMessage: async (path, revision) => {
        calls.push(`inputs.readMessage ${path} ${revision}`);
        return { text: 'subject\n\nbody' };
      },
      loadAllCommits: async () => {
        calls.push('inputs.loadAllCommits');
      },
      findHosts: async (inputs) => {
        calls.push(`inputs.findHosts ${inputs.join(' ')}`);
      },
      followCommits: () => undefined,
      loadCommits: async (path) => {
        calls.push(`inputs.loadCommits ${path}`);
      },
    },
    deploy: {
      plan: (hosts, mode) => ({
        mode,
        targets: hosts.map((host) => ({
          host,
          from: systemPath(host, '3980'),
          fromGeneration: 241,
          to: systemPath(host, '4193'),
          policy: host === 'p510' ? 'protected' : 'auto',
          commands: [
            {
              file: 'nix',
              args: ['copy', '--to', `ssh://${host}`, '--', systemPath(host, '4193')],
            },
          ],
          dirty: false,
          notes: [],
        })),
        leftOut: [],
      }),
      preview: async (plan) => plan,
      run: async (plan) => deed('deploy.run')(...plan.targets.map((target) => target.host)),
    },
    clean: { plan: () => ({ targets: [], leftOut: [] }), run: deed('clean.run') },
    rollback: {
      preview: async (plan) => plan,
      plan: (hosts, wish) => {
        calls.push(`rollback.plan ${hosts.join(' ')} ${wish.kind}`);
        return { targets: [], leftOut: [] };
      },
      run: deed('rollback.run'),
    },
    health: {
      verify: deed('health.verify'),
      accept: deed('health.accept'),
      watch: deed('health.watch'),
      askOldCode: async (hosts) => {
        calls.push(`health.askOldCode ${hosts.join(' ')}`);
      },
      sample: async () => new Map(),
      planUnitRestart: async () => success({ of: 'unit', targets: [], leftOut: [] }),
      planRestarts: () => ({ of: 'old-code', targets: [], leftOut: [] }),
      restart: deed('health.restart'),
      watchOf: async () => null,
      reportDue: async () => undefined,
      chart: async () => null,
      hasMetrics: () => true,
      calibrate: async () => [],
      trends: async () => {
        throw new Error('no trends were expected');
      },
      signOff: async (run, host, trouble) => {
        calls.push(`health.signOff ${run} ${host} ${trouble === null ? 'open' : trouble.length}`);
        return true;
      },
    },
  };
};

export interface Fixture {
  readonly context: ActionContext;
  readonly calls: string[];
  readonly left: number[];
  press(...keys: readonly string[]): void;
  /** Facts that arrive. */
  hear(...events: readonly AppEvent[]): void;
  /** Moves the clock. */
  pass(milliseconds: number): void;
  toast(): string;
  /** Resolves when what was started has ended. */
  settle(): Promise<void>;
  /** The flake was read: keys reach the engine. */
  open(): void;
}

/** A screen without a screen: store, clock and engine of the test's own. */
export const createFixture = (
  app: AppState = runbookState,
  /** How editor and pager end. */
  toolEnding: Result<void, Failure> = success(undefined),
  begins: 'open' | 'closed' = 'open',
): Fixture => {
  const store = createAppStore();
  store.setState(({ ui }) => ({ app, ui: { ...ui, columns: 80, rows: 24 } }));
  const calls: string[] = [];
  const left: number[] = [];
  const started: Promise<void>[] = [];
  const engine = recordingEngine(calls);
  let now = noon;
  const door = createEngineDoor((text) =>
    store.dispatchUi({ type: 'told', text, tone: 'warn', at: now }),
  );
  if (begins === 'open') door.open(engine);
  const whenRead = createWhenRead(store, () => now);
  const context: ActionContext = {
    state: store.getState,
    now: () => now,
    ui: store.dispatchUi,
    engine: door.engine,
    askOther: engine.runs.ask,
    terminal: {
      askSecret: async () => null,
      runCommand: async (command, line, isRead) => {
        calls.push(`run ${line}${isRead ? ', to be read' : ''}`);
        return { text: `${command.file} ended`, isWell: true };
      },
      leave: (code) => left.push(code),
      suspend: async () => true,
      isHandedOver: false,
      repaint: () => {
        calls.push('repaint');
      },
      editFile: async (file, line) => {
        calls.push(`edit ${file}${line == null ? '' : ` at ${line}`}`);
        return toolEnding;
      },
      readLines: async (lines, name, by) => {
        calls.push(`${by} ${name} ${lines.length} lines`);
        return toolEnding;
      },
      pageFiles: async (paths) => {
        calls.push(`pager ${paths.join(' ')}`);
        return toolEnding;
      },
      editNote: async (name, begun) => {
        calls.push(`note ${name}`);
        return toolEnding.ok ? success(`${begun}, edited`) : toolEnding;
      },
      editText: async (text) => (toolEnding.ok ? success(`${text}, edited`) : toolEnding),
      copy: (text) => calls.push(`copy ${text}`),
      openLink: async (url) => {
        calls.push(`open ${url}`);
        return null;
      },
    },
    start: (work) => {
      started.push(work());
    },
    whenRead: whenRead.add,
    table: actionTable,
  };
  return {
    context,
    calls,
    left,
    hear: (...events) => store.dispatch(events),
    press: (...keys) => {
      for (const key of keys) pressKey(context, key);
    },
    pass: (milliseconds) => {
      now += milliseconds;
    },
    open: () => door.open(engine),
    toast: () => store.getState().ui.toast?.text ?? '',
    settle: async () => {
      while (started.length > 0) await Promise.all(started.splice(0));
    },
  };
};
