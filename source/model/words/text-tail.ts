/** The last texts of a stream: so many, and of so many UTF-16 units together. */
interface TextTail {
  readonly texts: readonly string[];
  keep(text: string): void;
}

/** Keeps at least the newest text, cut to the length that all may have together. */
export const createTextTail = (most: {
  readonly count: number;
  readonly length: number;
}): TextTail => {
  const texts: string[] = [];
  let length = 0;
  return {
    texts,
    keep: (text) => {
      const kept = text.slice(0, most.length);
      texts.push(kept);
      length += kept.length;
      while (texts.length > 1 && (texts.length > most.count || length > most.length))
        length -= texts.shift()?.length ?? 0;
    },
  };
};
