import type { Rgb } from '../model/terminal/colour.ts';
import type { ThemeName } from '../model/terminal/theme-names.ts';
import type { ChartWindow } from '../model/watch/chart.ts';
import type { MetricId } from '../model/watch/metric.ts';
import type { Tone } from '../model/words/line.ts';
import { allLog, type LogHits, type LogPiece } from '../model/words/log.ts';
import type { LogLevel } from '../model/words/log-level.ts';
import type { TextEdit } from '../model/words/text-area.ts';
import type { StageName } from '../state/stage.ts';
import type { Trouble } from '../state/trouble.ts';
import type { Overlay } from './overlay.ts';

/** The numbered views, in the order of their numbers. */
export const viewNames = [
  'fleet',
  'lock',
  'packages',
  'build',
  'health',
  'log',
  'history',
  'check',
] as const;

export type ViewName = (typeof viewNames)[number];

export const hostTabs = ['facts', 'generations', 'health', 'charts', 'log'] as const;

export type HostTab = (typeof hostTabs)[number];

export type Screen =
  | { readonly kind: 'view'; readonly view: ViewName }
  | {
      readonly kind: 'host';
      readonly host: string;
      readonly tab: HostTab;
      /** The view that it was opened from, to which the way back leads; absent for the fleet. */
      readonly from?: ViewName;
    };

export const shownLists = [
  'fleet',
  'lock',
  'packages',
  'check',
  'build',
  'health',
  'history',
  'generations',
] as const;

export type ListName = (typeof shownLists)[number];

/** The cursor and the marks are ids (host names, input paths), never indexes. */
export interface ListUi {
  /** Null stands for the first row. */
  readonly cursor: string | null;
  readonly marks: readonly string[];
  readonly filter: string;
  /** Where a range began; the rows between it and the cursor are marked. */
  readonly rangeFrom: string | null;
}

/** The columns of the fleet by which it can be sorted, from left to right. */
export const sortColumns = [
  'host',
  'generation',
  'date',
  'revision',
  'position',
  'changes',
  'work',
  'health',
] as const;

export type SortColumn = (typeof sortColumns)[number];

/** The rows as a column had them when somebody sorted by it: they stay there until somebody sorts again. */
export interface ColumnSort {
  readonly column: SortColumn;
  readonly isDescending: boolean;
  readonly order: readonly string[];
  readonly at: number;
}

/** Arranged by itself, as in the flake or below headings, else by a column. */
export type Sort = 'auto' | 'flake' | 'trouble' | ColumnSort;

export interface LogUi {
  /** The host whose log is shown; `allLog` for that of the fleet, the empty string for nixup's own lines. */
  readonly host: string;
  readonly follow: boolean;
  /** Number of the first visible line since the log began, while not following. */
  readonly top: number;
  /** Rows of that line that are scrolled away, where long lines are wrapped. */
  readonly skip: number;
  /** Cells scrolled to the right. */
  readonly left: number;
  readonly wrap: boolean;
  readonly showsTimes: boolean;
  /** Lines below this level are left out. */
  readonly level: LogLevel;
  /** From when on it is shown; null: from its beginning. `line` is the first one, null while the disk is asked. */
  readonly since: {
    readonly at: number;
    readonly words: string;
    readonly line: number | null;
  } | null;
  readonly search: string;
  /** The line that keys or the search went to, numbered as `top`; null: the first visible one, or in a followed log none. */
  readonly cursor: number | null;
  /** Whether the search passed an end of the log to find it. */
  readonly isAround: boolean;
  /** Only lines with what is searched are shown. */
  readonly only: boolean;
  /** Lines that are no longer in memory, as the disk has them. */
  readonly older: LogPiece | null;
  /** What the search found among those. */
  readonly found: LogHits | null;
  /** Where the search goes when the disk was searched; null: nowhere. */
  readonly seeking: 1 | -1 | null;
}

/** A field that opens with the text it had: that is selected until something is typed, which begins anew. */
interface OldText {
  readonly before: string;
  readonly isSelected?: true;
}

export type Prompt =
  | ({ readonly kind: 'filter'; readonly list: ListName } & OldText)
  | ({
      readonly kind: 'search';
      /** Where somebody looked when it was opened. */
      readonly from: Pick<LogUi, 'follow' | 'top' | 'skip' | 'cursor'>;
    } & OldText)
  /** The revision or day that an input is taken to. */
  | {
      readonly kind: 'choose';
      readonly input: string;
      readonly text: string;
      readonly before: string;
    }
  /** The name of a unit of a host. */
  | {
      readonly kind: 'unit';
      readonly host: string;
      readonly text: string;
      readonly before: string;
    }
  /** A command on a host; empty: a shell. */
  | {
      readonly kind: 'shell';
      readonly host: string;
      readonly text: string;
      readonly before: string;
    }
  /** Search in the open pane. */
  | ({ readonly kind: 'find' } & OldText);

