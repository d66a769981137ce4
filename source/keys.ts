import type { Key } from 'ink';

/**
 * Name of a key: the character itself (`j`, `G`, `/`), or one of `space`,
 * `enter`, `escape`, `tab`, `shift-tab`, `backspace`, `delete`, `up`, `down`,
 * `left`, `right`, `pageup`, `pagedown`, `home`, `end`, or `^` and a letter.
 */
export type KeyName = string;

const flagged: readonly (readonly [keyof Key, KeyName])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

const named: ReadonlyMap<string, KeyName> = new Map([
  ['\r', 'enter'],
  ['\n', 'enter'],
  ['\t', 'tab'],
  [' ', 'space'],
  ['\u001b', 'escape'],
  ['\u007f', 'backspace'],
  ['\b', 'backspace'],
]);

/** The key of one character as it came. */
const keyOf = (character: string): KeyName | undefined => {
  const known = named.get(character);
  if (known !== undefined) return known;
  const code = character.charCodeAt(0);
  if (code >= 1 && code <= 26) return `^${String.fromCharCode(code + 96)}`;
  return code < 32 ? undefined : character;
};

/**
 * Keys of one input event. Several keys that were typed in one read arrive as
 * one event of Ink (`jjj`, `gg\r`, ^d^u): each becomes a key of its own.
 */
export const readKeys = (input: string, key: Key): readonly KeyName[] => {
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  for (const [flag, name] of flagged) if (key[flag] === true) return [name];
  if (key.ctrl && input.length === 1) return [input === ' ' ? 'space' : `^${input}`];
  const keys = [...input].flatMap((character) => keyOf(character) ?? []);
  // Escape and a key in one read look like Alt and that key; nixup binds no Alt.
  return key.meta ? ['escape', ...keys] : keys;
};

/** What a key adds to a text; undefined for a key that is no character. */
export const textOfKey = (name: KeyName): string | undefined => {
  if (name === 'space') return ' ';
  return [...name].length === 1 ? name : undefined;
};

const shown: ReadonlyMap<KeyName, string> = new Map([
  ['space', 'space'],
  ['enter', 'Enter'],
  ['escape', 'Esc'],
  ['tab', 'Tab'],
  ['shift-tab', 'Shift-Tab'],
  ['up', '↑'],
  ['down', '↓'],
  ['left', 'left'],
  ['right', 'right'],
  ['pageup', 'PgUp'],
  ['pagedown', 'PgDn'],
  ['home', 'Home'],
  ['end', 'End'],
]);

/** A key as people read it. */
export const showKey = (name: KeyName): string => shown.get(name) ?? name;
