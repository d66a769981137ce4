// Stands in for Intl.Segmenter inside the bundle. The first segmenter loads the
// tables of all languages, 17 ms of a start that takes 90. Texts of signs that
// never join with their neighbour (ASCII, Latin, arrows, boxes, braille) need none.

// No joiner, no variation selector, no mark, no modifier: one code unit is one grapheme.
const apart = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2bff]*$/;

const eachAlone = (text) => ({
  *[Symbol.iterator]() {
    for (let index = 0; index < text.length; index += 1)
      yield { segment: text[index], index, input: text };
  },
});

export class LazySegmenter {
  #words;
  #segmenter;

  constructor(...words) {
    this.#words = words;
  }

  segment(text) {
    if (typeof text === 'string' && apart.test(text)) return eachAlone(text);
    this.#segmenter ??= new globalThis.Intl.Segmenter(...this.#words);
    return this.#segmenter.segment(text);
  }
}
