import { unreadMark } from './elevation.ts';

/** A line that occurs nowhere in the text, to end a here-document with. */
const delimiterFor = (text: string): string => {
  const lines = new Set(text.split('\n'));
  let delimiter = 'NIXUP_INPUT_ENDS';
  while (lines.has(delimiter)) delimiter += '_';
  return delimiter;
};

/**
 * A script as it is written to the standard input of `sh -s`. The shell reads
 * all of it before it runs any of it, so that no command in it can swallow the
 * rest and no half of it runs when the connection breaks. `input`, if any, is
 * what the script's commands read from standard input.
 */
export const wrapScript = (script: string, input?: string): string => {
  if (input === undefined) return `${unreadMark}\n{\n${script}\n} </dev/null\nexit $?\n`;
  const delimiter = delimiterFor(input);
  const text = input.endsWith('\n') || input === '' ? input : `${input}\n`;
  return `${unreadMark}\n{\n${script}\n} <<'${delimiter}'\n${text}${delimiter}\nexit $?\n`;
};
