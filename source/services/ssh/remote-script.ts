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
  const { from, text } = readingFrom(input);
  return `${unreadMark}\n{\n${script}\n} ${from}\n${text}exit $?\n`;
};

/** What a script's commands read from standard input: the words of the redirection, and the text after that line. */
const readingFrom = (
  input: string | undefined,
): { readonly from: string; readonly text: string } => {
  if (input === undefined) return { from: '</dev/null', text: '' };
  const delimiter = delimiterFor(input);
  const text = input.endsWith('\n') || input === '' ? input : `${input}\n`;
  return { from: `<<'${delimiter}'`, text: `${text}${delimiter}\n` };
};

/** The line after everything that a question says; unique for each of them. */
export const questionMark = (id: string): string => `nixup-question-ends-${id}`;

/**
 * The same for a shell that is asked more after that: a subshell, so that nothing that this script
 * sets, changes to or ends is seen by the next one. Its status comes after the answer.
 */
export const wrapQuestion = (script: string, mark: string, input?: string): string => {
  const { from, text } = readingFrom(input);
  return `${unreadMark}\n(\n${script}\n) ${from}\n${text}printf '\\n%s %s\\n' ${mark} $?; printf '\\n%s\\n' ${mark} >&2\n`;
};

/** The lines between which a script's answer stands; nobody can guess them. */
export interface AnswerMarks {
  readonly begin: string;
  readonly end: string;
}

export const answerMarks = (id: string): AnswerMarks => ({
  begin: `nixup-answer-begins-${id}`,
  end: `nixup-answer-ends-${id}`,
});

/**
 * A script whose standard output stands between marks. What the login shell
 * prints before the first, with or without an end of line, and after the last
 * is no part of the answer. The trap leaves the script's own status as it is.
 */
export const markScript = (script: string, { begin, end }: AnswerMarks): string =>
  `printf '\\n%s\\n' ${begin}\ntrap "printf '\\\\n%s\\\\n' ${end}" EXIT\n${script}`;

type MarkedAnswer =
  | { readonly kind: 'whole'; readonly text: string }
  /** The script never began: the login shell ran something else. */
  | { readonly kind: 'unbegun' }
  | { readonly kind: 'cut' };

/** What stands between the marks. */
export const readMarked = (output: string, { begin, end }: AnswerMarks): MarkedAnswer => {
  const start = output.indexOf(`${begin}\n`);
  if (start === -1) return { kind: 'unbegun' };
  const rest = output.slice(start + begin.length + 1);
  const until = `\n${rest}`.lastIndexOf(`\n${end}\n`);
  return until === -1
    ? { kind: 'cut' }
    : { kind: 'whole', text: rest.slice(0, Math.max(0, until - 1)) };
};

/** Lines of standard output as they come; only those of the answer are heard. */
export const hearMarked = (
  { begin, end }: AnswerMarks,
  hear: (line: string) => void,
): ((line: string) => void) => {
  let state: 'before' | 'within' | 'after' = 'before';
  // The line break before the last mark may make an empty line, which is not part of the answer.
  let isEmptyHeld = false;
  return (line) => {
    if (state === 'before') {
      if (line === begin) state = 'within';
      return;
    }
    if (state === 'after') return;
    if (line === end) {
      state = 'after';
      return;
    }
    if (isEmptyHeld) hear('');
    isEmptyHeld = line === '';
    if (line !== '') hear(line);
  };
};

/** What a shell prints around the answer of this script, for worlds that have none: before and after. */
export const printedMarks = (input: string): readonly [before: string, after: string] => {
  const id = /^printf '\\n%s\\n' nixup-answer-begins-(\S+)$/m.exec(input)?.[1];
  if (id === undefined) return ['', ''];
  const { begin, end } = answerMarks(id);
  return [`\n${begin}\n`, `\n${end}\n`];
};
