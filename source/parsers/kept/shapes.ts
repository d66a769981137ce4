import { z } from 'zod';
import { isFields } from '../json.ts';
import { cleanLine } from '../nix/clean-line.ts';

/** The last moment that `Date` knows, ms. */
const endOfTime = 8.64e15;

/** Milliseconds since the epoch; a date can be shown of every such number. */
export const moment = z.number().min(0).max(endOfTime);

export const count = z.number().int().nonnegative();

export const text = z.string();

/** Shown as it is, and perhaps written by another user. */
export const shownText = z.string().transform(cleanLine);

export const texts = z.array(z.string());

export const storePath = z.string();

/** Names that every JavaScript object has, such as `constructor`, are no host. */
export const isKeptName = (name: string): boolean => name !== '' && !(name in Object.prototype);

export const hostName = z.string().refine(isKeptName);

export const nullable = <Shape extends z.ZodType>(shape: Shape): z.ZodNullable<Shape> =>
  z.nullable(shape);

/** What a schema of its own kind stands for, so that a JSON Schema can be made of it. */
type Meaning =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | {
      readonly kind: 'variants';
      readonly key: string;
      readonly shapes: Readonly<Record<string, z.ZodType>>;
    };

const meanings = new WeakMap<object, Meaning>();

/** What `anyOf` and `kinds` made; undefined for other schemas. */
export const meaningOf = (shape: object): Meaning | undefined => meanings.get(shape);

/** The shapes of a union that `kinds` made, by name. */
export const variantsOf = (shape: object): readonly (readonly [string, z.ZodType])[] => {
  const meaning = meanings.get(shape);
  return meaning?.kind === 'variants' ? Object.entries(meaning.shapes) : [];
};

/** One of a union of words: the compiler asks for each, and takes no other. */
export const anyOf = <Word extends string>(
  words: Readonly<Record<Word, true>>,
): z.ZodType<Word> => {
  const known: ReadonlySet<unknown> = new Set(Object.keys(words));
  const shape = z.custom<Word>((value) => known.has(value));
  meanings.set(shape, { kind: 'words', words: Object.keys(words) });
  return shape;
};

type Variants<Union extends object, Key extends keyof Union> = {
  readonly [Name in Union[Key] & string]: z.ZodType;
};

/**
 * One shape for each variant of a union, by the field that tells them apart:
 * the compiler asks for each. The value stays as it is.
 */
export const kinds = <Union extends object>(
  key: keyof Union & string,
  shapes: Variants<Union, keyof Union & ('kind' | 'type' | 'code')>,
): z.ZodType<Union> => {
  const byName = new Map<unknown, z.ZodType>(Object.entries(shapes));
  const shape = z.custom<Union>((value) => {
    if (!isFields(value)) return false;
    return byName.get(value[key])?.safeParse(value).success === true;
  });
  meanings.set(shape, { kind: 'variants', key, shapes });
  return shape;
};
