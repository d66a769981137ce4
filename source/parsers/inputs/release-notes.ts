import { cleanLine } from '../nix/clean-line.ts';

/** One entry of release notes: a point of a list, with the heading above it. */
interface ReleaseEntry {
  readonly section: string;
  readonly text: string;
}

/** Markup that says nothing to a reader of plain text: links, anchors, roles of nixpkgs. */
const plain = (text: string): string =>
  cleanLine(
    text
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/\[([^\]]*)\]\{[^}]*\}/g, '$1')
      .replace(/\[\]\(#[^)]*\)/g, '')
      .replace(/\{(?:#[^}]*|[a-z]+)\}(?=`?)/g, '')
      // Emphasis, outside of code: a lone star or one in `lib.*` is none.
      .replace(/(?<![\w`*])(\*{1,2})(?=\S)([^*`]*[^*`\s])\1(?![\w`*])/g, '$2')
      .replace(/\s+/g, ' ')
      .trim(),
  );

/** Reads the points of release notes in Markdown: those at the margin, with their whole paragraph. */
export const parseReleaseNotes = (text: string): readonly ReleaseEntry[] => {
  const entries: ReleaseEntry[] = [];
  let section = '';
  let open: string[] | null = null;
  const close = (): void => {
    const whole = open === null ? '' : plain(open.join(' '));
    if (whole !== '') entries.push({ section, text: whole });
    open = null;
  };
  let isBlank = false;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^#{1,6}\s+(.*)$/.exec(line)?.[1];
    const point = /^[-*+]\s+(.*)$/.exec(line)?.[1];
    if (heading !== undefined) {
      close();
      section = plain(heading);
    } else if (point !== undefined) {
      close();
      open = [point];
    } else if (line.trim() === '') isBlank = true;
    else if (open !== null && /^\s/.test(line) && !isBlank) open.push(line.trim());
    else if (open !== null && (isBlank || !/^\s/.test(line))) close();
    if (line.trim() !== '') isBlank = false;
  }
  close();
  return entries;
};

/** Entries that the old text does not have. */
export const newEntries = (oldText: string, newText: string): readonly ReleaseEntry[] => {
  const known = new Set(parseReleaseNotes(oldText).map(({ text }) => text));
  return parseReleaseNotes(newText).filter(({ text }) => !known.has(text));
};
