const oneCellEach =
  /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u0391-\u03c9\u0410-\u044f\u2010-\u2027\u2190-\u22ff\u2500-\u259f\u25a1\u25b2\u25b6\u25b8\u25bc\u25be\u25c6\u25cb\u25cf\u25d0\u2713\u2717\u2800-\u28ff]*$/;

/**
 * Texts whose every code unit is a cell of its own, in every terminal: no mark, no sign of two cells,
 * and none that joins its neighbour. Most text, and all signs of nixup.
 */
export const isOneCellEach = (text: string): boolean => oneCellEach.test(text);

let segmenter: Intl.Segmenter | undefined;

/**
 * What a person takes for single characters. The first segmenter takes 8 ms to make, which is a third
 * of a first frame: one is made when a text needs it.
 */
export const clustersOf = (text: string): Intl.Segments => {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
};
