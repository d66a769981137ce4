/** Programs with which the commands that nixup names begin. */
const programs: ReadonlySet<string> = new Set([
  'bootctl',
  'chown',
  'cp',
  'curl',
  'df',
  'echo',
  'export',
  'findmnt',
  'gh',
  'git',
  'gpg',
  'journalctl',
  'ln',
  'loginctl',
  'ls',
  'mkdir',
  'mv',
  'nix',
  'nix-env',
  'nix-store',
  'nixup',
  'pgrep',
  'ps',
  'rm',
  'sqlite3',
  'ssh',
  'ssh-add',
  'ssh-copy-id',
  'ssh-keygen',
  'sudo',
  'systemctl',
  'touch',
]);

/**
 * Words that follow the name of a program where a sentence is about that program; no command
 * continues so.
 */
const verb =
  /^(?:and|answers?|asks?|can|cannot|could|did|does|ended|failed|fails|finds|found|gave|gives|had|has|ignores|is|keeps|knows|leaves|made|may|must|needs|offers|or|refused|refuses|reported|reports|runs|said|says|starts|still|takes|wants|was|will|would)$/;

/** Whether a text begins with a command, and not with a sentence about a program. */
const isCommand = (text: string): boolean => {
  const [first = '', second = ''] = text.split(/[\s,;]+/, 2);
  return programs.has(first) && first !== text && !verb.test(second);
};

/** A text at the start of a sentence. What is no plain word keeps its letters: commands, files, options, hosts with a dot. */
export const startSentence = (text: string): string =>
  isCommand(text) || !/^\p{Ll}\p{L}*(?=[\s,:;]|$)/u.test(text)
    ? text
    : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** What to do next, as a sentence. */
export const asAdvice = (text: string): string =>
  isCommand(text) ? `Run: ${text}` : startSentence(text);
