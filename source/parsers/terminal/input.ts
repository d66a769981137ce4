import { farLetters, keyOfSequence, keyOfShifted } from './keys.ts';
import { colourReport, sequenceReport } from './reports.ts';
import {
  asPasted,
  asTyped,
  type InputEvent,
  type Item,
  isPasted,
  pasteOf,
} from './typed-or-pasted.ts';
import { createUtf8Bytes, invalid } from './utf8-bytes.ts';

/** So long may the rest of a sequence stay away before Esc was the key, ms. */
const escapeMs = 50;
/** So long may it stay away when its beginning is no key, ms. */
const sequenceMs = 5_000;
/** So long after Esc a sequence without its beginning is still one, ms. */
const lateMs = 1_000;
/** The next piece of a paste that has no marks comes within this time, ms. */
const burstMs = 300;
/** A paste whose end does not come for so long can be left with Esc, ms; with ^c at any time. */
const stalledMs = 2_000;
/** After so much longer the end is no longer expected, ms. */
const endlessMs = 3_000;

/** What is kept of a paste, characters. */
const longestPaste = 100_000;
/** An answer about a colour is shorter. */
const longestString = 64;
/** Longer parameters are nobody's key; what is longer is read to its end and not kept. */
const longestParameters = 256;

const esc = 0x1b;
const cancel = 3;
/** Ends a string of a terminal with 8-bit controls. */
const stringEnd = 0x9c;
const pasteEnd = [...'\u001b[201~'].map((one) => one.charCodeAt(0));

/** Bytes after reports of the mouse in their old forms: `CSI M`, `CSI t`, `CSI T`. */
const oldReports: ReadonlyMap<string, number> = new Map([
  ['M', 3],
  ['t', 2],
  ['T', 6],
]);

/** Strings end with ST or BEL. Answers begin so; after other characters it was Alt and a key. */
const strings: ReadonlyMap<string, RegExp> = new Map([
  [']', /^[\dlLI]$/],
  ['P', /^[\d;<=>?!$+|]$/],
  ['_', /^G$/],
  ['^', /^[ -~]$/],
  ['X', /^[ -~]$/],
]);

/** An answer however late it comes: hands type none of these in one read. */
const lateAnswer = /^(?:\]\d+;|\[(?:[<=>?]|\d+[;R])|P(?:[>!]\||\d[$+]r)|_G)/;

/** Introducers as one character, U+0080 to U+009F, and what they stand for after Esc. */
const single: ReadonlyMap<number, string> = new Map([
  [0x9b, '['],
  [0x8f, 'O'],
  [0x9d, ']'],
  [0x90, 'P'],
  [0x98, 'X'],
  [0x9e, '^'],
  [0x9f, '_'],
]);

/** 2 where Esc was pressed before the Esc of a sequence. */
type Presses = 1 | 2;

interface Sequence {
  readonly kind: 'sequence';
  readonly introducer: '[' | 'O';
  readonly presses: Presses;
  readonly text: string;
}

interface Paste {
  readonly kind: 'paste';
  readonly text: number[];
  /** With what is not kept. */
  length: number;
  /** Characters of its end that stand last. */
  seen: number;
}

interface TerminalString {
  readonly kind: 'string';
  /** What its first character must be; null after that. */
  readonly begin: RegExp | null;
  readonly isEnding: boolean;
  readonly introducer: string;
  /** What was read of it; a longer one is nobody's answer, and is not kept. */
  readonly text: string;
}

type State =
  | { readonly kind: 'ground' }
  | { readonly kind: 'escape'; readonly presses: Presses }
  /** Esc was told after its time; its sequence may still come. */
  | { readonly kind: 'late' }
  /** Esc was told long ago, and nothing came since. */
  | { readonly kind: 'very-late' }
  /** After that Esc what introduces a sequence came alone: a key, unless the rest follows at once. */
  | { readonly kind: 'alone'; readonly introducer: number | null }
  | Sequence
  /** The Linux console's function keys, `CSI [ A`. */
  | { readonly kind: 'console-key' }
  | TerminalString
  | Paste
  /** A paste whose end does not come. */
  | { readonly kind: 'stalled'; readonly paste: Paste };

