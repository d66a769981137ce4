import type { ActionContext } from '../../source/actions/action.ts';
import { pressKey } from '../../source/actions/press/press.ts';
import { actionTable } from '../../source/actions/table.ts';
import { createEngineDoor } from '../../source/commands/program/engine-door.ts';
import { createWhenRead } from '../../source/commands/tui/when-read.ts';
import type { Engine } from '../../source/engine/contract.ts';
import type { Failure } from '../../source/model/failure.ts';
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
    survey: async () => undefined,
    lookForOthers: async () => undefined,
    askCutCommit: async () => success(null),
    tags: () => [],
    hostsWith: () => [],
    refresh: async () => {
      calls.push('refresh');
    },
    check: deed('check'),
    update: deed('update'),
    revert: deed('revert'),
    revertObstacle: () => null,
    passReview: () => {
      calls.push('passReview');
    },
    goOn: (stage) => {
      calls.push(`goOn ${stage}`);
    },
    test: deed('test'),
    bisect: deed('bisect'),
    hold: deed('hold'),
    release: deed('release'),
    loadAllCommits: async () => {
      calls.push('loadAllCommits');
    },
    findInputHosts: async (inputs) => {
      calls.push(`findInputHosts ${inputs.join(' ')}`);
    },
    planDeploy: (hosts, mode) => ({
      mode,
      targets: hosts.map((host) => ({
        host,
        from: systemPath(host, '3980'),
        fromGeneration: 241,
        to: systemPath(host, '4193'),
        policy: host === 'p510' ? 'protected' : 'auto',
        commands: [
          { file: 'nix', args: ['copy', '--to', `ssh://${host}`, '--', systemPath(host, '4193')] },
        ],
        dirty: false,
        notes: [],
      })),
      leftOut: [],
    }),
    unlock: async () => [],
    expectMove: async () => success(undefined),
    expectMachine: (host, machineId) => {
      calls.push(`expectMachine ${host} ${machineId}`);
      return success(undefined);
    },
    compareGeneration: async () => [],
    planClean: () => ({ targets: [], leftOut: [] }),
    clean: deed('clean'),
    previewDeploy: async (plan) => plan,
    previewRollback: async (plan) => plan,
    deploy: async (plan) => deed('deploy')(...plan.targets.map((target) => target.host)),
    planRollback: (hosts, wish) => {
      calls.push(`planRollback ${hosts.join(' ')} ${wish.kind}`);
      return { targets: [], leftOut: [] };
    },
    rollback: deed('rollback'),
    verify: deed('verify'),
    accept: deed('accept'),
    watch: deed('watch'),
    pushGate: async () => null,
    planCommit: async () => ({
      message: 'chore(flake): update nixpkgs',
      kept: null,
      keptIn: null,
      paths: ['flake.lock'],
      others: { kind: 'none' },
      branch: 'main',
      commands: [],
      obstacle: null,
    }),
    commit: deed('commit'),
    push: deed('push'),
    owedPushes: async () => [],
    run: deed('run'),
    resume: deed('resume'),
    readRun: async () => [],
    comparePackages: async () => undefined,
    restoreLock: deed('restoreLock'),
    followCommits: () => undefined,
    loadCommits: async (path) => {
      calls.push(`loadCommits ${path}`);
    },
    unitDetails: async () => [],
    readBuildLog: async (derivation) => {
      calls.push(`readBuildLog ${derivation}`);
      return ['first line', 'last line'];
    },
    pause: () => undefined,
    cancel: () => {
      calls.push('cancel');
    },
    close: async () => undefined,
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
  const whenRead = createWhenRead(store);
  const context: ActionContext = {
    state: store.getState,
    now: () => now,
    ui: store.dispatchUi,
    engine: door.engine,
    terminal: {
      askSecret: async () => null,
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
    whenRead: whenRead.wish,
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
