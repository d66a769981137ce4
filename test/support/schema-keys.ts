import { z } from 'zod';
import { documentNames, documentSchema } from '../../source/commands/documents/json-schema.ts';
import type { DocumentName } from '../../source/commands/documents/shapes.ts';

/** A part of a JSON Schema, as `documentSchema` writes it. */
type Schema = Readonly<Record<string, unknown>>;

const table = z.record(z.string(), z.unknown());
const schemas = z.array(table);

const tableIn = (schema: Schema, key: string): Schema => table.safeParse(schema[key]).data ?? {};
const listIn = (schema: Schema, key: string): readonly Schema[] =>
  schemas.safeParse(schema[key]).data ?? [];

/** A schema with what its references lead to. */
interface Whole {
  readonly schema: Schema;
  readonly definitions: Schema;
}

const follow = ({ schema, definitions }: Whole): Whole => {
  const name = /^#\/\$defs\/(.+)$/.exec(String(schema['$ref'] ?? ''))?.[1];
  return name === undefined
    ? { schema, definitions }
    : follow({ schema: tableIn(definitions, name), definitions });
};

const variantsIn = ({ schema, definitions }: Whole): readonly Whole[] =>
  [...listIn(schema, 'oneOf'), ...listIn(schema, 'anyOf'), ...listIn(schema, 'allOf')].map((one) =>
    follow({ schema: one, definitions }),
  );

const own = (schema: Schema): readonly (readonly [string, Schema])[] =>
  Object.entries(tableIn(schema, 'properties')).map(([key, value]) => [
    key,
    table.safeParse(value).data ?? {},
  ]);

/** Schemas below this one that have no key of the schema: elements of lists, and values of tables with free keys. */
const elements = (schema: Schema): readonly Schema[] =>
  ['items', 'additionalProperties'].flatMap((key) => {
    const found = table.safeParse(schema[key]).data;
    return found === undefined ? [] : [found];
  });

/** Which kind of thing an object always is: `"kind":"read"`. */
const wordsOf = (schema: Schema): readonly (readonly [string, unknown])[] => {
  const required = z.array(z.string()).safeParse(schema['required']).data ?? [];
  return own(schema).flatMap(([key, value]) =>
    value['const'] === undefined || !required.includes(key) ? [] : [[key, value['const']] as const],
  );
};

/** The same shape in two places is one shape: its keys are said with its own words before them. */
const keyOf = (schema: Schema, key: string): string =>
  `${JSON.stringify([
    wordsOf(schema),
    own(schema)
      .map(([name]) => name)
      .toSorted(),
  ])} ${key}`;

/** Every key that a schema names, with the first place where it stands. */
const namedKeys = (whole: Whole, place: string, into: Map<string, string>): void => {
  const { schema, definitions } = follow(whole);
  for (const [key, value] of own(schema)) {
    const id = keyOf(schema, key);
    if (into.has(id)) continue;
    const kind = wordsOf(schema).map(([, word]) => `{${String(word)}}`);
    const at = `${place}${kind.filter((word) => word !== '{1}').join('')}.${key}`;
    into.set(id, at);
    namedKeys({ schema: value, definitions }, at, into);
  }
  for (const one of elements(schema)) namedKeys({ schema: one, definitions }, `${place}[]`, into);
  for (const one of variantsIn({ schema, definitions })) namedKeys(one, place, into);
};

const isTable = (value: unknown): value is Schema => table.safeParse(value).success;

/** Whether an object may be this variant: its words are those, and it has no other keys. */
const fits = (schema: Schema, value: Schema): boolean => {
  const keys = own(schema);
  if (keys.length === 0) return tableIn(schema, 'additionalProperties') !== undefined;
  const isOpen = isTable(schema['additionalProperties']);
  return (
    wordsOf(schema).every(([key, word]) => value[key] === word) &&
    (isOpen || Object.keys(value).every((key) => keys.some(([name]) => name === key)))
  );
};

/** Marks each key of the schema that a value has. */
const mark = (whole: Whole, value: unknown, seen: Set<string>): void => {
  const { schema, definitions } = follow(whole);
  if (Array.isArray(value)) {
    const items = table.safeParse(schema['items']).data;
    if (items !== undefined)
      for (const one of value) mark({ schema: items, definitions }, one, seen);
  } else if (isTable(value)) {
    if (fits(schema, value))
      for (const [key, below] of own(schema))
        if (Object.hasOwn(value, key)) {
          seen.add(keyOf(schema, key));
          mark({ schema: below, definitions }, value[key], seen);
        }
    const free = table.safeParse(schema['additionalProperties']).data;
    const named = new Set(own(schema).map(([key]) => key));
    if (free !== undefined)
      for (const [key, one] of Object.entries(value))
        if (!named.has(key)) mark({ schema: free, definitions }, one, seen);
  }
  for (const one of variantsIn({ schema, definitions })) mark(one, value, seen);
};

const wholeOf = (name: DocumentName): Whole => {
  const schema = documentSchema(name, false);
  return { schema, definitions: tableIn(schema, '$defs') };
};

/** Keys of the schemas that no answer had. */
export const createKeysSeen = () => {
  const wholes = documentNames.map((name) => [name, wholeOf(name)] as const);
  const named = new Map<string, string>();
  for (const [name, whole] of wholes) namedKeys(whole, name, named);
  const seen = new Set<string>();
  return {
    /** An answer of a command, as one of these documents. */
    saw: (names: readonly DocumentName[], answer: unknown): void => {
      for (const [name, whole] of wholes) if (names.includes(name)) mark(whole, answer, seen);
    },
    unseen: (): readonly string[] =>
      [...named].flatMap(([id, at]) => (seen.has(id) ? [] : [at])).toSorted(),
    count: named.size,
  };
};
