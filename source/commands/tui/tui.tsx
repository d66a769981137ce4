import os from 'node:os';
import { type Instance, render, useApp as useInk } from 'ink';
import { type ReactNode, useEffect } from 'react';
import type { ActionContext } from '../../actions/action.ts';
import { pasteText, pressKey } from '../../actions/press/press.ts';
import { actionTable, withKeys } from '../../actions/table.ts';
import { type Look, LookProvider } from '../../components/base/look.tsx';
import { colourTheme, monoTheme } from '../../components/base/theme.ts';
import { StoreProvider } from '../../components/base/use-app.ts';
import { Screen } from '../../components/frame/screen.tsx';
import type { Engine } from '../../engine/contract.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { adviceLine } from '../../model/words/advice.ts';
import type { InputEvent } from '../../parsers/terminal/typed-or-pasted.ts';
import { filterFleet } from '../../screen/reducer/lists.ts';
import type { LentTerminal } from '../../services/world/lent-terminal.ts';
import type { AppEvent } from '../../state/events.ts';
import type { AppState } from '../../state/state.ts';
import { createAppStore } from '../../store.ts';
import { createEngineDoor } from '../program/engine-door.ts';
import { startClock } from './clock.ts';
import {
  followCauseMenus,
  followCommits,
  followInterruption,
  followOthers,
  followPackages,
} from './followers.ts';
import {
  askWindow,
  captureConsole,
  type Endings,
  followJob,
  giveTerminalBack,
  guardProcess,
  recordCrash,
} from './guards.ts';
import { createScreenInput } from './input.ts';
import type { Loaded } from './loaded.ts';
import { restoring, screenModes } from './modes.ts';
import { createRepaint } from './repaint.ts';
import { createTerminal, type Suspend } from './terminal.ts';
import { createWhenRead } from './when-read.ts';

export interface ScreenLink {
  emit(events: readonly AppEvent[]): void;
  getState(): AppState;
  /** For programs that ask for a passphrase or a login: the screen is gone while they do. */
  readonly terminal: LentTerminal;
}

