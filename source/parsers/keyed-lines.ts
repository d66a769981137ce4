/** The first `key value` line's value in a script's output; null when there is none or it is empty. */
export const keyedValue = (output: string, key: string): string | null =>
  output
    .split('\n')
    .find((line) => line.startsWith(`${key} `))
    ?.slice(key.length + 1)
    .trim() || null;
