/** Programs with which the commands that nixup names begin. */
const programs: ReadonlySet<string> = new Set([
  'chown',
  'cp',
  'curl',
  'df',
  'echo',
  'export',
  'gh',
  'git',
  'gpg',
  'ls',
  'mv',
  'nix',
  'nix-env',
  'nix-store',
  'nixup',
  'rm',
  'ssh',
  'ssh-add',
  'ssh-copy-id',
  'ssh-keygen',
  'sudo',
  'systemctl',
]);

/** Whether a text begins with a command. */
export const isCommand = (text: string): boolean => {
  const [first = ''] = text.split(/[\s,;]/, 1);
  return programs.has(first) && first !== text;
};

/** A text at the start of a sentence. What is no plain word keeps its letters: commands, files, options, hosts with a dot. */
export const startSentence = (text: string): string =>
  isCommand(text) || !/^\p{Ll}\p{L}*(?=[\s,:;]|$)/u.test(text)
    ? text
    : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** What to do next, as a sentence. */
export const asAdvice = (text: string): string =>
  isCommand(text) ? `Run: ${text}` : startSentence(text);
