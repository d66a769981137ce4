import { closest, distance } from 'fastest-levenshtein';

/** The valid name that a mistyped one probably meant; null when none is near. */
export const nearestName = (name: string, valid: readonly string[]): string | null => {
  if (valid.length === 0) return null;
  const folded = name.toLowerCase().replaceAll('-', '_');
  const byFolded = new Map(valid.map((one) => [one.toLowerCase().replaceAll('-', '_'), one]));
  const found = closest(folded, [...byFolded.keys()]);
  const limit = Math.max(2, Math.floor(Math.max(name.length, found.length) / 3));
  return distance(folded, found) <= limit ? (byFolded.get(found) ?? null) : null;
};
