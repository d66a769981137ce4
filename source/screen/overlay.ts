import type { CommitPlan } from '../model/commit/commit-plan.ts';
import type { CommitSubject } from '../model/lock/commit-count.ts';
import type { Tone } from '../model/words/line.ts';
import type { TextArea } from '../model/words/text-area.ts';
import type { DifferenceRow } from './difference-rows.ts';
import type { Wish } from './wish.ts';

/** A dialog takes no keys for this long, so that keys typed ahead confirm nothing. */
export const guardMs = 500;

/** What must be typed before the guarded choice can be taken: the more dangerous, the more. */
export type Required =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'count'; readonly count: number }
  /** Each host that wants its name, and the count where others go with them. */
  | { readonly kind: 'name'; readonly names: readonly string[]; readonly count: number | null };

/** What is to be typed, as it stands in the dialog. */
export const wantedText = (required: Required): string => {
  switch (required.kind) {
    case 'nothing':
      return '';
    case 'count':
      return String(required.count);
    case 'name':
      return [...required.names, ...(required.count === null ? [] : [required.count])].join(' ');
  }
};

/** A unit of a host, by a name of `unit-failure.ts`. */
export interface UnitPlace {
  readonly host: string;
  readonly unit: string;
}

export interface TonedText {
  readonly text: string;
  readonly tone: Tone;
  /** The page that it is about, where it does not name it. */
  readonly link?: string;
  /** Cells by which its rows after the first are indented. */
  readonly hang?: number;
  /** The commit that it tells of: a cursor goes from one such line to the next. */
  readonly commit?: CommitPlace;
}

/** A commit of a changed input, which has a path in the lock. */
export interface CommitPlace {
  readonly path: string;
  readonly revision: string;
}

/** A text of a confirmation; one that is pinned stays above the choices, wherever the rest is scrolled. */
export interface AskedText extends TonedText {
  readonly isPinned?: true;
  /** It says in short what others say in full: shown only where these have no room. */
  readonly isBrief?: true;
  /** An age in it that goes on while the dialog is open: since when (ms since the epoch), and as it stands in the text. */
  readonly aged?: { readonly since: number; readonly shown: string };
}

export interface Choice {
  readonly label: string;
  /** Null closes the dialog. */
  readonly wish: Wish | null;
  /** True for the choice that `required` guards. */
  readonly guarded: boolean;
}

/**
 * The focus of a dialog while its text is typed: Enter takes the guarded choice, and no button has
 * the focus.
 */
export const inField = -1;

export interface Confirmation {
  readonly kind: 'confirm';
  readonly title: string;
  readonly body: readonly AskedText[];
  /** The exact commands, one a line, host first. */
  readonly commands: readonly string[];
  /** Where not all fits, a command has one row until somebody asks for the whole of each. */
  readonly isUnfolded?: boolean;
  readonly choices: readonly Choice[];
  /** The choice that Enter takes; `inField` while somebody types. */
  readonly focus: number;
  readonly required: Required;
  readonly typed: string;
  readonly top: number;
  readonly openedAt: number;
}

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly wish: Wish;
  /** Why it cannot be chosen now. */
  readonly refused: string | null;
  /** The key that takes it, where it has one of its own; the others get a letter of their name. */
  readonly letter?: string;
}

export interface Menu {
  readonly kind: 'menu';
  readonly title: string;
  readonly note: readonly TonedText[];
  readonly items: readonly MenuItem[];
  readonly cursor: string | null;
  /** True where a choice acts at once: the menu then takes no keys for its first half second. */
  readonly careful: boolean;
  readonly openedAt: number;
  /** What it tells about, where that may change while it is open. */
  readonly about?:
    | { readonly kind: 'cause'; readonly id: string }
    | { readonly kind: 'search'; readonly host: string; readonly what: string };
}

/** The message of a commit, edited on the screen. */
export interface MessageEditor {
  readonly kind: 'message';
  /** What is committed with it; its own message stays that which facts make. */
  readonly plan: CommitPlan;
  readonly area: TextArea;
  /** The first row that is seen. */
  readonly top: number;
}

/** The commits of a changed input. */
export interface CommitsOverlay {
  readonly kind: 'commits';
  readonly title: string;
  /** Path of the input. */
  readonly path: string;
  /** How many of how many, and what was not read; null where the title says all. */
  readonly note: TonedText | null;
  /** Those that are listed, the newest first. */
  readonly subjects: readonly CommitSubject[];
  /** All of them, where only those that may break something are listed. */
  readonly all?: readonly CommitSubject[];
  /** Revision of the commit under the cursor; null for the newest. */
  readonly cursor: string | null;
  /** The whole message of that commit is shown. */
  readonly isOpen: boolean;
  /** What git told of messages, by revision. */
  readonly messages: Readonly<Record<string, string>>;
  /** How far the message is scrolled. */
  readonly top: number;
  /** What is shown again when it closes. */
  readonly under?: Overlay;
}

export type Overlay =
  | Confirmation
  | Menu
  | MessageEditor
  | { readonly kind: 'help'; readonly filter: string; readonly cursor: string | null }
  | {
      readonly kind: 'palette';
      /** Only logs are listed, each with what it holds. */
      readonly only?: 'logs';
      readonly filter: string;
      readonly cursor: string | null;
    }
  /** The cursor is a command's id; null goes with the newest. Unfolded: its whole line is shown. */
  | { readonly kind: 'commands'; readonly cursor: string | null; readonly unfolded: boolean }
  | {
      readonly kind: 'text';
      readonly title: string;
      readonly lines: readonly TonedText[];
      readonly top: number;
      /** Revision of the commit under the cursor, of a text that lists some; the first where it is left out or gone. */
      readonly cursor?: string;
      /** Ids of actions that the text names keys of: these close it and act on the screen below. */
      readonly acts?: readonly string[];
      /** The unit that it is about: keys of units act on it. */
      readonly unit?: UnitPlace;
      /** What is shown again when it closes. */
      readonly under?: Overlay;
    }
  | CommitsOverlay
  /** The line difference of a file; side by side where the window is wide and the person did not choose. */
  | {
      readonly kind: 'difference';
      readonly title: string;
      readonly rows: readonly DifferenceRow[];
      /** The same with hashes, revisions and dates folded, or unfolded where these rows are folded. */
      readonly others: readonly DifferenceRow[];
      readonly isFolded: boolean;
      readonly layout: DifferenceLayout;
      readonly top: number;
    };

export type TextOverlay = Extract<Overlay, { readonly kind: 'text' }>;

export type DifferenceOverlay = Extract<Overlay, { readonly kind: 'difference' }>;

type DifferenceLayout = 'unified' | 'side-by-side';
