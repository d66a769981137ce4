const tomlString = (text: string): string => JSON.stringify(text.replaceAll(/\p{Cc}/gu, ' '));

const bare = /^[A-Za-z0-9_-]+$/;

const keyOf = (name: string): string => (bare.test(name) ? name : tomlString(name));

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

export interface WrittenHold {
  readonly reason: string;
  /** `2026-12-24`, the day from which it is updated again; null: until somebody takes the hold away. */
  readonly until: string | null;
}

const holdLine = ({ reason, until }: WrittenHold): string =>
  `hold = { reason = ${tomlString(reason)}${until === null ? '' : `, until = "${until}"`} }`;

/** Whether a text names a day that there is. */
export const isDay = (text: string): boolean => {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
};

/** The lines that hold an input, for a file that says nothing of it. */
export const holdTable = (input: string, hold: WrittenHold): string =>
  `[inputs.${keyOf(input)}]\n${holdLine(hold)}\n`;

/**
 * The text of `nixup.toml` with a hold of an input, and every other byte as it
 * was. Null where the file speaks of the input in a form that is not a table
 * of its own: then the person writes the line.
 */
export const addHold = (text: string, input: string, hold: WrittenHold): string | null => {
  const names = [escaped(keyOf(input)), escaped(tomlString(input)), `'${escaped(input)}'`];
  const header = new RegExp(
    `^[ \\t]*\\[[ \\t]*inputs[ \\t]*\\.[ \\t]*(?:${names.join('|')})[ \\t]*\\][ \\t]*(?:#.*)?$`,
    'm',
  );
  const line = holdLine(hold);
  const found = header.exec(text);
  if (found !== null) {
    const start = found.index + found[0].length;
    const rest = text.slice(start);
    const next = /^[ \t]*\[/m.exec(rest);
    const table = next === null ? rest : rest.slice(0, next.index);
    if (/^[ \t]*["']?hold["']?[ \t]*[.=]/m.test(table)) return null;
    return `${text.slice(0, start)}\n${line}${rest}`;
  }
  // `inputs.x = …`, `[inputs]` with keys, or `inputs = { … }`.
  if (
    /^[ \t]*["']?inputs["']?[ \t]*[.=]/m.test(text) ||
    /^[ \t]*\[[ \t]*inputs[ \t]*\]/m.test(text)
  )
    return null;
  const gap = text === '' || text.endsWith('\n\n') ? '' : text.endsWith('\n') ? '\n' : '\n\n';
  return `${text}${gap}${holdTable(input, hold)}`;
};
