/*
 * The same frame in fewer bytes. Ink tells each row that stays by a sequence of its own, and each blank by a blank; over a
 * slow connection every one of them is waited for.
 */

import { type LinkTable, numberIn } from '../../components/base/link-table.ts';

const esc = '\u001b';

/** A sequence, a line feed, a run of blanks, or anything else. */
const token = new RegExp(
  `${esc}\\[[\\d;?]*[A-Za-z]|${esc}\\][^\\u0007${esc}]*(?:\\u0007|${esc}\\\\)|${esc}.|\\n| +|[^\\n ${esc}]+`,
  'gsu',
);

/** Looks that follow each other: together they are one. */
const looksInARow = new RegExp(`(?:${esc}\\[[\\d;]*m){2,}`, 'gu');

const rowsDown = new RegExp(`(?:${esc}\\[E){2,}`, 'gu');

/** As many blanks are longer than the sequence that goes over them. */
const fewestBlanks = 5;

/** What a parameter of SGR (ECMA-48, 8.3.117) changes; undefined for one that nobody here sends. */
const aspectOf = (parameter: number): string | undefined => {
  if (parameter === 1 || parameter === 2 || parameter === 22) return 'weight';
  if (parameter === 4 || parameter === 24) return 'line';
  if (parameter === 7 || parameter === 27) return 'exchange';
  if (parameter === 58 || parameter === 59) return 'link';
  const tens = Math.floor(parameter / 10);
  if (tens === 3 || tens === 9) return 'letters';
  return tens === 4 || tens === 10 ? 'ground' : undefined;
};

const endings: ReadonlySet<number> = new Set([22, 24, 27, 39, 49, 59]);

/** Aspects that show where nothing is written. */
const seenInBlanks = ['line', 'exchange', 'ground', 'unknown'] as const;

/** A parameter and, of a colour, what follows it: each with the aspect that it changes. */
const partsOf = (
  parameters: string,
): readonly { readonly words: string; readonly aspect: string; readonly isEnd: boolean }[] => {
  const list = parameters.split(';');
  const parts = [];
  for (let at = 0; at < list.length; at += 1) {
    const number = Number(list[at]);
    const length =
      number !== 38 && number !== 48 && number !== 58 ? 1 : list[at + 1] === '5' ? 3 : 5;
    const aspect = number === 0 ? 'all' : (aspectOf(number) ?? 'unknown');
    parts.push({
      words: list.slice(at, at + length).join(';'),
      aspect,
      isEnd: endings.has(number),
    });
    at += length - 1;
  }
  return parts;
};

/** Which aspects are no longer the terminal's own after this sequence. */
const looksAfter = (before: ReadonlySet<string>, parameters: string): ReadonlySet<string> => {
  const after = new Set(before);
  for (const { aspect, isEnd } of partsOf(parameters)) {
    if (aspect === 'all') after.clear();
    else if (isEnd) after.delete(aspect);
    else after.add(aspect);
  }
  return after;
};

/** Several looks as one, without what is changed again before there is any text. */
const asOne = (sequences: string): string => {
  const parts = sequences
    .slice(2, -1)
    .split(`m${esc}[`)
    .flatMap((parameters) => partsOf(parameters));
  const kept = parts.filter(
    ({ aspect }, at) =>
      aspect === 'unknown' ||
      !parts.slice(at + 1).some((later) => later.aspect === aspect || later.aspect === 'all'),
  );
  return `${esc}[${kept.map(({ words }) => words).join(';')}m`;
};

/** Blanks that stand already, since the rest of the row was erased, are gone over; a look that ends is ended in short. */
const inShort = (frame: string): string => {
  let looks: ReadonlySet<string> = new Set();
  let isErased = false;
  return frame.replace(token, (part) => {
    const isPlain = !seenInBlanks.some((aspect) => looks.has(aspect));
    if (part === '\n' || part === `${esc}[E`) isErased = false;
    else if (part === `${esc}[K`) isErased = isPlain;
    else if (part.startsWith(`${esc}[`) && part.endsWith('m')) {
      looks = looksAfter(looks, part.slice(2, -1));
      return looks.size === 0 ? `${esc}[m` : part;
    } else if (part.startsWith(`${esc}[`)) isErased = false;
    else if (part.startsWith(' ') && part.length >= fewestBlanks && isErased && isPlain)
      return `${esc}[${part.length}C`;
    return part;
  });
};

/** What shows the same on a terminal as this frame of Ink. */
export const thriftyFrame = (frame: string): string =>
  frame.includes(`${esc}[E`) || frame.includes(`${esc}[K`)
    ? inShort(frame.replace(looksInARow, asOne)).replace(
        rowsDown,
        (rows) => `${esc}[${rows.length / 3}E`,
      )
    : frame;

const looks = new RegExp(`${esc}\\[[\\d;]*m`, 'gu');

const link = (address: string): string => `${esc}]8;;${address}${esc}\\`;

/** The frame with the links that `link-table.ts` has hidden in looks; each is ended where its looks end. */
export const toldLinks = (frame: string, links: LinkTable): string => {
  if (!frame.includes(`${esc}[`)) return frame;
  let open: string | undefined;
  return frame.replace(looks, (sequence) => {
    let next = open;
    const kept: string[] = [];
    for (const { words, aspect } of partsOf(sequence.slice(2, -1))) {
      if (aspect !== 'link') kept.push(words);
      if (aspect === 'all') next = undefined;
      if (aspect !== 'link') continue;
      const number = numberIn(words);
      next = number === undefined ? undefined : links.addressOf(number);
    }
    const style = kept.length === 0 ? '' : `${esc}[${kept.join(';')}m`;
    const told = next === open ? '' : link(next ?? '');
    open = next;
    return style + told;
  });
};

/** A terminal to draw on, which gets each frame in fewer bytes. */
export const thriftyOutput = (
  stdout: NodeJS.WriteStream,
  links: LinkTable | null = null,
): NodeJS.WriteStream => {
  const drawn = (frame: string): string => {
    const thrifty = thriftyFrame(frame);
    return links === null ? thrifty : toldLinks(thrifty, links);
  };
  return new Proxy(stdout, {
    get: (target, name) => {
      if (name === 'write')
        return (data: string | Uint8Array, ...rest: readonly never[]) =>
          target.write(typeof data === 'string' ? drawn(data) : data, ...rest);
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};
