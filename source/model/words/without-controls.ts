/**
 * Controls, marks of direction, and what takes no place and shows nothing (Unicode: Cf, Zl, Zp, and
 * the fillers among the letters): with these a name looks like another one.
 */
export const hidden =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0/gu;

const harmless = /^[ -~]*$/;

/** A line with foreign names in it, of a lock for instance: no control sequence of theirs may reach a terminal. */
export const withoutControls = (line: string): string =>
  harmless.test(line) ? line : line.replace(hidden, '?');