const ground: State = { kind: 'ground' };

/** How long each may last without another byte, ms. */
const patience: Readonly<Record<State['kind'], number | null>> = {
  ground: null,
  escape: escapeMs,
  late: lateMs,
  'very-late': null,
  alone: escapeMs,
  sequence: sequenceMs,
  'console-key': sequenceMs,
  string: sequenceMs,
  paste: stalledMs,
  stalled: endlessMs,
};

const characterOf = (code: number): string => (code === invalid ? '' : String.fromCodePoint(code));

const isIntroducer = (code: number | undefined): boolean =>
  code !== undefined && code < 0x80 && '[O]P_'.includes(String.fromCharCode(code));

/** What follows an introducer that came in a read of its own, where an answer goes on. */
const restOf: ReadonlyMap<number, RegExp> = new Map([
  [0x5b, /^[\d<=>?A-DFHIMORZ]$/],
  [0x5d, /^[\dlLI]$/],
  [0x50, /^[\d;<=>?!$+|]$/],
  [0x5f, /^G$/],
]);

const isAlone = (bytes: Uint8Array): boolean => bytes.length === 1 && restOf.has(bytes[0] ?? 0);

/** The first bytes of a read as characters. */
const beginningOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 8));

/** Whether a read goes on with a sequence whose Esc came before it. */
const goesOn = (bytes: Uint8Array): boolean => {
  const [first] = bytes;
  return (
    isIntroducer(first) ||
    (first !== undefined && bytes.length > 1 && strings.has(String.fromCharCode(first)))
  );
};

/**
 * Reads what a terminal sends. Only keys and pastes come out: what the terminal
 * says of itself (colours, focus, mouse, positions, modes), at whatever time and
 * however it is split over reads, is never a key. Alt with a key is no key but where it moves by words.
 */
export class TerminalInput {
  readonly #characters = createUtf8Bytes();
  #state: State = ground;
  /** Bytes of an old report of the mouse that are still to come. */
  #skipped = 0;
  /** Whether a paste without marks goes on. */
  #isBurst = false;
  #run: number[] = [];
  #items: Item[] = [];

