/** The line of an ignore file that git went by. */
interface IgnoreRule {
  readonly file: string;
  readonly line: number;
  readonly pattern: string;
}

/**
 * Reads `git check-ignore --verbose -z --stdin` of one path: source, line,
 * pattern and path, each ended by NUL. Null where no rule ignores it: the last
 * one that matched may begin with `!`, which takes it out again.
 */
export const parseCheckIgnore = (text: string): IgnoreRule | null => {
  const [file = '', line = '', pattern = ''] = text.split('\0');
  return file === '' || pattern === '' || pattern.startsWith('!')
    ? null
    : { file, line: Number(line), pattern };
};