export interface Toast {
  readonly text: string;
  readonly tone: Tone;
  readonly at: number;
  /** It announces what the next press does: it stays long enough to be read. */
  readonly isAnnouncement?: true;
  /** It says why a key did nothing on that row of that view: it leaves with them. */
  readonly isRefusal?: true;
}

/** A step of the runbook, or what is left after the last one. */
export type Armed = StageName | 'left';

/** Everything that keys change and that is no fact of the fleet. One screen, at most one overlay. */
export interface Ui {
  readonly columns: number;
  readonly rows: number;
  /** The last tick, ms since the epoch. */
  readonly now: number;
  readonly screen: Screen;
  readonly lists: Readonly<Record<ListName, ListUi>>;
  readonly sort: Sort;
  /** Where the hosts stood when somebody sorted them below headings; null where nobody did. */
  readonly placed: {
    readonly at: number;
    readonly places: Readonly<Record<string, Trouble>>;
  } | null;
  /** Checks that were failed when somebody came to the board: one that failed since then has the cursor next time. */
  readonly failedChecks: readonly string[];
  /** Groups of the fleet that are folded. */
  readonly folded: readonly string[];
  /** Inputs whose nested changes are shown. */
  readonly unfolded: readonly string[];
  readonly log: LogUi;
  /** Which metric is shown over time, and how much time. */
  readonly chart: { readonly metric: MetricId; readonly window: ChartWindow };
  readonly zoomed: boolean;
  readonly prompt: Prompt | null;
  readonly overlay: Overlay | null;
  /** What the signs mean, for a person who has not put that away yet. */
  readonly hint: 'shown' | 'hidden';
  /** How far what a menu tells is scrolled. */
  readonly noteTop: number;
  /** How far the details of a row of the lock are scrolled, or the page of a host. */
  readonly details: { readonly of: string | null; readonly top: number };
  /** What is searched in the open pane, and the row of the last hit. */
  readonly find: { readonly text: string; readonly hit: number | null };
  readonly toast: Toast | null;
  /** Ends of runs and the like that came while a step was announced: told after it. */
  readonly news: readonly Toast[];
  /** What was answered to keys, the newest last. */
  readonly told: readonly Toast[];
  /** Id of the newest notice that Esc put away. */
  readonly dismissedNotice: number;
  /**
   * The step that `m` has announced, and does when pressed again while the announcement is shown.
   */
  readonly armed: Armed | null;
  /** When ^c was pressed last. */
  readonly interruptedAt: number | null;
  /** The theme that was chosen, and what the terminal told of its own colours. */
  readonly colours: {
    readonly theme: ThemeName;
    readonly foreground: Rgb | null;
    readonly background: Rgb | null;
  };
  /** Whether clicks and the wheel are nixup's; the terminal selects text by them otherwise. */
  readonly mouse: boolean;
}

