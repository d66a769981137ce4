import { parse, TomlError } from 'smol-toml';
import { isFields } from '../json.ts';

const wordsOf = (value: unknown): readonly string[] | null => {
  if (!Array.isArray(value)) return null;
  const words = value.filter((word): word is string => typeof word === 'string' && word !== '');
  return words.length === value.length ? words : null;
};

/**
 * The keys that a text of nixup.toml gives to actions, without its schema: that takes longer to load
 * than the first frame may. Null where the file is wrong, which is told when the engine opens it.
 */
export const plainKeys = (text: string): Readonly<Record<string, readonly string[]>> | null => {
  let keys: unknown;
  try {
    keys = parse(text)['keys'];
  } catch (error) {
    if (error instanceof TomlError) return null;
    throw error;
  }
  if (!isFields(keys)) return null;
  const own = Object.entries(keys).map(([id, value]) => [id, wordsOf(value)] as const);
  return own.some(([, words]) => words === null)
    ? null
    : Object.fromEntries(own.map(([id, words]) => [id, words ?? []]));
};
