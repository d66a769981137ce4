import { z } from 'zod';
import { meaningOf } from '../../parsers/kept/shapes.ts';
import { type DocumentName, documentShapes } from './shapes.ts';

type Schema = Record<string, unknown>;

const shapes: Readonly<Record<string, z.ZodType>> = documentShapes;

/** Large ones, which stand once in a schema that needs them. */
const shared: readonly DocumentName[] = ['failure', 'run-event'];

/** What a whole schema gathers while its parts are made. */
interface Gathered {
  /** Keys that are not named may be there, as later versions add some. */
  readonly isOpen: boolean;
  readonly needed: Set<DocumentName>;
  /** Definitions of shapes that refer to themselves. */
  readonly definitions: Schema;
}

/** A JSON Schema (draft 2020-12) of a shape, the unions that `kinds` and `anyOf` made included. */
const schemaOf = (shape: z.ZodType, place: string, gathered: Gathered): Schema => {
  const made: Schema = z.toJSONSchema(shape, {
    io: gathered.isOpen ? 'input' : 'output',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const own = shared.find(
        (name) => Object.is(shapes[name], zodSchema) && !Object.is(zodSchema, shape),
      );
      if (own !== undefined) {
        gathered.needed.add(own);
        for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
        Object.assign(jsonSchema, { $ref: `#/$defs/${own}` });
        return;
      }
      const meaning = meaningOf(zodSchema);
      if (meaning?.kind === 'words') Object.assign(jsonSchema, { enum: meaning.words });
      if (meaning?.kind !== 'variants') return;
      Object.assign(jsonSchema, {
        oneOf: Object.entries(meaning.shapes).map(([name, variant]) =>
          variantOf(meaning.key, name, variant, gathered),
        ),
      });
    },
  });
  // Definitions stand at the root, each under a name of its own: a part has no root.
  const named = JSON.stringify(made).replaceAll('#/$defs/__schema', `#/$defs/${place}-`);
  const {
    $schema: _draft,
    $defs,
    ...schema
  } = z
    .looseObject({ $defs: z.record(z.string(), z.unknown()).default({}) })
    .parse(JSON.parse(named));
  for (const [name, definition] of Object.entries($defs))
    gathered.definitions[name.replace('__schema', `${place}-`)] = definition;
  return schema;
};

const variantOf = (key: string, name: string, shape: z.ZodType, gathered: Gathered): Schema => {
  const schema = schemaOf(shape, name, gathered);
  const { properties, required } = z
    .object({
      properties: z.looseObject({}).default({}),
      required: z.array(z.string()).default([]),
    })
    .parse(schema);
  return {
    ...schema,
    properties: { [key]: { const: name }, ...properties },
    required: [...new Set([key, ...required])],
  };
};

/** The JSON Schema of a document; `isOpen` as it is published. */
export const documentSchema = (name: DocumentName, isOpen: boolean): Schema => {
  const gathered: Gathered = { isOpen, needed: new Set(), definitions: {} };
  const schema = schemaOf(documentShapes[name], name, gathered);
  // A definition may need others: they are added to the set while it is gone through.
  for (const one of gathered.needed)
    gathered.definitions[one] = schemaOf(shapes[one] ?? z.never(), one, gathered);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `nixup ${name}`,
    ...schema,
    ...(Object.keys(gathered.definitions).length === 0 ? {} : { $defs: gathered.definitions }),
  };
};

/** One for each file of `schemas/`. */
export const documentNames: readonly DocumentName[] = Object.keys(documentShapes).filter(
  (name): name is DocumentName => Object.hasOwn(documentShapes, name),
);
