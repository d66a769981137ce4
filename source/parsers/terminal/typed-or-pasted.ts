import { keyOfCharacter } from './keys.ts';
import { invalid } from './utf8-bytes.ts';

/** What a person did: a key by its name, or a text that was pasted. */
export type InputEvent =
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'paste'; readonly text: string };

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
      if (item.kind === 'key') return [];
      return item.kind === 'paste' ? [item] : pasteOf(item.codes);
    }),
    ...(isCanceled ? [{ kind: 'key', name: '^c' } as const] : []),
  ];
};
