import type { Line, Span } from './line.ts';

/** Longer ones are cut off by terminals (https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda). */
const longestAddress = 2_000;

/**
 * Whether a text may be the address behind another one: of a page or a file, in ASCII without blanks and controls (RFC 3986),
 * and without a name before its host, which hides where it leads to.
 */
export const isAddress = (text: string): boolean =>
  text.length <= longestAddress && /^(?:https?:\/\/(?![^/?#]*@)|file:\/\/)[!-~]+$/.test(text);

/** The address of a file of this machine; null where the path is not whole. */
export const fileAddress = (path: string): string | null =>
  path.startsWith('/') ? `file://${path.split('/').map(encodeURIComponent).join('/')}` : null;

/** The same text, with an address behind it where it is one that can be opened. */
export const linkTo = (part: Span, address: string | null | undefined): Span =>
  address != null && isAddress(address) ? { ...part, link: address } : part;

/** Addresses of pages in a text; what ends a sentence or a bracket behind one does not belong to it. */
const addressesIn = (text: string): readonly string[] =>
  text.includes('://')
    ? [...text.matchAll(/https?:\/\/[!-~]+/g)]
        .map(([found]) => found.replace(/[.,;:!?'")\]>]+$/, ''))
        .filter(isAddress)
    : [];

const textOf = (line: Line): string => line.map((part) => part.text).join('');

/** A line whose cells between two places of its text have an address behind them. */
const linkedBetween = (line: Line, from: number, to: number, link: string): Line => {
  let start = 0;
  return line.flatMap((part): Line => {
    const { text } = part;
    const first = Math.max(0, Math.min(text.length, from - start));
    const last = Math.max(0, Math.min(text.length, to - start));
    start += text.length;
    if (first === last) return [part];
    return [
      { ...part, text: text.slice(0, first) },
      { ...part, text: text.slice(first, last), link },
      { ...part, text: text.slice(last) },
    ].filter((piece) => piece.text !== '');
  });
};

/** How much of an address the end of a row is the beginning of; less than its scheme is a chance. */
const beginsAtEnd = (row: string, address: string): number => {
  const at = row.lastIndexOf(address.slice(0, 9));
  return at >= 0 && address.startsWith(row.slice(at)) ? row.length - at : 0;
};

/**
 * Rows into which a text was broken, with each address in it behind its own cells: where it was broken too, each part leads to
 * the whole of it.
 */
export const linkRows = (text: string, rows: readonly Line[]): readonly Line[] => {
  const addresses = addressesIn(text);
  if (addresses.length === 0) return rows;
  const linked = [...rows];
  let row = 0;
  let column = 0;
  for (const address of addresses) {
    let rest = address;
    // One that is not found, as it was broken within its beginning, takes no row from those after it.
    let reached = { row, column };
    while (row < linked.length) {
      const line: Line = linked[row] ?? [];
      const words = textOf(line).trimEnd();
      const isBegun = rest !== address;
      const indent = words.length - words.trimStart().length;
      const whole = isBegun ? indent : words.indexOf(rest, column);
      const isWhole = whole >= 0 && words.startsWith(rest, whole);
      const taken = isWhole
        ? rest.length
        : isBegun
          ? words.length - indent
          : beginsAtEnd(words.slice(column), rest);
      const from = isWhole ? whole : words.length - taken;
      if (taken > 0 && rest.startsWith(words.slice(from, from + taken))) {
        linked[row] = linkedBetween(line, from, from + taken, address);
        rest = rest.slice(taken);
        column = from + taken;
        reached = { row, column };
        if (rest === '') break;
      }
      row += 1;
      column = 0;
    }
    ({ row, column } = reached);
  }
  return linked;
};
