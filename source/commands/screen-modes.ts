/** Switches to the alternate screen; Ink does so again, which changes nothing. */
export const enterAlternate = '\u001b[?1049h';
export const leaveAlternate = '\u001b[?1049l';
export const hideCursor = '\u001b[?25l';
/** A glyph that a terminal draws wider than measured must not push a row. */
export const wrapOff = '\u001b[?7l';
export const wrapOn = '\u001b[?7h';
/** Cursor shown, wrapping on, colours off: for every way out. */
export const restoring = `\u001b[0m\u001b[?25h${wrapOn}`;
/** Ink draws from where the cursor stands. */
export const home = '\u001b[H';
