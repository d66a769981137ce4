const tomlString = (text: string): string => JSON.stringify(text.replaceAll(/\p{Cc}/gu, ' '));

const bare = /^[A-Za-z0-9_-]+$/;

const keyOf = (name: string): string => (bare.test(name) ? name : tomlString(name));

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The lines that hold an input, for a file that says nothing of it. */
export const holdTable = (input: string, reason: string): string =>
  `[inputs.${keyOf(input)}]\nhold = { reason = ${tomlString(reason)} }\n`;

/**
 * The text of `nixup.toml` with a hold of an input, and every other byte as it
 * was. Null where the file speaks of the input in a form that is not a table
 * of its own: then the person writes the line.
 */
export const addHold = (text: string, input: string, reason: string): string | null => {
  const names = [escaped(keyOf(input)), escaped(tomlString(input)), `'${escaped(input)}'`];
  const header = new RegExp(
    `^[ \\t]*\\[[ \\t]*inputs[ \\t]*\\.[ \\t]*(?:${names.join('|')})[ \\t]*\\][ \\t]*(?:#.*)?$`,
    'm',
  );
  const line = `hold = { reason = ${tomlString(reason)} }`;
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
  return `${text}${gap}${holdTable(input, reason)}`;
};
