import { plainTable } from './plain-table.ts';

const wordsOf = (value: unknown): readonly string[] | null => {
  if (!Array.isArray(value)) return null;
  const words = value.filter((word): word is string => typeof word === 'string' && word !== '');
  return words.length === value.length ? words : null;
};

/** The keys that a text of nixup.toml gives to actions, before the first frame; null where they are wrong. */
export const plainKeys = (text: string): Readonly<Record<string, readonly string[]>> | null => {
  const keys = plainTable(text, 'keys');
  if (keys === null) return null;
  const own = Object.entries(keys).map(([id, value]) => [id, wordsOf(value)] as const);
  return own.some(([, words]) => words === null)
    ? null
    : Object.fromEntries(own.map(([id, words]) => [id, words ?? []]));
};