export interface ScreenOptions {
  readonly ascii: boolean;
  /** NO_COLOR: weight and inverse only. */
  readonly noColor: boolean;
  /** Shown from the first frame on; the flake's own event confirms them. */
  readonly demo: boolean;
  readonly readOnly: boolean;
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

/** The exit status of a program whose terminal went away. */
const hungUp = 128 + os.constants.signals.SIGHUP;

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

/**
 * The screen, from the first frame to the restored terminal. Answers the exit
 * status; 1 after a crash, whose log is named on standard error.
 */
export const runScreen = async (options: ScreenOptions): Promise<number> => {
  const stdout = options.streams?.stdout ?? process.stdout;
  const stdin = options.streams?.stdin ?? process.stdin;
  const stderr = options.streams?.stderr ?? process.stderr;
  const store = createAppStore();
  const table = options.keys === undefined ? actionTable : withKeys(actionTable, options.keys);
  const look: Look = {
    theme: options.noColor ? monoTheme : colourTheme,
    ascii: options.ascii,
    table,
  };
  let loaded: Loaded | undefined;
  let suspend: Suspend = async (work) => work();
  let instance: Instance | undefined;
  let exitCode = 0;
  let farewell = '';
  let isOver = false;
  const now = (): number => loaded?.world.clock.now() ?? Date.now();

  const end = (code: number, words: string, whenFree: () => Promise<void>): void => {
    if (isOver) return;
    isOver = true;
    exitCode = code;
    farewell = words;
    if (terminal.isHandedOver) void whenFree().then(() => instance?.unmount());
    else instance?.unmount();
  };
  const leave = (code: number): void => end(code, '', () => terminal.takeBack());
  // Whoever edits a text meanwhile does so to the end.
  const crash = (error: unknown): void => end(1, recordCrash(error), () => terminal.whenBack());
  const start = (work: () => Promise<void>): void => {
    work().catch(crash);
  };
  const whenRead = createWhenRead(store);
  const door = createEngineDoor((text) =>
    store.dispatchUi({ type: 'told', text, tone: 'warn', at: now() }),
  );
  const repaint = createRepaint(
    stdout,
    () => instance,
    () => !isOver && !terminal.isHandedOver,
  );
  const onInput = (events: readonly InputEvent[]): void => {
    for (const event of events) {
      // Keys typed after the one that opened an editor were meant for the editor.
      if (isOver || terminal.isHandedOver) break;
      if (event.kind === 'key') pressKey(context, event.name);
      else pasteText(context, event.text);
    }
    // Frames are thinned out for what moves by itself; the answer to a key waits for none.
    void instance?.waitUntilRenderFlush();
  };
  const input = createScreenInput(stdin, onInput, () => leave(hungUp));
  const terminal = createTerminal({
    stdin,
    stdout,
    input,
    suspend: (work) => suspend(work),
    repaint: repaint.soon,
    askWindow,
    loaded: () => loaded,
    openEngine: door.peek,
    leave,
  });
  const context: ActionContext = {
    state: store.getState,
    now,
    ui: store.dispatchUi,
    engine: door.engine,
    terminal,
    start,
    whenRead: whenRead.wish,
    table,
  };

  const resize = (): void => {
    if (repaint.isDrawing) return;
    store.dispatchUi({ type: 'resized', columns: stdout.columns, rows: stdout.rows });
    // What a terminal keeps of the old size is its own affair.
    repaint.soon();
  };
  resize();
  store.setState(({ app, ui }) => ({
    app: { ...app, demo: options.demo, readOnly: options.readOnly },
    ui: filterFleet(ui, options.filter ?? ''),
  }));
  stdout.on('resize', resize);
  const releaseConsole = captureConsole();
  const isOurs = options.streams === undefined;
  const guards = guardProcess({
    crash,
    stop: leave,
    isHandedOver: () => terminal.isHandedOver,
    endings: options.endings,
    terminal: isOurs ? [process.stdin, process.stdout, process.stderr] : [],
  });
  const job = followJob({
    onStop: () => start(async () => void (await terminal.suspend())),
    onContinue: () => {
      input.reclaim();
      stdout.write(screenModes);
      askWindow();
    },
    // A size that was different only for a moment is noticed in no other way.
    onWindow: repaint.soon,
    isHandedOver: () => terminal.isHandedOver,
  });
  // The last resort, for an exit that nobody announced.
  const restore = (): void => {
    if (!isOurs) return;
    // Ink would draw once more, on the other screen.
    instance?.unmount();
    giveTerminalBack();
  };
  process.on('exit', restore);

  stdout.write(screenModes);
  instance = render(
    <LookProvider value={look}>
      <StoreProvider value={store}>
        <Screen />
        <Connect
          to={(way) => {
            suspend = way;
          }}
        />
      </StoreProvider>
    </LookProvider>,
    {
      stdout,
      // Ink reads nothing: no component asks it for keys.
      stdin,
      alternateScreen: true,
      incrementalRendering: true,
      exitOnCtrlC: false,
      patchConsole: false,
      // Ink would take `CI` in the environment for a missing terminal.
      interactive: Boolean(stdout.isTTY && stdin.isTTY),
      maxFps: 30,
    },
  );
  const stops = [
    whenRead.stop,
    startClock(store, now),
    followInterruption(store, now),
    followCauseMenus(store, now),
  ];

  const open = async (): Promise<void> => {
    const found = await options.load({
      emit: (events) => store.dispatch(events),
      getState: () => store.getState().app,
      terminal,
    });
    loaded = found;
    store.dispatchUi({ type: 'ticked', at: now() });
    const opened = await found.engine.open();
    if (!opened.ok) {
      end(2, explainAll(opened.failure), () => terminal.whenBack());
      return;
    }
    door.open(found.engine);
    stops.push(followCommits(store, found.engine, start));
    stops.push(followPackages(store, found.engine, start));
    stops.push(followOthers(found.engine, start));
    found.engine.inputs.followCommits();
    await found.engine.hosts.survey({ probe: true, evaluate: true });
  };

  try {
    const ended = instance.waitUntilExit();
    start(async () => {
      // What was typed before is kept by the terminal until the whole screen stands.
      await instance?.waitUntilRenderFlush();
      if (!isOver) input.start();
      await open();
    });
    await ended;
  } catch (error) {
    isOver = true;
    exitCode = 1;
    farewell = recordCrash(error);
  }
  isOver = true;
  for (const stop of stops) stop();
  stdout.off('resize', resize);
  releaseConsole();
  await input.stop();
  stdout.write(restoring);
  process.off('exit', restore);
  job.release();
  if (farewell !== '') stderr.write(farewell);
  guards.release();
  if (loaded !== undefined && exitCode !== 1) {
    const { run } = store.getState().app;
    if (run.kind === 'active' || run.kind === 'canceling')
      stderr.write(`Stopping the ${run.goal}; ^c ends at once.\n`);
    loaded.engine.runs.cancel();
    await closeWithin(loaded.engine, closingMs);
  }
  return exitCode;
};

const closeWithin = async (engine: Engine, milliseconds: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([engine.close(), limit]);
  clearTimeout(timer);
};
