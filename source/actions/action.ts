import type { Engine } from '../engine/contract.ts';
import type { KeyName } from '../keys.ts';
import type { Command, CommandEnd } from '../model/command.ts';
import type { Failure } from '../model/failure.ts';
import type { Result } from '../model/result.ts';
import type { HostTab, Ui, UiEvent, ViewName } from '../screen/ui.ts';
import type { ScreenState } from '../store.ts';

/** Where a key means something: on every screen, in one view, or in the view of one host. */
export type Place = 'everywhere' | 'host' | ViewName;

/**
 * How dangerous an action is. `look` needs nothing, `build` one key, `host` a
 * confirmation, `fleet` a confirmation that is typed when it touches more than one host.
 */
type Danger = 'look' | 'build' | 'host' | 'fleet';

/** What only the composition root can do. */
export interface Terminal {
  /** Restores the terminal and ends the program. */
  leave(exitCode: number): void;
  /** Stops the program until the shell continues it; false where no shell would. */
  suspend(): Promise<boolean>;
  /** Draws every cell again. */
  repaint(): void;
  /**
   * Whether an editor or a pager has it, or is about to get it: keys that are typed then belong to
   * that program.
   */
  readonly isHandedOver: boolean;
  /** At this line, where the editor knows how. */
  editFile(path: string, line?: number | null): Promise<Result<void, Failure>>;
  /**
   * The edited text; null when nothing is left of it. `keptIn` has what was saved, whatever happens
   * afterwards.
   */
  editText(text: string, keptIn?: string | null): Promise<Result<string | null, Failure>>;
  /**
   * A note that the person writes in the editor, below `begun`. What it is about stands in comments, which are left out of
   * the answer; null when nothing was written. `name` is that of the file, as editors show it.
   */
  editNote(
    name: string,
    begun: string,
    about: readonly string[],
  ): Promise<Result<string | null, Failure>>;
  /** Shows lines in the person's pager or editor; what is changed there is lost. */
  readLines(
    lines: readonly string[],
    name: string,
    by: 'pager' | 'editor',
  ): Promise<Result<void, Failure>>;
  /** Shows files one after the other in the person's pager: they may be larger than memory. */
  pageFiles(paths: readonly string[]): Promise<Result<void, Failure>>;
  /**
   * Gives the terminal to a command, whose line is told first, and answers how it ended. `isRead`: its output is read
   * before the screen comes back.
   */
  runCommand(command: Command, line: string, isRead: boolean): Promise<CommandEnd>;
  /** Leaves the screen for a question whose answer is not shown; null when the person left it. */
  askSecret(question: string): Promise<string | null>;
  /** Hands a text to the terminal's clipboard. */
  copy(text: string): void;
  /** Opens a page in the person's browser; answers why that is not possible, null when it was done. */
  openLink(url: string): Promise<string | null>;
}

export interface ActionContext {
  readonly state: () => ScreenState;
  readonly now: () => number;
  readonly ui: (event: UiEvent) => void;
  /**
   * Undefined until the flake is open; a person who presses a key before that is told so already.
   */
  readonly engine: () => Engine | undefined;
  /**
   * Asks something of the run of another nixup, which is shown before the flake is open: that needs nothing of it.
   * Undefined where no run can be shown yet.
   */
  readonly askOther: (
    ...request: Parameters<Engine['runs']['ask']>
  ) => ReturnType<Engine['runs']['ask']> | undefined;
  readonly terminal: Terminal;
  /** Starts work in the background; a thrown error reaches the one handler. */
  readonly start: (work: () => Promise<void>) => void;
  /** Does it once the hosts of the flake are read; what has the same name is kept only once. */
  readonly whenRead: (name: string, work: () => void) => void;
  readonly table: readonly Action[];
}

/** One row of the key table: handler, footer, help, palette and README come from it. */
export interface Action {
  /** Stable: `[keys]` of nixup.toml names it. */
  readonly id: string;
  readonly keys: readonly KeyName[];
  /** One or two words for the footer. */
  readonly label: string;
  /** One sentence. */
  readonly help: string;
  readonly where: readonly Place[];
  /** In the view of a host: the tabs where it means something; absent: all of them. */
  readonly tabs?: readonly HostTab[];
  readonly danger: Danger;
  /** Whether the palette lists it: movements are only keys. */
  readonly named: boolean;
  /** Why it cannot be done now; undefined when it can. */
  disabled(state: ScreenState): string | undefined;
  perform(context: ActionContext): void;
}

export const placeOf = (ui: Ui): Place => (ui.screen.kind === 'host' ? 'host' : ui.screen.view);

const always = (): undefined => undefined;

/** A row that is always available and changes only the screen. */
export const screenAction = (
  row: Pick<Action, 'id' | 'keys' | 'label' | 'help'> & Partial<Action>,
  event: (state: ScreenState) => UiEvent | undefined,
): Action => ({
  where: ['everywhere'],
  danger: 'look',
  named: true,
  disabled: always,
  perform: (context) => {
    const change = event(context.state());
    if (change !== undefined) context.ui(change);
  },
  ...row,
});
