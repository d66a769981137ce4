/** What a person can do: a sentence, and the command that does it. Without a text only the command is said. */
export interface Advice {
  readonly text: string;
  /** A line to paste into a shell; absent or null where no single command does it. */
  readonly command?: string | null;
}

/** Advice in events, records and `--json`: `remedy` is the whole line, `command` what it ends with. */
export interface Advised {
  readonly remedy: string;
  readonly command?: string;
}

export const advise = (text: string, command: string): Advice => ({ text, command });

/** Nothing but a command. */
export const commandOnly = (command: string): Advice => ({ text: '', command });

const between = (text: string): string => {
  if (text === '') return '';
  return /[.!?]$/.test(text) ? ' ' : ': ';
};

/** Text and command in one line. */
export const adviceLine = ({ text, command }: Advice): string =>
  command == null ? text : `${text}${between(text)}${command}`;

export const advised = (advice: Advice | string): Advised => {
  if (typeof advice === 'string') return { remedy: advice };
  const remedy = adviceLine(advice);
  return advice.command == null ? { remedy } : { remedy, command: advice.command };
};

/** The reverse of {@link advised}. */
export const adviceOf = ({ remedy, command }: Advised): Advice =>
  command === undefined
    ? { text: remedy }
    : { text: remedy.slice(0, -command.length).replace(/:? $/, ''), command };

/** A text at the start of a sentence. What is no plain word keeps its letters: files, options, hosts with a dot. */
export const startSentence = (text: string): string =>
  /^\p{Ll}\p{L}*(?=[\s,:;]|$)/u.test(text)
    ? `${text.charAt(0).toUpperCase()}${text.slice(1)}`
    : text;

/** What to do next, as a sentence. */
export const adviceSentence = (advice: Advice): string =>
  advice.text === '' && advice.command != null
    ? `Run: ${advice.command}`
    : startSentence(adviceLine(advice));
