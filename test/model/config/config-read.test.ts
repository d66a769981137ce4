import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { configJsonSchema, type SchemaNode } from '../../../scripts/config-reference.ts';

const source = path.join(import.meta.dirname, '../../../source');

/** All that is read by the program; the schema of `nixup.toml` itself stands apart. */
const program = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith(path.join('model', 'config')))
  .map((name) => readFileSync(path.join(source, name), 'utf8'))
  .join('\n');

const settings = (node: SchemaNode): readonly string[] =>
  Object.entries({ ...node.properties }).flatMap(([name, inner]) => {
    const nested = [inner, inner.additionalProperties, inner.items]
      .filter((one): one is SchemaNode => typeof one === 'object')
      .flatMap(settings);
    return nested.length > 0 ? nested : [name];
  });

const inCamelCase = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Durations have their unit in the name: `soakMs`. */
test.each([
  ...new Set(settings(configJsonSchema())),
])('the setting %s of nixup.toml is read by the program', (name) => {
  const read = inCamelCase(name);
  expect(
    new RegExp(`(?:\\.|\\?\\.|[{,]\\s*)${read}(?:Ms)?\\b`).test(program),
    `nothing outside of model/config reads ${read}`,
  ).toBe(true);
});
