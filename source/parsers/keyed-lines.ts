import { cleanLine } from './nix/clean-line.ts';

/**
 * The lines of a script's output as `key value` each: what a program prints
 * behind `nixup-part KEY` belongs to that key, up to the next such line.
 */
export const keyedLines = (output: string): readonly string[] => {
  let part = '';
  const lines: string[] = [];
  for (const line of output.split('\n')) {
    const begun = /^nixup-part ?(.*)$/.exec(line)?.[1];
    if (begun === undefined) lines.push(part === '' ? line : `${part} ${line}`);
    else part = begun;
  }
  return lines;
};

/** What stands behind a key, line by line, untouched. */
export const valuesOf = (lines: readonly string[], key: string): readonly string[] =>
  lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));

/** A value without what a terminal would act on; null for an empty one. */
const cleanValue = (raw: string | undefined): string | null =>
  raw === undefined ? null : cleanLine(raw).trim() || null;

/** The first value of a key in a script's output; null when there is none or it is empty. */
export const keyedValue = (output: string, key: string): string | null =>
  cleanValue(valuesOf(keyedLines(output), key)[0]);

/** The same for many keys of one output, in the order of the output; cleaned for a terminal. */
export class KeyedValues {
  private readonly byKey = new Map<string, string[]>();
  constructor(lines: readonly string[]) {
    for (const line of lines) {
      const space = line.indexOf(' ');
      if (space < 1) continue;
      const key = line.slice(0, space);
      const values = this.byKey.get(key) ?? [];
      values.push(cleanLine(line.slice(space + 1)));
      this.byKey.set(key, values);
    }
  }
  all(key: string): readonly string[] {
    return this.byKey.get(key) ?? [];
  }
  one(key: string): string | null {
    return cleanValue(this.byKey.get(key)?.[0]);
  }
  number(key: string): number | null {
    const value = Number(this.one(key) ?? Number.NaN);
    return Number.isFinite(value) ? value : null;
  }
  storePath(key: string): string | null {
    const value = this.one(key);
    return value?.startsWith('/nix/store/') === true ? value : null;
  }
}
