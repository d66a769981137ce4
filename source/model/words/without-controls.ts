// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const control = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

const harmless = /^[ -~]*$/;

/** A line with foreign names in it, of a lock for instance: no control sequence of theirs may reach a terminal. */
export const withoutControls = (line: string): string =>
  harmless.test(line) ? line : line.replace(control, '?');
