/** The last line of a builder that says what went wrong; builders end with many that do not. */
export const reasonIn = (tail: readonly string[]): string | null =>
  tail.findLast((line) => /\b(error|fatal|failed|cannot|not found|undefined)\b/i.test(line)) ??
  tail.findLast((line) => line.trim() !== '') ??
  null;
