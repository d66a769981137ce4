import { z } from 'zod';
import { configSchema } from '../source/model/config/config.ts';

export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/** The JSON Schema of `nixup.toml`, for editors. Draft 7: what they understand. */
export const configJsonSchema = (): SchemaNode & Readonly<Record<string, unknown>> => {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
  return { $schema, title: 'nixup.toml', ...schema } as SchemaNode &
    Readonly<Record<string, unknown>>;
};

const code = (text: string): string => `\`${text}\``;

/** A value as TOML writes it. */
const toml = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(toml).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key} = ${toml(inner)}`)
      .join(', ')} }`;
  return JSON.stringify(value) ?? '';
};

const isDuration = (node: SchemaNode): boolean => node.pattern?.includes('ms|s|m|h|d|w') === true;

const kind = (node: SchemaNode): string => {
  if (node.enum !== undefined) return node.enum.map((value) => code(toml(value))).join(', ');
  if (node.const !== undefined) return code(toml(node.const));
  if (node.anyOf !== undefined) return node.anyOf.map(kind).join(' or ');
  if (isDuration(node)) return 'duration';
  if (node.format === 'date') return 'day';
  if (node.format === 'uri') return 'address';
  switch (node.type) {
    case 'string':
      return 'text';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return `list of ${node.items === undefined ? 'values' : kind(node.items).replace(/^list /, 'lists ')}`;
    case 'object':
      return 'table';
    default:
      return 'value';
  }
};

interface KeyRow {
  readonly key: string;
  readonly node: SchemaNode;
  readonly isRequired: boolean;
}

/** The keys of a table, inner tables with a fixed set of keys written out with dots. */
const keysOf = (node: SchemaNode, prefix = ''): readonly KeyRow[] => {
  const required = new Set(node.required ?? []);
  return Object.entries(node.properties ?? {}).flatMap(([name, inner]) => {
    const own = { key: `${prefix}${name}`, node: inner, isRequired: required.has(name) };
    const tables = [inner, ...(inner.anyOf ?? [])].filter((one) => one.properties !== undefined);
    return [own, ...tables.flatMap((table) => keysOf(table, `${prefix}${name}.`))];
  });
};

const defaultOf = ({ node, isRequired }: KeyRow): string => {
  if (isRequired) return 'required';
  if (node.default === undefined || node.properties !== undefined) return '';
  return code(toml(node.default));
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (rows: readonly KeyRow[]): readonly string[] => [
  '| key | value | default | |',
  '| --- | --- | --- | --- |',
  ...rows.map(
    (row) =>
      `| ${code(row.key)} | ${cell(kind(row.node))} | ${cell(defaultOf(row))} | ${cell(row.node.description ?? '')} |`,
  ),
];

const section = (name: string, node: SchemaNode): readonly string[] => {
  const description = node.description ?? '';
  const each =
    typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
  if (node.type === 'array' && node.items !== undefined)
    return [`## \`[[${name}]]\``, '', description, '', ...table(keysOf(node.items)), ''];
  if (each !== undefined)
    return each.properties === undefined
      ? [`## \`[${name}]\``, '', description, '', `Any key, each a ${kind(each)}.`, '']
      : [`## \`[${name}.NAME]\``, '', description, '', ...table(keysOf(each)), ''];
  return [`## \`[${name}]\``, '', description, '', ...table(keysOf(node)), ''];
};

/** A table that is named only for the keys in it. */
const isOnlyTable = ({ node }: KeyRow): boolean =>
  node.type === 'object' && node.properties !== undefined;

const keysOfSection = (name: string, node: SchemaNode): readonly string[] => {
  const each =
    typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
  if (each !== undefined && each.properties === undefined) return [`${name}.NAME`];
  const prefix = each === undefined ? name : `${name}.NAME`;
  return keysOf(each ?? node.items ?? node)
    .filter((row) => !isOnlyTable(row))
    .map(({ key }) => `${prefix}.${key}`);
};

/** Each key of docs/config.md that takes a value, with its table: `hosts.NAME.address`. */
export const referenceKeys = (): readonly string[] =>
  Object.entries(configJsonSchema().properties ?? {}).flatMap(([name, node]) =>
    keysOfSection(name, node),
  );

/** docs/config.md. */
export const configReference = (): string => {
  const schema = configJsonSchema();
  return [
    '# nixup.toml',
    '',
    '<!-- Generated by `npm run generate` from source/model/config/config.ts. -->',
    '',
    'The file stands beside `flake.nix`. Everything in it is optional: without it, hosts come from',
    '`nixosConfigurations` and every setting has the default named here. `nixup config check`',
    'compares it with this schema and with the flake. The same table may stand in the flake as an',
    'output `nixup`; the file wins, key by key.',
    '',
    'A duration is a number with a unit (`ms`, `s`, `m`, `h`, `d`, `w`), as in `"90s"` or `"1h30m"`.',
    'A day is written `"2026-12-24"`. For completion and checks in an editor, name the schema in the',
    'first line:',
    '',
    '```toml',
    '#:schema /path/to/nixup.schema.json',
    '```',
    '',
    'Commands of a repository run only after the content of its file was trusted once; a changed file',
    'is asked about again. Without a terminal, `--trust` does it.',
    '',
    ...Object.entries(schema.properties ?? {}).flatMap(([name, node]) => section(name, node)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
};