export type UiEvent =
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'ticked'; readonly at: number }
  | { readonly type: 'moved'; readonly by: number; readonly unit: 'row' | 'half' | 'page' }
  | { readonly type: 'jumped'; readonly to: 'first' | 'last' }
  | { readonly type: 'shifted'; readonly by: number }
  | { readonly type: 'showed'; readonly screen: Screen }
  | { readonly type: 'cycled'; readonly by: number }
  | { readonly type: 'tabbed'; readonly by: number }
  | { readonly type: 'opened'; readonly overlay: Overlay }
  | { readonly type: 'backed' }
  | {
      readonly type: 'prompted';
      readonly prompt: Exclude<Prompt['kind'], 'choose' | 'unit' | 'shell'>;
    }
  | { readonly type: 'choosing'; readonly input: string }
  | { readonly type: 'naming-unit'; readonly host: string }
  | { readonly type: 'naming-command'; readonly host: string }
  /** More (-1) or fewer (1) levels of a log. */
  | { readonly type: 'leveled'; readonly by: 1 | -1 }
  | { readonly type: 'typed'; readonly text: string }
  | { readonly type: 'erased' }
  /** The change of this input, in the difference that is open. */
  | { readonly type: 'change-shown'; readonly input: string }
  /** The text that a field opened with is typed on, at its end. */
  | { readonly type: 'text-kept' }
  /** A key in the message of a commit. */
  | { readonly type: 'edited'; readonly edit: TextEdit }
  | { readonly type: 'submitted' }
  | { readonly type: 'marked' }
  /**
   * The cursor of a list goes to a row, and a filter that would hide it is dropped; null: to where
   * it stands before anybody moved it.
   */
  | { readonly type: 'pointed'; readonly list: ListName; readonly id: string | null }
  | { readonly type: 'all-marked' }
  | { readonly type: 'range-started' }
  /** The signs are explained until somebody puts that away. */
  | { readonly type: 'hinted' }
  /** Again, or the other way round. */
  /** By a column: the one that was clicked; without one the rows are sorted again as they are. */
  | { readonly type: 'sorted'; readonly column?: SortColumn }
  /** By the next column to the right (1) or left (-1). */
  | { readonly type: 'column-chosen'; readonly by: 1 | -1 }
  | { readonly type: 'folded' }
  /** The command under the cursor: its whole line, or a row again. */
  | { readonly type: 'unfolded' }
  /** The difference of a file: the other layout, or on to its next change. */
  | { readonly type: 'relaid' }
  | { readonly type: 'noise-folded' }
  | { readonly type: 'next-change'; readonly by: 1 | -1 }
  | { readonly type: 'chart-window'; readonly by: 1 | -1 }
  | { readonly type: 'chart-metric'; readonly by: 1 | -1 }
  | { readonly type: 'chart-chosen'; readonly metric: MetricId }
  | { readonly type: 'details-scrolled'; readonly by: 1 | -1 }
  | { readonly type: 'zoomed' }
  | { readonly type: 'wrapped' }
  | { readonly type: 'timed' }
  /** A log from a time on; null: from its beginning. */
  | {
      readonly type: 'since-chosen';
      readonly since: { readonly at: number; readonly words: string } | null;
    }
  | { readonly type: 'since-found'; readonly host: string; readonly line: number }
  | { readonly type: 'followed'; readonly follow: boolean }
  | { readonly type: 'found'; readonly by: 1 | -1 }
  | { readonly type: 'log-opened'; readonly host: string }
  | { readonly type: 'hits-only' }
  /** A line of a log that was clicked, numbered as `top`. */
  | { readonly type: 'line-pointed'; readonly number: number }
  /** Lines of a log that were read from the disk, and what a search found there. */
  | { readonly type: 'log-read'; readonly host: string; readonly piece: LogPiece }
  | { readonly type: 'log-searched'; readonly host: string; readonly hits: LogHits }
  | { readonly type: 'focused'; readonly by: number }
  | { readonly type: 'armed'; readonly stage: Armed | null }
  | { readonly type: 'interrupted'; readonly at: number }
  | {
      readonly type: 'told';
      readonly text: string;
      readonly tone: Tone;
      readonly at: number;
      /** It answers the key that was pressed just now; absent where it is news of something begun before. */
      readonly isAnswer?: true;
      /** It says why the key does nothing where somebody is now. */
      readonly isRefusal?: true;
    }
  | {
      readonly type: 'coloured';
      readonly of: 'foreground' | 'background';
      readonly colour: Rgb;
    }
  | { readonly type: 'themed'; readonly theme: ThemeName }
  | { readonly type: 'mouse-set'; readonly mouse: boolean };

const emptyList: ListUi = { cursor: null, marks: [], filter: '', rangeFrom: null };

export const initialUi: Ui = {
  columns: 80,
  rows: 24,
  now: 0,
  screen: { kind: 'view', view: 'fleet' },
  lists: {
    fleet: emptyList,
    lock: emptyList,
    packages: emptyList,
    check: emptyList,
    build: emptyList,
    health: emptyList,
    history: emptyList,
    generations: emptyList,
  },
  sort: 'auto',
  placed: null,
  failedChecks: [],
  folded: [],
  unfolded: [],
  log: {
    host: allLog,
    follow: true,
    top: 0,
    skip: 0,
    left: 0,
    wrap: false,
    showsTimes: true,
    level: 'all',
    since: null,
    search: '',
    cursor: null,
    isAround: false,
    only: false,
    older: null,
    found: null,
    seeking: null,
  },
  chart: { metric: 'cpu', window: '24h' },
  zoomed: false,
  prompt: null,
  overlay: null,
  hint: 'hidden',
  noteTop: 0,
  details: { of: null, top: 0 },
  find: { text: '', hit: null },
  toast: null,
  news: [],
  told: [],
  dismissedNotice: 0,
  armed: null,
  interruptedAt: null,
  colours: { theme: 'auto', foreground: null, background: null },
  mouse: true,
};

/** The list that the screen shows; undefined where it shows none. */
export const listOf = (screen: Screen): ListName | undefined => {
  if (screen.kind === 'host') {
    if (screen.tab === 'generations') return 'generations';
    return undefined;
  }
  return screen.view === 'log' ? undefined : screen.view;
};

/** Whether its body is a log. */
export const showsLog = (screen: Screen): boolean =>
  screen.kind === 'host' ? screen.tab === 'log' : screen.view === 'log';

/** Whether its body is the page of a host. */
export const showsFacts = (screen: Screen): boolean =>
  screen.kind === 'host' && screen.tab === 'facts';
