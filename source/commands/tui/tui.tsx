import { type Instance, render, useApp as useInk } from 'ink';
import { type ReactNode, useEffect } from 'react';
import type { Action } from '../../actions/action.ts';
import { actionTable, withKeys } from '../../actions/table.ts';
import { createLinkTable } from '../../components/base/link-table.ts';
import { type LookParts, LookProvider } from '../../components/base/look.tsx';
import { StoreProvider } from '../../components/base/use-app.ts';
import { ScreenFrame } from '../../components/frame/screen.tsx';
import type { Engine } from '../../engine/contract.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { RememberedFleet } from '../../model/remembered/fleet.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { filterFleet } from '../../screen/reducer/lists.ts';
import type { LentTerminal } from '../../services/world/lent-terminal.ts';
import { findFolders } from '../../services/world/process-folders.ts';
import type { AppEvent } from '../../state/events.ts';
import { runOfOther } from '../../state/run.ts';
import type { AppState } from '../../state/state.ts';
import { keepHeapSmall } from '../small-heap.ts';
import type { ScreenLook } from '../terminal/look.ts';
import { coloursFile, keepColours } from '../terminal/own-colours.ts';
import { thriftyOutput } from '../terminal/thrift.ts';
import { type Attached, followAttached } from './attached.ts';
import { startClock } from './clock.ts';
import { type Endings, giveTerminalBack } from './endings.ts';
import {
  followCauseMenus,
  followCharts,
  followCommits,
  followHistory,
  followInterruption,
  followOthers,
  followPackages,
  followSamples,
  followUnitLogs,
  followWatches,
} from './followers.ts';
import { askWindow, captureConsole, followJob, guardProcess, recordCrash } from './guards.ts';
import { followHint } from './hint.ts';
import { readNow } from './last-facts.ts';
import type { Loaded } from './loaded.ts';
import { followNotifications } from './notify.ts';
import { followOldLog } from './old-log.ts';
import { createScreenParts, type ScreenParts } from './parts.ts';
import type { Drawing } from './repaint.ts';
import { createSeenHosts } from './seen-hosts.ts';
import { createSpeaker } from './speaker.ts';
import type { Suspend } from './terminal.ts';

export interface ScreenLink {
  emit(events: readonly AppEvent[]): void;
  getState(): AppState;
  /** Hosts that are on the screen. */
  seenHosts(): ReadonlySet<string>;
  /** For programs that ask for a passphrase or a login: the screen is gone while they do. */
  readonly terminal: LentTerminal;
}

/** What shows the screen until it is left. */
type Showing = Drawing & Pick<Instance, 'waitUntilExit'>;

export interface ScreenOptions {
  readonly look: ScreenLook;
  /** When the terminal was asked for its colours; null where it was not. */
  readonly askedAt?: number | null;
  /** Shown from the first frame on; the flake's own event confirms them. */
  readonly demo: boolean;
  readonly readOnly: boolean;
  /** What an earlier start knew: shown until it is asked. */
  readonly remembered?: RememberedFleet | null;
  /** The names of hosts of which nothing is remembered. */
  readonly named?: Promise<RememberedFleet | null>;
  /** What the fleet is filtered by until Esc clears it; empty: by nothing. */
  readonly filter?: string;
  /** `[keys]` of nixup.toml: action to keys. */
  readonly keys?: Readonly<Record<string, readonly string[]>>;
  /** Loads world and engine; called when the first frame stands. */
  readonly load: (link: ScreenLink) => Promise<Loaded>;
  /** Followed since before the terminal was changed. */
  readonly endings: Endings;
  /** Another terminal, for tests. */
  readonly streams?: {
    readonly stdin: NodeJS.ReadStream;
    readonly stdout: NodeJS.WriteStream;
    readonly stderr: Pick<NodeJS.WriteStream, 'write'>;
  };
}

/** How long a run that was canceled by leaving may take to end, ms. */
const closingMs = 20_000;

/** Told when the flake cannot be opened, before leaving with exit status 2. */
const explainAll = (failures: readonly Failure[]): string =>
  failures
    .map(explain)
    .map(({ what, next, tail }) =>
      [what, ...tail.map((line) => `    ${line}`), `  ${adviceLine(next)}`, ''].join('\n'),
    )
    .join('');

/** The composition root lives outside React and needs Ink's way to hand over the terminal. */
const Connect = ({ to }: { readonly to: (suspend: Suspend) => void }): ReactNode => {
  const { suspendTerminal } = useInk();
  useEffect(() => to(suspendTerminal), [to, suspendTerminal]);
  return null;
};

