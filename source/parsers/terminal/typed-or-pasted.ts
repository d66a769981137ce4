import type { Rgb } from '../../model/terminal/colour.ts';
import { keyOfCharacter } from './keys.ts';
import { invalid } from './utf8-bytes.ts';

/** What the mouse did at a cell; columns and rows count from 0. */
export interface MouseEvent {
  readonly kind: 'mouse';
  readonly deed: 'click' | 'wheel-up' | 'wheel-down';
  readonly column: number;
  readonly row: number;
}

/** What a terminal says of itself. */
export type TerminalReport =
  /** The answer to OSC 10 or 11. */
  | { readonly kind: 'colour'; readonly of: 'foreground' | 'background'; readonly colour: Rgb }
  /** Its window has the focus again. */
  | { readonly kind: 'focused' }
  /** Everything that it was asked is answered. */
  | { readonly kind: 'answered' };

/** What a person did: a key by its name, a text that was pasted, or the mouse. */
export type InputEvent =
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'paste'; readonly text: string }
  | MouseEvent
  | TerminalReport;

/** What was read, before it is known whether its characters were typed or pasted. */
export type Item = InputEvent | { readonly kind: 'characters'; readonly codes: readonly number[] };

/** More characters in one read than hands type are a paste, where the terminal does not mark one. */
const mostTyped = 40;

/** A key or two that are held repeat as often as they like. */
const mostHeld = 3;

const cancel = 3;

const charactersOf = (items: readonly Item[]): readonly number[] =>
  items.flatMap((item) => (item.kind === 'characters' ? [...item.codes] : []));

export const isPasted = (items: readonly Item[]): boolean => {
  const codes = charactersOf(items);
  return codes.length > mostTyped && new Set(codes).size > mostHeld;
};

export const pasteOf = (codes: readonly number[]): readonly InputEvent[] => {
  const text = codes
    .filter((code) => code !== invalid)
    .map((code) => String.fromCodePoint(code))
    .join('');
  return text === '' ? [] : [{ kind: 'paste', text }];
};

const keysOf = (codes: readonly number[]): readonly InputEvent[] =>
  codes.flatMap((code) => {
    const name = code === invalid ? undefined : keyOfCharacter(code);
    return name === undefined ? [] : [{ kind: 'key', name } as const];
  });

export const asTyped = (items: readonly Item[]): readonly InputEvent[] =>
  items.flatMap((item) => (item.kind === 'characters' ? keysOf(item.codes) : [item]));

/** One read as part of a paste without marks: what looks like keys is none, but who cancels at its end does. */
export const asPasted = (items: readonly Item[]): readonly InputEvent[] => {
  const last = items.at(-1);
  const isCanceled = last?.kind === 'characters' && last.codes.at(-1) === cancel;
  return [
    ...items.flatMap((item) => {
      // In the middle of a paste nobody presses a key or a button.
      if (item.kind === 'key' || item.kind === 'mouse') return [];
      return item.kind === 'characters' ? pasteOf(item.codes) : [item];
    }),
    ...(isCanceled ? [{ kind: 'key', name: '^c' } as const] : []),
  ];
};
