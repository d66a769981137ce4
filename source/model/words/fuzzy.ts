/** How well a text fits what was typed, and where its letters stand. */
export interface FuzzyMatch {
  /** The better ones are greater; only those of the same typed text compare. */
  readonly score: number;
  /** Places of the letters in the text, UTF-16 units, in their order. */
  readonly places: readonly number[];
}

/** What a letter is worth by what stands before it, as in fzy (`config.def.h`, `ALGORITHM.md`). */
const bonus = { beginning: 1.2, word: 0.8, consecutive: 1 } as const;

/** What a letter costs that is passed over. */
const gap = { before: 0.005, within: 0.03 } as const;

const isPartOfWord = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);

const bonusAt = (text: string, at: number): number => {
  if (at === 0) return bonus.beginning;
  return isPartOfWord(text.charAt(at - 1)) ? 0 : bonus.word;
};

/** Longer texts are searched in their beginning. */
const longest = 200;

/**
 * Finds the letters of what was typed in a text, in their order, with others between them: the beginning of the text
 * and of its words before any letter, and letters that follow each other before scattered ones. Null where it has not
 * all of them. Case does not count.
 */
export const fuzzyMatch = (typed: string, given: string): FuzzyMatch | null => {
  const text = given.slice(0, longest);
  const letters = [...typed.toLowerCase()];
  const within = text.toLowerCase();
  if (letters.length === 0) return { score: 0, places: [] };
  // Some letters are longer in lower case: then their places would not be those of the text.
  if (within.length !== text.length || letters.length > within.length) return null;
  // For each letter and place: the best score that ends there, and where the letter before it stands.
  let before: readonly number[] = [];
  const cameFrom: (readonly number[])[] = [];
  for (const [index, letter] of letters.entries()) {
    const scores: number[] = [];
    const from: number[] = [];
    let best = Number.NEGATIVE_INFINITY;
    let bestAt = -1;
    for (let at = 0; at < within.length; at += 1) {
      const last = before[at - 1] ?? Number.NEGATIVE_INFINITY;
      // The best one so far, a place further away.
      best -= gap.within;
      const earlier = before[at - 2] ?? Number.NEGATIVE_INFINITY;
      if (earlier - gap.within > best) [best, bestAt] = [earlier - gap.within, at - 2];
      const isHere = within.startsWith(letter, at);
      const alone = bonusAt(text, at);
      if (!isHere) scores.push(Number.NEGATIVE_INFINITY);
      else if (index === 0) scores.push(alone - at * gap.before);
      else scores.push(Math.max(last + Math.max(bonus.consecutive, alone), best + alone));
      from.push(last + Math.max(bonus.consecutive, alone) >= best + alone ? at - 1 : bestAt);
    }
    cameFrom.push(from);
    before = scores;
  }
  const score = Math.max(...before);
  if (score === Number.NEGATIVE_INFINITY) return null;
  const places: number[] = [];
  let at = before.indexOf(score);
  for (let index = letters.length - 1; index >= 0; index -= 1) {
    places.unshift(at);
    at = cameFrom[index]?.[at] ?? -1;
  }
  // Of texts that fit alike the shorter one is meant.
  return { score: score - text.length * 0.001, places };
};

/** Several words, each of which has to be found; an empty text fits everything. */
export const fuzzyWords = (typed: string, text: string): FuzzyMatch | null => {
  const words = typed.split(/\s+/).filter((word) => word !== '');
  const places = new Set<number>();
  let score = 0;
  for (const word of words) {
    const match = fuzzyMatch(word, text);
    if (match === null) return null;
    score += match.score;
    for (const place of match.places) places.add(place);
  }
  return { score, places: [...places].toSorted((one, other) => one - other) };
};
