import { parse, TomlError } from 'smol-toml';
import { type Fields, isFields } from '../json.ts';

/**
 * A table of a text of nixup.toml without its schema: that takes longer to load than the first frame may.
 * Null where there is none, or the text is no TOML, which is told when the engine opens the file.
 */
export const plainTable = (text: string, name: string): Fields | null => {
  try {
    const table: unknown = parse(text)[name];
    return isFields(table) ? table : null;
  } catch (error) {
    if (error instanceof TomlError) return null;
    throw error;
  }
};
