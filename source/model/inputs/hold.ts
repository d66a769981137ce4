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
/** The lines that hold an input, for a file that says nothing of it. */
export const holdTable = (input: string, hold: WrittenHold): string =>
  `[inputs.${keyOf(input)}]\n${holdLine(hold)}\n`;

interface OwnTable {
  /** Offsets of its header and of its keys. */
  readonly header: number;
  readonly start: number;
  /** Offset of the header of the next table. */
  readonly end: number;
}

/** The table `[inputs.NAME]`, where the file has one. */
const ownTable = (text: string, input: string): OwnTable | null => {
  const names = [escaped(keyOf(input)), escaped(tomlString(input)), `'${escaped(input)}'`];
  const header = new RegExp(
    `^[ \\t]*\\[[ \\t]*inputs[ \\t]*\\.[ \\t]*(?:${names.join('|')})[ \\t]*\\][ \\t]*(?:#.*)?$`,
    'm',
  );
  const found = header.exec(text);
  if (found === null) return null;
  const start = found.index + found[0].length;
  const next = /^[ \t]*\[/m.exec(text.slice(start));
  return {
    header: found.index,
    start,
    end: next === null ? text.length : start + next.index,
  };
};

/** A hold as nixup writes it, on a line of its own: everything else is the person's. */
const ownLine = /^[ \t]*hold[ \t]*=[ \t]*\{.*\}[ \t]*(#.*)?$/m;

const speaksOfHold = /^[ \t]*["']?hold["']?[ \t]*[.=]/m;

/**
 * The text of `nixup.toml` with a hold of an input, in the place of an older
 * one, and every other byte as it was. Null where the file speaks of the input
 * in a form that is not a table of its own: then the person writes the line.
 */
export const addHold = (text: string, input: string, hold: WrittenHold): string | null => {
  const line = holdLine(hold);
  const own = ownTable(text, input);
  if (own !== null) {
    const table = text.slice(own.start, own.end);
    const older = ownLine.exec(table);
    if (older !== null) {
      const comment = older[1] === undefined ? '' : ` ${older[1]}`;
      const at = own.start + older.index;
      return `${text.slice(0, at)}${line}${comment}${text.slice(at + older[0].length)}`;
    }
    if (speaksOfHold.test(table)) return null;
    return `${text.slice(0, own.start)}\n${line}${text.slice(own.start)}`;
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

/**
 * The text without the hold of an input, and without its table where nothing else is in it. Null
 * where the hold is written in another form than nixup's own: then the person removes it.
 */
export const removeHold = (text: string, input: string): string | null => {
  const own = ownTable(text, input);
  if (own === null) return null;
  const table = text.slice(own.start, own.end);
  const line = ownLine.exec(table);
  if (line === null) return null;
  const rest = table.slice(0, line.index) + table.slice(line.index + line[0].length + 1);
  if (rest.trim() !== '') return `${text.slice(0, own.start)}${rest}${text.slice(own.end)}`;
  const before = text.slice(0, own.header);
  const after = text.slice(own.end);
  return after === '' ? before.replace(/\n\n$/, '\n') : `${before}${after}`;
};
