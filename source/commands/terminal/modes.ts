/** Switches to the alternate screen; Ink does so again, which changes nothing. */
const enterAlternate = '\u001b[?1049h';
export const leaveAlternate = '\u001b[?1049l';
const hideCursor = '\u001b[?25l';
/** A glyph that a terminal draws wider than measured must not push a row. */
const wrapOff = '\u001b[?7l';
/** Ink draws from where the cursor stands. */
export const home = '\u001b[H';
export const eraseAll = '\u001b[2J';
/** Terminals that know it show what is between the two at once. */
export const beginFrame = '\u001b[?2026h';
export const endFrame = '\u001b[?2026l';

/** A pasted text comes between marks. */
const pasteMarks = '\u001b[?2004h';

/** The terminal tells when its window has the focus again: what is shown is brought up to date then. */
const focusReports = '\u001b[?1004h';

/** Clicks and the wheel are told, with places that may be beyond column 223 (1006). */
export const mouseReports = '\u001b[?1000h\u001b[?1006h';
export const noMouseReports = '\u001b[?1000l\u001b[?1006l';

/** What lines need that follow each other: a paste is told apart from keys. */
export const spokenModes = pasteMarks;
export const spokenRestoring = '\u001b[?2004l';

/** The modes of the screen, in its alternate buffer with the cursor at its beginning. */
export const screenModes = `${enterAlternate}${hideCursor}${wrapOff}${pasteMarks}${focusReports}${home}`;

/** Colours off, cursor shown, wrapping on, no reports, no marks around pastes: for every way out. */
export const restoring = `\u001b[0m\u001b[?25h\u001b[?7h${noMouseReports}\u001b[?1004l\u001b[?2004l`;

/**
 * What a program that had the terminal, and was killed, may have left behind: soft
 * reset (margins, origin, insert mode, character sets), modes of the keys, focus and
 * mouse, the keys of kitty and of xterm's modifyOtherKeys.
 */
export const afterOthers = [
  '\u001b[!p',
  '\u001b[?1l\u001b>',
  ...[9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016].map((mode) => `\u001b[?${mode}l`),
  '\u001b[<u\u001b[>4;0m',
].join('');