/** Follows signals, the console, the window and the job of the shell; answers how to let go of them. */
const followProcess = (
  parts: ScreenParts,
  stdout: NodeJS.WriteStream,
  options: ScreenOptions,
): { readonly first: () => void; readonly last: () => void } => {
  const { life, terminal, repaint, input, store } = parts;
  const resize = (): void => {
    if (repaint.isDrawing) return;
    const { columns, rows } = options.look.reader ? spokenWindow : stdout;
    store.dispatchUi({ type: 'resized', columns, rows });
    // What a terminal keeps of the old size is its own affair; lines that were said are not redrawn.
    if (!options.look.reader) repaint.soon();
  };
  resize();
  stdout.on('resize', resize);
  const releaseConsole = captureConsole();
  const isOurs = options.streams === undefined;
  const guards = guardProcess({
    crash: parts.crash,
    stop: parts.leave,
    isHandedOver: () => terminal.isHandedOver,
    endings: options.endings,
    terminal: isOurs ? [process.stdin, process.stdout, process.stderr] : [],
  });
  const job = followJob({
    onStop: () => parts.start(async () => void (await terminal.suspend())),
    onContinue: () => {
      input.reclaim();
      stdout.write(parts.modes.enter());
      askWindow();
    },
    // A size that was different only for a moment is noticed in no other way.
    onWindow: options.look.reader ? () => undefined : repaint.soon,
    isHandedOver: () => terminal.isHandedOver,
  });
  // The last resort, for an exit that nobody announced.
  const restore = (): void => {
    if (!isOurs) return;
    // Ink would draw once more, on the other screen.
    life.instance?.unmount();
    giveTerminalBack(parts.modes.takeAway(), options.look.reader);
  };
  process.on('exit', restore);
  return {
    first: () => {
      stdout.off('resize', resize);
      releaseConsole();
    },
    last: () => {
      process.off('exit', restore);
      job.release();
      if (life.farewell !== '') (options.streams?.stderr ?? process.stderr).write(life.farewell);
      guards.release();
    },
  };
};

/**
 * The window of what is said, whatever the size of the terminal: wide enough for every dialog, and as high as a part of a long
 * text that somebody listens to at once. Lines are wrapped by whoever reads them.
 */
const spokenWindow = { columns: 100, rows: 32 } as const;

/** Draws the screen, or says it in lines. */
const show = (
  parts: ScreenParts,
  streams: Pick<NonNullable<ScreenOptions['streams']>, 'stdin' | 'stdout'>,
  look: ScreenLook,
  table: readonly Action[],
): Showing => {
  const { store, terminal, clicks } = parts;
  return look.reader
    ? createSpeaker({
        store,
        table,
        stdout: streams.stdout,
        ascii: look.ascii,
        isHandedOver: () => terminal.isHandedOver,
      })
    : draw(parts, streams, {
        ...look,
        links: look.links ? createLinkTable() : null,
        table,
        clicks,
      });
};

const draw = (
  { life, store }: ScreenParts,
  streams: Pick<NonNullable<ScreenOptions['streams']>, 'stdin' | 'stdout'>,
  look: LookParts,
): Instance =>
  render(
    <StoreProvider value={store}>
      <LookProvider parts={look}>
        <ScreenFrame />
        <Connect
          to={(way) => {
            life.suspend = way;
          }}
        />
      </LookProvider>
    </StoreProvider>,
    {
      // Ink reads nothing: no component asks it for keys.
      stdin: streams.stdin,
      stdout: thriftyOutput(streams.stdout, look.links),
      alternateScreen: true,
      incrementalRendering: true,
      exitOnCtrlC: false,
      patchConsole: false,
      // Ink would take `CI` in the environment for a missing terminal.
      interactive: Boolean(streams.stdout.isTTY && streams.stdin.isTTY),
      // Facts come at the pace of the frames; a key, and the names of a first start, wait for no other frame.
      maxFps: 100,
    },
  );

/** Loads the engine and opens the flake; what is followed from then on is added to `stops`. */
const openFlake = async (
  parts: ScreenParts,
  load: ScreenOptions['load'],
  stops: (() => void)[],
  stdout: NodeJS.WriteStream,
): Promise<void> => {
  const { life, store, terminal, start } = parts;
  let attached: Attached = { look: () => undefined, stop: () => undefined };
  const found = await load({
    emit: (events) => {
      store.dispatch(events);
      // Before a frame shows it: a run of another nixup is followed from then on.
      attached.look();
    },
    getState: () => store.getState().app,
    seenHosts: createSeenHosts(store, parts.now),
    terminal,
  });
  life.loaded = found;
  store.dispatchUi({ type: 'ticked', at: parts.now() });
  const write = (sequence: string): void => {
    // Another program that has the terminal would read it as keys.
    if (!terminal.isHandedOver) stdout.write(sequence);
  };
  stops.push(followNotifications(store, write, process.env, found.world.exec, start));
  // A run that is active is shown while the flake is still read.
  attached = followAttached(store, found.engine, start);
  stops.push(attached.stop);
  const opened = await found.engine.open();
  if (!opened.ok) {
    parts.end(2, explainAll(opened.failure), () => terminal.whenBack());
    return;
  }
  parts.door.open(found.engine);
  stops.push(
    store.subscribe(({ app: { hostNames, logs } }) => keepHeapSmall(hostNames.length, logs)),
  );
  stops.push(followCommits(store, found.engine, start));
  stops.push(followPackages(store, found.engine, start));
  stops.push(followCharts(store, found.engine, start, parts.now));
  stops.push(followSamples(store, found.engine, start, parts.now));
  stops.push(followUnitLogs(store, found.engine, start));
  stops.push(followHistory(store, found.engine, start));
  stops.push(followOthers(store, found.engine, start));
  stops.push(followOldLog(store, found.engine, start));
  stops.push(await followHint(store, found.world, start));
  found.engine.inputs.followCommits();
  await found.engine.hosts.survey({ probe: true, evaluate: true });
  // What the hosts said belongs to the report.
  stops.push(followWatches(store, found.engine, start, parts.now));
};

