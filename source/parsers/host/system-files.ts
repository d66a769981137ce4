import type { FileChanges } from '../../model/host/other-system.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { cleanLine } from '../nix/clean-line.ts';

/** What follows a backslash in `$'…'`, as gnulib's quotearg.c writes it; others are octal. */
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\u000b',
};

/** A name as diff quotes it since diffutils 3.9 (`squote`, the shell's own quotes); older ones print it bare. */
const unquoted = (text: string): string => {
  if (!/^(?:'|"|\$')/.test(text)) return text;
  const pieces = text.match(/'[^']*'|"[^"]*"|\$'(?:\\.|[^'\\])*'|\\.|[^'"\\$]+|\$/g) ?? [];
  return pieces
    .map((piece) => {
      if (piece.startsWith("$'"))
        return piece
          .slice(2, -1)
          .replace(/\\([0-7]{1,3}|.)/g, (_all, code: string) =>
            /^[0-7]+$/.test(code)
              ? String.fromCharCode(Number.parseInt(code, 8))
              : (escapes[code] ?? code),
          );
      return /^['"]/.test(piece) ? piece.slice(1, -1) : piece.replace(/^\\(?=.)/, '');
    })
    .join('');
};

/** Each way to part a text at these words: a name may have them too. */
const partings = (text: string, words: string): readonly (readonly [string, string])[] =>
  [...text.matchAll(new RegExp(words, 'g'))].map(({ index, 0: { length } }) => [
    text.slice(0, index),
    text.slice(index + length),
  ]);

/** The path below the system, with one slash for two; null where it is of none of them. */
const below = (path: string, systems: readonly StorePath[]): string | null => {
  const system = systems.find((one) => path.startsWith(`${one}/`));
  return system === undefined ? null : cleanLine(path.slice(system.length).replace(/\/{2,}/g, '/'));
};

/** The path that two names have in common, each below its own system. */
const ofBoth = (
  pairs: readonly (readonly [string, string])[],
  [from, to]: readonly [StorePath, StorePath],
): string | null => {
  for (const [one, other] of pairs) {
    const path = below(unquoted(one), [from]);
    if (path !== null && path === below(unquoted(other), [to])) return path;
  }
  return null;
};

/** The file that a line of `diff --brief` tells of; null where it is another line (diffutils, diff.c and analyze.c). */
const fileOf = (line: string, systems: readonly [StorePath, StorePath]): string | null => {
  const differing = /^(?:Binary f|F)iles (.+) differ$/.exec(line)?.[1];
  if (differing !== undefined) return ofBoth(partings(differing, ' and '), systems);
  const kinds = /^File (.+) is an? [^/]+$/.exec(line)?.[1];
  if (kinds !== undefined) return ofBoth(partings(kinds, ' is an? [^/]+? while file '), systems);
  const alone = /^Only in (.+)$/.exec(line)?.[1];
  for (const [folder, name] of alone === undefined ? [] : partings(alone, ': ')) {
    const path = below(`${unquoted(folder)}/${unquoted(name)}`, systems);
    if (path !== null && !unquoted(name).includes('/')) return path;
  }
  return null;
};

/** A file that diff cannot read: `diff: PATH: No such file or directory`. */
const unreadOf = (line: string, systems: readonly StorePath[]): string | null => {
  const text = /^\S*diff: (.+)$/.exec(line)?.[1];
  for (const [path] of text === undefined ? [] : partings(text, ': ')) {
    const found = below(unquoted(path), systems);
    if (found !== null) return found;
  }
  return null;
};

/** Where the links lead that lead nowhere, by their paths, as the script lists them. */
const linksOf = (lines: readonly string[], which: 'from' | 'to'): ReadonlyMap<string, string> =>
  new Map(
    lines.flatMap((line) => {
      const [, path, target] = line.startsWith(`nixup-link ${which} `)
        ? (/^nixup-link \w+ (.+?) -> (.*)$/.exec(line) ?? [])
        : [];
      return path === undefined || target === undefined ? [] : [[`/etc/${path}`, target] as const];
    }),
  );

/**
 * What the script of `services/host/system-files.ts` printed: `diff -rq` of two systems and its exit status. Null where
 * they were not compared. diff follows links, and one that leads nowhere is trouble to it: those are compared by where
 * they lead. What is not understood here may be a difference: then there may be more than is told.
 */
export const readFileChanges = (
  output: string,
  systems: readonly [StorePath, StorePath],
): FileChanges | null => {
  const lines = output.split('\n').filter((line) => line !== '');
  if (lines.includes('nixup-only-one')) return null;
  const status = lines.find((line) => line.startsWith('nixup-status '))?.split(' ')[1];
  // 0: all alike, 1: some differ, 2: some could not be read, 124: `timeout` ended it. All else: there is no diff.
  if (status !== undefined && !['0', '1', '2', '124'].includes(status)) return null;
  const links = [linksOf(lines, 'from'), linksOf(lines, 'to')] as const;
  const read = lines
    .filter((line) => !line.startsWith('nixup-'))
    .map((line): { readonly file: string | null; readonly isUnknown: boolean } => {
      const differing = fileOf(line, systems);
      if (differing !== null) return { file: differing, isUnknown: false };
      const unread = unreadOf(line, systems);
      const [one, other] = links.map((of) => (unread === null ? undefined : of.get(unread)));
      if (one === undefined && other === undefined) return { file: null, isUnknown: true };
      return { file: one === other ? null : unread, isUnknown: false };
    });
  const files = [...new Set(read.flatMap(({ file }) => file ?? []))].toSorted();
  const unitOf = (file: string): string | null =>
    /^\/etc\/systemd\/(?:system|user)\/(.+)$/.exec(file)?.[1] ?? null;
  return {
    units: files.flatMap((file) => unitOf(file) ?? []).toSorted(),
    files: files.filter((file) => unitOf(file) === null),
    isCut: status === undefined || status === '124' || read.some(({ isUnknown }) => isUnknown),
  };
};