  /** One read. */
  push(bytes: Uint8Array): readonly InputEvent[] {
    this.#goOn(bytes);
    for (const [index, byte] of bytes.entries()) {
      if (this.#skipped > 0) this.#skipped -= 1;
      else for (const code of this.#codesOf(byte)) this.#read(code, index === bytes.length - 1);
    }
    return this.#take();
  }

  /** Controls of one byte are no UTF-8, and some terminals answer with them. */
  #codesOf(byte: number): readonly number[] {
    const isText = this.#state.kind === 'paste' || this.#state.kind === 'stalled';
    return !isText && !this.#characters.isOpen && (single.has(byte) || byte === stringEnd)
      ? [byte]
      : this.#characters.next(byte);
  }

  /** After how much silence `settle` is to be told, ms; null when nothing is open. */
  get patienceMs(): number | null {
    if (this.#isBurst) return burstMs;
    return this.#skipped > 0 ? sequenceMs : patience[this.#state.kind];
  }

  /** Nothing came for that long. */
  settle(): readonly InputEvent[] {
    this.#skipped = 0;
    if (this.#isBurst) {
      this.#isBurst = false;
      if (this.#state.kind === 'escape') this.#state = ground;
      return [];
    }
    switch (this.#state.kind) {
      case 'escape':
        this.#pressEscape(this.#state.presses);
        this.#state = { kind: 'late' };
        break;
      case 'alone':
        this.#leaveAlone(this.#state.introducer);
        break;
      case 'paste':
        this.#state = { kind: 'stalled', paste: this.#state };
        break;
      case 'stalled':
        this.#leavePaste(this.#state.paste);
        break;
      case 'late':
        this.#state = { kind: 'very-late' };
        break;
      case 'very-late':
      case 'ground':
        break;
      case 'sequence':
      case 'console-key':
      case 'string':
        this.#state = ground;
        break;
    }
    return this.#take();
  }

  /** Forgets what is unfinished: the terminal was somebody else's meanwhile. */
  reset(): void {
    this.#characters.reset();
    this.#state = ground;
    this.#skipped = 0;
    this.#isBurst = false;
  }

  /** What an earlier read left open, before the next one is read. */
  #goOn(bytes: Uint8Array): void {
    const [first] = bytes;
    const state = this.#state;
    switch (state.kind) {
      case 'escape':
        // A terminal sends Alt and a key at once; what comes later is a key of its own.
        if (goesOn(bytes) || first === esc) break;
        this.#pressEscape(state.presses);
        this.#state = ground;
        break;
      case 'alone':
        if (
          state.introducer !== null &&
          restOf.get(state.introducer)?.test(characterOf(first ?? 0))
        )
          this.#introduce(characterOf(state.introducer), 1, false);
        else this.#leaveAlone(state.introducer);
        break;
      case 'late':
        if (isAlone(bytes)) this.#state = { kind: 'alone', introducer: null };
        else
          this.#state = goesOn(bytes) && bytes.length > 1 ? { kind: 'escape', presses: 1 } : ground;
        break;
      case 'very-late':
        if (isAlone(bytes)) this.#state = { kind: 'alone', introducer: null };
        else
          this.#state = lateAnswer.test(beginningOf(bytes))
            ? { kind: 'escape', presses: 1 }
            : ground;
        break;
      case 'stalled':
        if (bytes.length === 1 && (first === cancel || first === esc))
          this.#leavePaste(state.paste);
        else this.#state = state.paste;
        break;
      case 'paste':
        // Terminals take it out of what they paste: alone it is a key.
        if (bytes.length === 1 && first === cancel) this.#leavePaste(state);
        break;
      case 'ground':
      case 'sequence':
      case 'console-key':
      case 'string':
        break;
    }
  }

  /** Nothing followed it: it was a key. */
  #leaveAlone(introducer: number | null): void {
    if (introducer !== null) this.#run.push(introducer);
    this.#endRun();
    this.#state = ground;
  }

  #leavePaste({ text }: Paste): void {
    this.#items.push(...pasteOf(text));
    this.#state = ground;
  }