/** What runs when the screen is left is canceled, and may end. */
const closeEngine = async (
  { life, store }: ScreenParts,
  stderr: Pick<NodeJS.WriteStream, 'write'>,
): Promise<void> => {
  if (life.loaded === undefined || life.exitCode === 1) return;
  const { app } = store.getState();
  const { run } = app;
  const other = runOfOther(app);
  if (other !== null)
    stderr.write(
      `The ${other.goal ?? 'run'} of ${other.user}@${other.machine} (process ${other.pid}) goes on. Follow it: nixup history --follow\n`,
    );
  else if (run.kind === 'active' || run.kind === 'canceling')
    stderr.write(`Stopping the ${run.goal}; ^c ends at once.\n`);
  life.loaded.engine.runs.cancel();
  await closeWithin(life.loaded.engine, closingMs);
};

/** Shows names of hosts until the engine lists the hosts themselves. */
const showNames = async ({ store }: ScreenParts, named: ScreenOptions['named']): Promise<void> => {
  const fleet = await named;
  const { app } = store.getState();
  keepHeapSmall(fleet?.hosts.length ?? 0);
  if (fleet == null || app.remembered !== null || app.hostNames.length > 0) return;
  if (app.fleet.kind === 'unknown' || app.fleet.kind === 'listing')
    store.setState({ app: { ...app, remembered: fleet } });
};

/** Tells the terminal of what changed: its mouse, its title; and keeps what it told of its colours. */
const followTerminal = (
  { store, terminal, modes }: ScreenParts,
  { look, streams, demo }: ScreenOptions,
): (() => void) =>
  store.subscribe(({ ui }, before) => {
    // Another program that has the terminal would read it.
    if (terminal.isHandedOver) return;
    if (ui.mouse !== before.ui.mouse) modes.tellMouse();
    modes.announce();
    const { colours } = ui;
    if (colours === before.ui.colours || streams !== undefined || demo) return;
    if (colours.background === null || colours.background === look.background) return;
    const file = coloursFile(findFolders().state);
    keepColours(file, readNow(file), process.env, colours);
  });

/** Resolves when the screen was left. */
const untilLeft = async (
  parts: ScreenParts,
  instance: Showing,
  open: () => Promise<void>,
): Promise<void> => {
  const { life } = parts;
  try {
    const ended = instance.waitUntilExit();
    parts.start(async () => {
      // What was typed before is kept by the terminal until the whole screen stands.
      await instance.waitUntilRenderFlush();
      if (!life.isOver) parts.input.start();
      await open();
    });
    await ended;
  } catch (error) {
    Object.assign(life, { exitCode: 1, farewell: recordCrash(error) });
  }
  life.isOver = true;
};

/**
 * The screen, from the first frame to the restored terminal. Answers the exit
 * status; 1 after a crash, whose log is named on standard error.
 */
export const runScreen = async (options: ScreenOptions): Promise<number> => {
  const { stdin, stdout, stderr } = options.streams ?? process;
  const table = options.keys === undefined ? actionTable : withKeys(actionTable, options.keys);
  const { look } = options;
  const parts = createScreenParts({ stdin, stdout }, table, look, options.askedAt ?? null);
  const { store, life, input, now } = parts;
  const followed = followProcess(parts, stdout, options);
  store.setState(({ app, ui }) => ({
    app: {
      ...app,
      demo: options.demo,
      readOnly: options.readOnly,
      remembered: options.remembered ?? null,
    },
    ui: {
      ...filterFleet(ui, options.filter ?? ''),
      colours: { theme: look.theme, foreground: look.foreground, background: look.background },
      mouse: look.mouse,
    },
  }));
  // The first frame that Ink draws is the one that stands already.
  store.dispatchUi({ type: 'ticked', at: now() });
  stdout.write(parts.modes.enter());
  const instance = show(parts, { stdin, stdout }, look, table);
  life.instance = instance;
  const stops = [
    parts.whenRead.stop,
    followTerminal(parts, options),
    startClock(store, now, parts.frames.restMs),
    followInterruption(store, now),
    followCauseMenus(store, now),
  ];
  parts.start(() => showNames(parts, options.named));
  await untilLeft(parts, instance, () => openFlake(parts, options.load, stops, stdout));
  for (const stop of stops) stop();
  followed.first();
  await parts.questions.settled();
  await input.stop();
  stdout.write(parts.modes.leave());
  followed.last();
  await closeEngine(parts, stderr);
  return life.exitCode;
};

const closeWithin = async (engine: Engine, milliseconds: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([engine.close(), limit]);
  clearTimeout(timer);
};
