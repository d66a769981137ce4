/** How the lines of a paragraph begin, and how long they are at most. */
interface WrapShape {
  readonly first: string;
  readonly rest: string;
  readonly width: number;
}

/** Words in lines, for a text that goes to a file or a pipe: a word that is longer than a line stays whole. */
export const wrapWords = (text: string, { first, rest, width }: WrapShape): readonly string[] => {
  const lines: string[] = [];
  let line = first;
  let isFresh = true;
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    if (!isFresh && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      isFresh = true;
    }
    line = isFresh ? `${line}${word}` : `${line} ${word}`;
    isFresh = false;
  }
  return [...lines, line];
};
