/**
 * Names of keys in sequences of a terminal: ECMA-48 control sequences as xterm
 * sends them (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html), rxvt's,
 * and those of kitty's protocol (https://sw.kovidgoyal.net/kitty/keyboard-protocol/).
 * What is not in these tables is no key: answers of the terminal, focus, mouse,
 * function keys.
 */

const finals: ReadonlyMap<string, string> = new Map([
  ['A', 'up'],
  ['B', 'down'],
  ['C', 'right'],
  ['D', 'left'],
  ['F', 'end'],
  ['H', 'home'],
]);

const numbered: ReadonlyMap<number, string> = new Map([
  [1, 'home'],
  [3, 'delete'],
  [4, 'end'],
  [5, 'pageup'],
  [6, 'pagedown'],
  [7, 'home'],
  [8, 'end'],
]);

/** With Ctrl or Alt held: a word on, or an end of the text. */
const farFinals: ReadonlyMap<string, string> = new Map([
  ['C', 'word-right'],
  ['D', 'word-left'],
  ['F', 'text-end'],
  ['H', 'text-start'],
]);

/** rxvt's arrows with Ctrl, after SS3. */
const farShifted: ReadonlyMap<string, string> = new Map([
  ['c', 'word-right'],
  ['d', 'word-left'],
]);

/** What readline has for a word on, and terminals without such arrows send: Alt and a letter. */
export const farLetters: ReadonlyMap<string, string> = new Map([
  ['b', 'word-left'],
  ['f', 'word-right'],
]);

/** Code points of kitty's protocol that are no characters, those of the keypad too. */
const functional: ReadonlyMap<number, string> = new Map([
  [9, 'tab'],
  [13, 'enter'],
  [27, 'escape'],
  [32, 'space'],
  [127, 'backspace'],
  [57_414, 'enter'],
  [57_417, 'left'],
  [57_418, 'right'],
  [57_419, 'up'],
  [57_420, 'down'],
  [57_421, 'pageup'],
  [57_422, 'pagedown'],
  [57_423, 'home'],
  [57_424, 'end'],
  [57_426, 'delete'],
]);

const controls: ReadonlyMap<number, string> = new Map([
  [8, 'backspace'],
  [9, 'tab'],
  [10, 'enter'],
  [13, 'enter'],
  [32, 'space'],
  [127, 'backspace'],
]);

/** What a text may hold: no controls, no lone surrogates, nothing unassigned or private; joiners are part of emoji. */
const isText = (character: string): boolean => /^[\P{C}\u200c\u200d]$/u.test(character);

/** The key of one character that was typed; undefined for one that is no key. */
export const keyOfCharacter = (code: number): string | undefined => {
  const known = controls.get(code);
  if (known !== undefined) return known;
  if (code >= 1 && code <= 26) return `^${String.fromCharCode(code + 96)}`;
  const character = String.fromCodePoint(code);
  return isText(character) ? character : undefined;
};

/** Bits of a modifier in a sequence, which holds one more than their sum. */
const shift = 1;
const alt = 2;
const control = 4;
/** Caps lock and num lock change nothing. */
const locks = 64 | 128;

interface Pressed {
  readonly modifiers: number;
  readonly isReleased: boolean;
}

/** `5` or `5:3`: modifiers, and with kitty's protocol what happened to the key. */
const pressedOf = (field = ''): Pressed => {
  const [modifiers = '', event = ''] = field.split(':');
  return {
    modifiers: Math.max(0, Number(modifiers === '' ? 1 : modifiers) - 1) & ~locks,
    isReleased: event === '3',
  };
};

/** The key where nothing but Shift was held with it: Alt and a key, or Ctrl and an arrow, are other keys. */
const unlessModified = (name: string | undefined, field?: string): string | undefined => {
  const { modifiers, isReleased } = pressedOf(field);
  return isReleased || (modifiers & ~shift) !== 0 ? undefined : name;
};

/** The key with Ctrl or with Alt, where the two mean more of the same. */
const whenFar = (final: string, field?: string): string | undefined => {
  const { modifiers, isReleased } = pressedOf(field);
  const far = modifiers & ~shift;
  return !isReleased && (far === control || far === alt) ? farFinals.get(final) : undefined;
};

/** A terminal may send any number; one beyond Unicode, or half of a pair, is no character. */
const isCharacter = (code: number): boolean =>
  code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);

const keyOfCode = (codes: string, field: string | undefined, text = ''): string | undefined => {
  const [code = Number.NaN, shifted] = codes
    .split(':')
    .map((one) => (one === '' ? undefined : Number(one)));
  const { modifiers, isReleased } = pressedOf(field);
  if (isReleased || !isCharacter(code)) return undefined;
  if (modifiers === control)
    return code >= 97 && code <= 122 ? `^${String.fromCharCode(code)}` : undefined;
  if (modifiers === alt) return farLetters.get(String.fromCodePoint(code));
  if ((modifiers & ~shift) !== 0) return undefined;
  const name = functional.get(code);
  if (name === 'tab' && modifiers === shift) return 'shift-tab';
  if (name !== undefined) return name;
  const written = text === '' ? undefined : Number(text.split(':')[0]);
  const character = written ?? (modifiers === shift ? (shifted ?? upper(code)) : code);
  return character < 32 || !isCharacter(character) ? undefined : keyOfCharacter(character);
};

const upper = (code: number): number =>
  String.fromCodePoint(code).toUpperCase().codePointAt(0) ?? code;

/**
 * The key of a control sequence `CSI PARAMETERS FINAL`; undefined for one that is
 * none. A private mark or an intermediate character makes it an answer.
 */
export const keyOfSequence = (parameters: string, final: string): string | undefined => {
  if (!/^[\d;:]*$/.test(parameters)) return undefined;
  const fields = parameters.split(';');
  const [first = '', second, third] = fields;
  switch (final) {
    case '~':
      return first === '27' && third !== undefined
        ? keyOfCode(third, second)
        : unlessModified(numbered.get(Number(first)), second);
    case 'u':
      return first === '' ? undefined : keyOfCode(first, second, third);
    case 'Z':
      return unlessModified('shift-tab', second);
    case '$':
      // Shift and an editing key of rxvt.
      return numbered.get(Number(first));
    default:
      return fields.length <= 2 && (first === '' || first === '1')
        ? (unlessModified(finals.get(final), second) ?? whenFar(final, second))
        : undefined;
  }
};

/** The key of `SS3 PARAMETERS FINAL`: arrows of an application's keypad, and its Enter. */
export const keyOfShifted = (parameters: string, final: string): string | undefined => {
  if (final === 'M') return parameters === '' ? 'enter' : undefined;
  if (parameters === '' && farShifted.has(final)) return farShifted.get(final);
  return keyOfSequence(/^\d$/.test(parameters) ? `1;${parameters}` : parameters, final);
};