  #take(): readonly InputEvent[] {
    this.#endRun();
    const items = this.#items;
    this.#items = [];
    this.#isBurst ||= isPasted(items);
    return this.#isBurst ? asPasted(items) : asTyped(items);
  }

  #endRun(): void {
    if (this.#run.length > 0) this.#items.push({ kind: 'characters', codes: this.#run });
    this.#run = [];
  }

  #press(name: string): void {
    this.#endRun();
    this.#items.push({ kind: 'key', name });
  }

  #pressEscape(times: number): void {
    for (let count = 0; count < times; count += 1) this.#press('escape');
  }

  #read(code: number, isLast: boolean): void {
    const state = this.#state;
    switch (state.kind) {
      case 'ground':
      case 'late':
      case 'very-late':
        this.#readGround(code, isLast);
        break;
      case 'alone':
        this.#state = { kind: 'alone', introducer: code };
        break;
      case 'escape':
        this.#readEscaped(state.presses, code, isLast);
        break;
      case 'sequence':
        this.#readSequence(state, code);
        break;
      case 'console-key':
        this.#state = ground;
        break;
      case 'string':
        this.#readString(state, code, isLast);
        break;
      case 'paste':
        this.#readPaste(state, code);
        break;
      case 'stalled':
        this.#readPaste(state.paste, code);
        break;
    }
  }

  #readGround(code: number, isLast: boolean): void {
    const introducer = single.get(code);
    if (code === esc) this.#state = { kind: 'escape', presses: 1 };
    else if (introducer !== undefined) this.#introduce(introducer, 1, isLast);
    else this.#run.push(code);
  }

  #readEscaped(presses: Presses, code: number, isLast: boolean): void {
    if (code === esc) {
      if (presses === 2) this.#press('escape');
      this.#state = { kind: 'escape', presses: 2 };
      return;
    }
    this.#state = ground;
    if (this.#introduce(characterOf(code), presses, isLast)) return;
    // Alt and a key is not the key; only ^c is heard always, and a word on is a key of its own.
    if (presses === 2) this.#press('escape');
    const far = presses === 1 ? farLetters.get(characterOf(code)) : undefined;
    if (code === cancel) this.#press('^c');
    else if (far !== undefined) this.#press(far);
  }

  /** Begins what this character introduces after Esc; false where it introduces nothing. */
  #introduce(introducer: string, presses: Presses, isLast: boolean): boolean {
    if (introducer === '[' || introducer === 'O') {
      this.#state = { kind: 'sequence', introducer, presses, text: '' };
      return true;
    }
    const begin = strings.get(introducer);
    // What terminals hardly ever begin an answer with, alone in a read: Alt and a key.
    if (begin === undefined || (isLast && !isIntroducer(introducer.charCodeAt(0)))) return false;
    if (presses === 2) this.#press('escape');
    this.#state = { kind: 'string', begin, isEnding: false, introducer, text: '' };
    return true;
  }

  #readSequence(now: Sequence, code: number): void {
    const character = characterOf(code);
    const isShiftKey = character === '$' && /^[235678]$/.test(now.text);
    if (now.introducer === '[' && now.text === '' && character === '[')
      this.#state = { kind: 'console-key' };
    else if (/^[ -?]$/.test(character) && !isShiftKey)
      this.#state =
        now.text.length < longestParameters ? { ...now, text: now.text + character } : now;
    else if (isShiftKey || /^[@-~]$/.test(character)) this.#finish(now, character);
    else {
      this.#state = ground;
      // A control in the middle ends it and is itself; anything else is part of what was broken.
      if (code >= 0 && code < 32) this.#readGround(code, false);
    }
  }

  /** A sequence is whole: its key, the beginning of a paste, or an answer that is nobody's key. */
  #finish({ introducer, presses, text }: Sequence, final: string): void {
    this.#state = ground;
    if (text.length >= longestParameters) return;
    const key = introducer === 'O' ? keyOfShifted(text, final) : keyOfSequence(text, final);
    // Two Esc before a key are Alt with it in some terminals; before an answer the first was a key.
    if (key === undefined && presses === 2) this.#press('escape');
    if (key !== undefined && presses === 1) this.#press(key);
    this.#endRun();
    if (introducer === 'O') return;
    const report = sequenceReport(text, final);
    if (report !== undefined) this.#items.push(report);
    // The rest of a paste that was given up, or whose beginning was lost.
    if (text === '201' && final === '~')
      this.#items = this.#items.flatMap((item) =>
        item.kind === 'characters' ? pasteOf(item.codes) : [item],
      );
    if (text === '200' && final === '~')
      this.#state = { kind: 'paste', text: [], length: 0, seen: 0 };
    if (text === '') this.#skipped = oldReports.get(final) ?? 0;
  }

  #readString(now: TerminalString, code: number, isLast: boolean): void {
    const { begin, isEnding } = now;
    if (isEnding) {
      this.#state = ground;
      if (code === 0x5c) this.#report(now);
      else this.#readEscaped(1, code, isLast);
    } else if (code === esc) this.#state = { ...now, begin: null, isEnding: true };
    else if (code === 7 || code === stringEnd) {
      this.#state = ground;
      this.#report(now);
    } else if ((code >= 0 && code < 32) || begin?.test(characterOf(code)) === false) {
      this.#state = ground;
      this.#readGround(code, isLast);
    } else
      this.#state = {
        ...now,
        begin: null,
        text: now.text.length < longestString ? now.text + characterOf(code) : now.text,
      };
  }

  /** A string is whole: what it tells, where that is of interest. */
  #report({ introducer, text }: TerminalString): void {
    const report = introducer === ']' ? colourReport(text) : undefined;
    if (report === undefined) return;
    this.#endRun();
    this.#items.push(report);
  }

  #readPaste(paste: Paste, code: number): void {
    paste.seen = code === pasteEnd[paste.seen] ? paste.seen + 1 : code === esc ? 1 : 0;
    paste.length += 1;
    if (paste.seen < pasteEnd.length) {
      if (paste.text.length < longestPaste) paste.text.push(code);
      return;
    }
    this.#state = ground;
    this.#items.push(...pasteOf(paste.text.slice(0, paste.length - pasteEnd.length)));
  }
}
