import path from 'node:path';
import type { Engine } from '../../engine/contract.ts';
import type { EngineOptions } from '../../engine/open.ts';
import { unknownTag } from '../../model/config/host-tags.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { readFlakeArgument } from '../../model/nix/flake-argument.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { adviceLine } from '../../model/words/advice.ts';
import type { AppEvent } from '../../state/events.ts';
import { reduceAll } from '../../state/reducer/batch.ts';
import { type AppState, initialState } from '../../state/state.ts';
import { camel } from '../arguments/flag-values.ts';
import { allRead, type Invocation } from '../arguments/invocation.ts';
import { findSubcommand } from '../arguments/subcommands.ts';
import { createLastLines } from '../ci/last-lines.ts';
import { keepHeapSmall } from '../small-heap.ts';
import type { CommandContext } from './command.ts';
import { canceledExit } from './console.ts';
import { selectHosts } from './select-hosts.ts';
import { tellUnnarrowed } from './unnarrowed.ts';

/** An opened flake, for one subcommand. */
export interface Program {
  readonly engine: Engine;
  state(): AppState;
  /** What the host said in the step that it is in, or that failed; not what it said before. */
  lastLines(host: string): readonly string[];
  /** Lists the hosts, asks and evaluates them as wanted. Failures are told by `refuse`. */
  survey(options: {
    readonly probe: boolean;
    readonly evaluate: boolean;
    /** With `--on`, the hosts that are asked, as `hosts` reads them; all of the fleet without it. */
    readonly words?: readonly string[];
  }): Promise<Result<void, Refused>>;
  /** The hosts that words and `--on` name; needs a survey. */
  hosts(words: readonly string[]): Result<readonly string[], Refused>;
  /** Hosts that `--on` names, by the configuration alone; null without it. */
  readonly narrowed: readonly string[] | null;
}

/** Why a subcommand stops, and with which exit status. */
export interface Refused {
  readonly exitCode: number;
  readonly failures: readonly Failure[];
}

export const refused = (
  exitCode: number,
  ...failures: readonly Failure[]
): { readonly ok: false; readonly failure: Refused } => failed({ exitCode, failures });

/** What to tell about failures: what happened, its last lines, what to do next. */
export const failureLines = (failures: readonly Failure[]): readonly string[] =>
  failures.flatMap((failure) => {
    const { what, next, tail } = explain(failure);
    return [what, ...tail.map((line) => `    ${line}`), `  ${adviceLine(next)}`];
  });

export const openFolder = (context: CommandContext, flake: string | null): string =>
  path.resolve(context.world.workingFolder, readFlakeArgument(flake ?? '.').folder);

/** Resolves when the signal fires. */
export const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Whether it works although configuration or lock are wrong, as its row says. */
const bearsMistakes = ({ command, own }: Invocation): boolean => {
  const bears = findSubcommand(command)?.bearsMistakes ?? [];
  const given = new Map<string, unknown>(Object.entries(own));
  return bears === 'always' || bears.some((flag) => given.get(camel(flag)) === true);
};

/** How the engine is opened, as the command line says. */
const asksPastOnly = (invocation: Invocation): boolean =>
  invocation.command === 'history' && invocation.own.restore === null && !invocation.own.follow;

const optionsOf = (
  invocation: Invocation,
  context: CommandContext,
): Omit<EngineOptions, 'emit' | 'getState'> => {
  const { flake, config, readOnly, trust, jobs, on: _readBelow, ...others } = invocation.flags;
  // By parser, console, answers and confirmations.
  allRead(others, 'version', 'help', 'plain', 'ascii', 'screenReader', 'json', 'yes', 'confirm');
  const { world, console } = context;
  return {
    world,
    flake: openFolder(context, flake),
    readsSubmodules: readFlakeArgument(flake ?? '.').readsSubmodules,
    configFile: config === null ? undefined : path.resolve(world.workingFolder, config),
    readOnly,
    trust,
    tolerant: bearsMistakes(invocation),
    pastOnly: asksPastOnly(invocation),
    isAttended: console.canAsk,
    jobs: jobs ?? undefined,
    terminal: console.terminal,
  };
};

// Over 60 lines: what a subcommand is given closes over the state and the engine.
/**
 * Opens the flake, does `work`, and closes the engine on every way out. ^c
 * cancels what the engine does.
 */
export const withProgram = async <Value>(
  invocation: Invocation,
  context: CommandContext,
  receive: (event: AppEvent, state: AppState) => void,
  work: (program: Program) => Promise<Value>,
): Promise<Result<Value, Refused>> => {
  const { console } = context;
  const { on } = invocation.flags;
  let state = initialState;
  const lastLines = createLastLines();
  const engine = await context.openEngine({
    ...optionsOf(invocation, context),
    emit: (events) => {
      state = reduceAll(state, events);
      keepHeapSmall(state.hostNames.length, state.logs);
      for (const event of events) {
        lastLines.hear(event);
        receive(event, state);
      }
    },
    getState: () => state,
  });
  const isCanceled = (): boolean => console.canceled.aborted;
  const stopped = refused(canceledExit, { code: 'canceled', what: invocation.command });
  const cancel = (): void => engine.runs.cancel(console.signal?.() ?? undefined);
  console.canceled.addEventListener('abort', cancel);
  try {
    // Whoever left while the program was read, or the flake opened, must not find anything begun.
    if (isCanceled()) return stopped;
    const opened = await engine.open();
    if (isCanceled()) return stopped;
    if (!opened.ok) return refused(2, ...opened.failure);
    const unknown = on.flatMap((word) => unknownTag(engine.hosts.tags(), word));
    if (unknown.length > 0) return refused(2, ...unknown);
    tellUnnarrowed(invocation, console);
    return success(
      await work({
        engine,
        state: () => state,
        lastLines: lastLines.of,
        survey: async (options) => {
          const { words, ...wanted } = options;
          const among = (): readonly string[] => {
            const chosen = selectHosts(state, words ?? [], on);
            // Words that name no host are told when the hosts are chosen; nobody is asked for them.
            return chosen.ok ? chosen.value : [];
          };
          const asked = engine.hosts.survey(words === undefined ? wanted : { ...wanted, among });
          await Promise.race([asked, whenAborted(console.canceled)]);
          // A person who left while hosts were asked must not find them deployed.
          if (isCanceled())
            return refused(canceledExit, { code: 'canceled', what: 'asking the hosts' });
          const { fleet } = state;
          return fleet.kind === 'failed' ? refused(1, fleet.failure) : success(undefined);
        },
        narrowed: on.length === 0 ? null : engine.hosts.withTags(on),
        hosts: (words) => {
          const chosen = selectHosts(state, words, on);
          return chosen.ok ? chosen : refused(2, ...chosen.failure);
        },
      }),
    );
  } finally {
    console.canceled.removeEventListener('abort', cancel);
    await engine.close();
  }
};
