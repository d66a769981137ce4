/**
 * Name of a key: the character itself (`j`, `G`, `/`), or one of `space`,
 * `enter`, `escape`, `tab`, `shift-tab`, `backspace`, `delete`, `up`, `down`,
 * `left`, `right`, `word-left`, `word-right`, `pageup`, `pagedown`, `home`, `end`, `text-start`,
 * `text-end`, or `^` and a letter.
 */
export type KeyName = string;

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
