import os from 'node:os';
import type { Action, ActionContext } from '../../actions/action.ts';
import { pressMouse } from '../../actions/press/point.ts';
import { pasteText, pressKey } from '../../actions/press/press.ts';
import { nameKeysOf } from '../../actions/table.ts';
import { type ClickMap, createClickMap } from '../../components/base/clicks.ts';
import type { InputEvent } from '../../parsers/terminal/typed-or-pasted.ts';
import { type AppStore, createAppStore } from '../../store.ts';
import { createEngineDoor, type EngineDoor } from '../program/engine-door.ts';
import type { ScreenLook } from '../terminal/look.ts';
import { createQuestions, type TerminalQuestions } from '../terminal/questions.ts';
import { createScreenModes, type ScreenModes } from '../terminal/screen-modes.ts';
import { createFrames } from './frame-pace.ts';
import { askWindow, recordCrash } from './guards.ts';
import { createScreenInput, type ScreenInput } from './input.ts';
import type { Loaded } from './loaded.ts';
import { createRepaint, type Drawing, type Repaint, sayAgain } from './repaint.ts';
import { createTerminal, type ScreenTerminal, type Suspend } from './terminal.ts';
import { createWhenRead, type WhenRead } from './when-read.ts';

/** What changes between the first frame and the end. */
interface Life {
  loaded: Loaded | undefined;
  /** Ink's, once it draws. */
  suspend: Suspend;
  instance: Drawing | undefined;
  exitCode: number;
  /** Written when the terminal is the shell's again. */
  farewell: string;
  isOver: boolean;
}

/** What the screen is made of, before anything is drawn. */
export interface ScreenParts {
  readonly store: AppStore;
  readonly life: Life;
  readonly context: ActionContext;
  readonly terminal: ScreenTerminal;
  readonly input: ScreenInput;
  readonly modes: ScreenModes;
  readonly questions: TerminalQuestions;
  readonly clicks: ClickMap;
  readonly repaint: Repaint;
  readonly whenRead: WhenRead;
  readonly door: EngineDoor;
  readonly frames: Pick<ReturnType<typeof createFrames>, 'restMs'>;
  now(): number;
  /** Ends the screen; `words` are said when the terminal is the shell's again. */
  end(exitCode: number, words: string, whenFree: () => Promise<void>): void;
  leave(exitCode: number): void;
  crash(error: unknown): void;
  /** Starts work that goes on; a throw ends the screen. */
  start(work: () => Promise<void>): void;
}

/** The exit status of a program whose terminal went away. */
const hungUp = 128 + os.constants.signals.SIGHUP;

/** Ways to end, each of which waits for whoever has the terminal. */
const createEndings = (
  life: Life,
  terminal: () => ScreenTerminal,
): Pick<ScreenParts, 'end' | 'leave' | 'crash' | 'start'> => {
  const end: ScreenParts['end'] = (exitCode, farewell, whenFree) => {
    if (life.isOver) return;
    Object.assign(life, { isOver: true, exitCode, farewell });
    if (terminal().isHandedOver) void whenFree().then(() => life.instance?.unmount());
    else life.instance?.unmount();
  };
  // Whoever edits a text meanwhile does so to the end.
  const crash = (error: unknown): void => end(1, recordCrash(error), () => terminal().whenBack());
  return {
    end,
    leave: (code) => end(code, '', () => terminal().takeBack()),
    crash,
    start: (work) => {
      work().catch(crash);
    },
  };
};

/** The keyboard; keys typed after the one that opened an editor were meant for the editor. */
const createKeyboard = (
  stdin: NodeJS.ReadStream,
  life: Life,
  parts: () => Pick<ScreenParts, 'context' | 'terminal' | 'questions' | 'clicks' | 'leave'>,
): ScreenInput => {
  const hear = (event: InputEvent): void => {
    const { context, terminal, questions, clicks } = parts();
    if (event.kind === 'answered') questions.answered();
    if (life.isOver || terminal.isHandedOver) return;
    switch (event.kind) {
      case 'key':
        pressKey(context, event.name);
        break;
      case 'paste':
        pasteText(context, event.text);
        break;
      case 'mouse':
        // A report that was on its way when the mouse was put off.
        if (context.state().ui.mouse)
          pressMouse(context, event.deed, clicks.targetAt(event.column, event.row));
        break;
      case 'colour':
        context.ui({ type: 'coloured', of: event.of, colour: event.colour });
        break;
      case 'focused':
        // Somebody may have changed it meanwhile.
        questions.ask();
        break;
      case 'answered':
        break;
    }
  };
  const onInput = (events: readonly InputEvent[]): void => {
    life.instance?.beforeKeys?.();
    events.forEach(hear);
    // Frames are thinned out for what moves by itself; the answer to a key waits for none.
    void life.instance?.waitUntilRenderFlush();
  };
  return createScreenInput(stdin, {
    // Ages are drawn as old as they are: at rest no clock does that.
    onRead: () => {
      const { context } = parts();
      context.ui({ type: 'ticked', at: context.now() });
    },
    onEvents: onInput,
    onEnd: () => parts().leave(hungUp),
  });
};

// Whole: each of them knows the others.
/** Store, keyboard, terminal and the way to the engine, each of which knows the others. */
export const createScreenParts = (
  { stdin, stdout }: { readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream },
  table: readonly Action[],
  look: ScreenLook,
  askedAt: number | null,
): ScreenParts => {
  nameKeysOf(table);
  const frames = createFrames();
  const store = createAppStore(frames.pace, frames.draw);
  const life: Life = {
    loaded: undefined,
    suspend: async (work) => work(),
    instance: undefined,
    exitCode: 0,
    farewell: '',
    isOver: false,
  };
  const now = (): number => life.loaded?.world.clock.now() ?? Date.now();
  const endings = createEndings(life, () => terminal);
  const whenRead = createWhenRead(store, now);
  const door = createEngineDoor((text) =>
    store.dispatchUi({ type: 'told', text, tone: 'warn', at: now() }),
  );
  const repaint = look.reader
    ? sayAgain(() => life.instance)
    : createRepaint(
        stdout,
        () => life.instance,
        () => !life.isOver && !terminal.isHandedOver,
      );
  const write = (sequence: string): void => {
    stdout.write(sequence);
  };
  const clicks = createClickMap();
  const modes = createScreenModes(store, write, look);
  const questions = createQuestions(write, look.strings && look.depth > 4, askedAt);
  const input = createKeyboard(stdin, life, () => ({
    context,
    terminal,
    questions,
    clicks,
    leave: endings.leave,
  }));
  const terminal = createTerminal({
    stdin,
    stdout,
    input,
    modes,
    whenSettled: questions.settled,
    suspend: (work) => life.suspend(work),
    repaint: repaint.soon,
    askWindow,
    loaded: () => life.loaded,
    openEngine: door.peek,
    flake: () => store.getState().app.flakePath,
    leave: endings.leave,
  });
  const context: ActionContext = {
    state: store.getState,
    now,
    ui: store.dispatchUi,
    engine: door.engine,
    askOther: (request) => life.loaded?.engine.runs.ask(request),
    terminal,
    start: endings.start,
    whenRead: whenRead.add,
    table,
  };
  return {
    ...endings,
    store,
    life,
    context,
    terminal,
    input,
    modes,
    questions,
    clicks,
    repaint,
    whenRead,
    door,
    frames,
    now,
  };
};
