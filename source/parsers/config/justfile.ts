/** A recipe of a Justfile: its name and how many words it must be given. */
export interface JustRecipe {
  readonly name: string;
  readonly parameters: number;
}

const header = /^@?([A-Za-z_][A-Za-z0-9_-]*)((?:\s+[^:=\s][^:]*)?)\s*:(?!=)/;

/**
 * The recipes of a Justfile, by their header lines (just.systems/man, grammar).
 * Private ones, whose names begin with `_`, are left out. Nothing is run.
 */
export const readJustRecipes = (text: string): readonly JustRecipe[] =>
  text.split('\n').flatMap((line): readonly JustRecipe[] => {
    const found = /^(?:alias|set|export|import|mod)\b/.test(line) ? null : header.exec(line);
    const name = found?.[1];
    if (name === undefined || name.startsWith('_')) return [];
    const words = (found?.[2] ?? '').trim();
    return [{ name, parameters: words === '' ? 0 : words.split(/\s+/).length }];
  });
