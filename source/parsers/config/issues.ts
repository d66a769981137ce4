import { z } from 'zod';
import { configSchema } from '../../model/config/config.ts';
import { ownOf } from '../../model/own-of.ts';
import { nearestName } from '../../model/words/nearest.ts';
import { isFields } from '../json.ts';
import type { TomlPath } from './toml-lines.ts';

/** One mistake in a configuration, before it has a file and a line. */
export interface ConfigProblem {
  readonly path: TomlPath;
  readonly detail: string;
  readonly remedy: string;
  /** What was meant, where that is plain: the rest is checked as if it stood there. */
  readonly meant?: unknown;
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/** Tables whose keys are names of the person's own: such a name may have dots. */
const namedTables: ReadonlySet<string | number> = new Set(['hosts', 'inputs']);

/**
 * `[hosts.web.example.org]` is read as a table `org` in `example` in `web`: the names that were
 * meant, several where they begin alike; none where the unknown key is no table of that kind.
 */
const dottedNames = (path: TomlPath, key: string, document: unknown): readonly string[] => {
  const [table, first, ...deeper] = path;
  if (table === undefined || !namedTables.has(table) || typeof first !== 'string') return [];
  if (deeper.length > 0) return [];
  const value = valueAt(document, [...path, key]);
  if (!isFields(value)) return [];
  const known = new Set(validKeys(path));
  const namesBelow = (
    fields: Readonly<Record<string, unknown>>,
    name: string,
  ): readonly string[] => {
    const entries = Object.entries(fields);
    const inner = entries.filter(([next, one]) => !known.has(next) && isFields(one));
    return [
      ...(inner.length < entries.length || entries.length === 0 ? [name] : []),
      ...inner.flatMap(([next, one]) => (isFields(one) ? namesBelow(one, `${name}.${next}`) : [])),
    ];
  };
  return namesBelow(value, `${first}.${key}`);
};

/** `hosts.p620.tags[0]`, as a person would look for it. */
const showPath = (path: TomlPath): string => {
  let shown = '';
  for (const part of path) {
    if (typeof part === 'number') shown += `[${part + 1}]`;
    else {
      const word = /^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part);
      shown += shown === '' ? word : `.${word}`;
    }
  }
  return shown;
};

/** Settings that other tools have and nixup does not: what to do instead of each. */
const instead: Readonly<Record<string, string>> = {
  deploy: 'nixup deploys each host itself, over ssh',
  'commands.deploy_host': 'nixup deploys a host itself: nixup deploy HOST',
  'commands.deploy_all': 'nixup deploys all hosts itself: nixup deploy',
};

/** The same for keys of a host's table. */
const insteadOfHost: Readonly<Record<string, string>> = {
  port: 'the port is a setting of ssh: Port below Host in ~/.ssh/config, or address = "ssh://HOST:PORT"',
  user: 'the login user is a setting of ssh: User below Host in ~/.ssh/config, or address = "USER@HOST"',
  key: 'the key is a setting of ssh: IdentityFile below Host in ~/.ssh/config',
  identity_file: 'the key is a setting of ssh: IdentityFile below Host in ~/.ssh/config',
  ssh_options: 'nixup uses the settings of ssh: write them below Host in ~/.ssh/config',
  jump: 'the way there is a setting of ssh: ProxyJump below Host in ~/.ssh/config',
  proxy_jump: 'the way there is a setting of ssh: ProxyJump below Host in ~/.ssh/config',
};

/** Words for a value that mean another one, which is not the nearest in letters. */
const meantValues: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'commit.forge': { gitea: 'forgejo', codeberg: 'forgejo', 'sr.ht': 'sourcehut' },
};

const insteadOf = (path: TomlPath, key: string): string | undefined =>
  path.length === 2 && path[0] === 'hosts'
    ? ownOf(insteadOfHost, key)
    : ownOf(instead, showPath([...path, key]));

const validKeys = (path: TomlPath): readonly string[] => {
  let nodes: readonly SchemaNode[] = [z.toJSONSchema(configSchema, { io: 'input' }) as SchemaNode];
  for (const part of path) {
    nodes = nodes
      .flatMap((node) => [node, ...(node.anyOf ?? [])])
      .flatMap((node) => {
        if (typeof part === 'number') return node.items === undefined ? [] : [node.items];
        const named = node.properties?.[part];
        if (named !== undefined) return [named];
        return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
      });
  }
  return nodes
    .flatMap((node) => [node, ...(node.anyOf ?? [])])
    .flatMap((node) => Object.keys(node.properties ?? {}));
};

/** The tables that have a key of this name, as they are written; NAME for a name of the person's own. */
const homesOf = (key: string): readonly string[] => {
  const found: string[] = [];
  const look = (node: SchemaNode, path: readonly string[]): void => {
    if (node.properties !== undefined && Object.hasOwn(node.properties, key))
      found.push(path.join('.'));
    for (const [name, inner] of Object.entries(node.properties ?? {})) look(inner, [...path, name]);
    if (typeof node.additionalProperties === 'object')
      look(node.additionalProperties, [...path, 'NAME']);
    for (const inner of node.anyOf ?? []) look(inner, path);
  };
  look(z.toJSONSchema(configSchema, { io: 'input' }) as SchemaNode, []);
  return [...new Set(found)];
};

/** Where a key that stands in the wrong table belongs; null where no table has it, or too many do. */
const rightPlace = (key: string, value: unknown): string | null => {
  const homes = homesOf(key);
  if (homes.length === 0 || homes.length > 3) return null;
  if (isFields(value))
    return `write ${list(homes.map((home) => `[${home === '' ? key : `${home}.${key}`}]`))}`;
  return `move it ${list(homes.map((home) => (home === '' ? 'above the first table' : `below [${home}]`)))}`;
};

const valueAt = (value: unknown, path: TomlPath): unknown => {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part))
      return undefined;
    current = (current as Readonly<Record<string | number, unknown>>)[part];
  }
  return current;
};

const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a table';
  if (typeof value === 'string') return `the text ${JSON.stringify(value)}`;
  return `${typeof value === 'boolean' ? 'the truth value' : 'the number'} ${String(value)}`;
};

const expectedKind: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a table',
  record: 'a table',
};

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;

type Issue = z.core.$ZodIssue;

const pathOf = (base: TomlPath, issue: Issue): TomlPath => [
  ...base,
  ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
];

const unknownKey = (path: TomlPath, key: string, document: unknown): ConfigProblem => {
  const keys = validKeys(path);
  const nearest = nearestName(key, keys);
  const meant = dottedNames(path, key, document);
  if (meant.length > 0)
    return {
      path: [...path, key],
      detail: `${showPath([...path, key])} is not a known key: a name with dots is quoted`,
      remedy: `write ${meant.map((name) => `[${path[0]}.${JSON.stringify(name)}]`).join(' and ')}`,
    };
  const other = insteadOf(path, key);
  if (other !== undefined)
    return {
      path: [...path, key],
      detail: `${showPath([...path, key])} is not a known key`,
      remedy: `remove it: ${other}`,
    };
  const known = keys.length === 0 ? 'it takes no keys' : `keys are ${keys.join(', ')}`;
  return {
    path: [...path, key],
    detail: `${showPath([...path, key])} is not a known key`,
    remedy:
      rightPlace(key, valueAt(document, [...path, key])) ??
      (nearest === null ? `remove it (${known})` : `did you mean ${nearest}?`),
  };
};

/** From what a value must be to what is to be done: a message of the schema has no other source. */
const remedyOf = (message: string, shown: string): string => {
  const [head = '', why = ''] = message.split(': ');
  const [, verb, rest = ''] = /^(must be|must have|must name|needs) (.*)$/.exec(head) ?? [];
  if (verb !== undefined) return `${verb === 'must name' ? 'name' : 'give'} ${rest}`;
  return why.startsWith('name ') ? why : `change or remove ${shown}`;
};

// Over 60 lines: one case for each code of zod.
const problemsOf = (issue: Issue, base: TomlPath, document: unknown): readonly ConfigProblem[] => {
  const path = pathOf(base, issue);
  const shown = showPath(path);
  const value = valueAt(document, path);
  const one = (detail: string, remedy: string): readonly ConfigProblem[] => [
    { path, detail, remedy },
  ];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, document));
    case 'invalid_type': {
      const expected = expectedKind[issue.expected] ?? issue.expected;
      if (issue.expected === 'array' && typeof value === 'string')
        return [
          {
            path,
            detail: `${shown} must be ${expected}, not ${kindOf(value)}`,
            remedy: `write [${JSON.stringify(value)}]`,
            meant: [value],
          },
        ];
      if (value === undefined) return one(`${shown} is missing`, `add ${shown} (${expected})`);
      return issue.message.startsWith('must ')
        ? one(`${shown} ${issue.message}, not ${kindOf(value)}`, remedyOf(issue.message, shown))
        : one(`${shown} must be ${expected}, not ${kindOf(value)}`, `give ${expected}`);
    }
    case 'invalid_value': {
      const allowed = issue.values.map((allowedValue) => JSON.stringify(allowedValue));
      const nearest =
        typeof value === 'string'
          ? (ownOf(ownOf(meantValues, shown) ?? {}, value.toLowerCase()) ??
            nearestName(
              value,
              issue.values.filter((word) => typeof word === 'string'),
            ))
          : null;
      return one(
        `${shown} must be ${list(allowed)}, not ${kindOf(value)}`,
        nearest === null ? `write ${list(allowed)}` : `did you mean ${JSON.stringify(nearest)}?`,
      );
    }
    case 'invalid_union': {
      // The variant that accepts this kind of value tells more than the union does.
      const meant = issue.errors.find(
        (errors) => !errors.some((error) => error.path.length === 0 && isKindError(error)),
      );
      if (meant !== undefined) return meant.flatMap((error) => problemsOf(error, path, document));
      const wanted = issue.errors
        .flat()
        .filter((error) => error.path.length === 0)
        .map(kindWanted);
      return one(
        `${shown} must be ${list([...new Set(wanted)])}, not ${kindOf(value)}`,
        `give ${list([...new Set(wanted)])}`,
      );
    }
    case 'too_small':
    case 'too_big': {
      const isOwnMessage = issue.message.startsWith('must ');
      const word =
        issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      return isOwnMessage
        ? one(`${shown} ${issue.message}`, 'complete or remove it')
        : one(`${shown} must be ${word}, not ${kindOf(value)}`, `give ${word}`);
    }
    case 'invalid_format':
      return one(`${shown} ${issue.message}, not ${kindOf(value)}`, remedyOf(issue.message, shown));
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
      return one(`${shown} ${issue.message}, not ${kindOf(value)}`, remedyOf(issue.message, shown));
    case 'custom':
      // What says something about several keys has a whole sentence.
      if (issue.params?.['isWhole'] === true)
        return one(`${shown} ${issue.message}`, remedyOf(issue.message, shown));
      return one(`${shown} ${issue.message}, not ${kindOf(value)}`, remedyOf(issue.message, shown));
  }
};

const isKindError = (issue: Issue): boolean =>
  issue.code === 'invalid_type' || (issue.code === 'invalid_value' && issue.values.length === 1);

const kindWanted = (issue: Issue): string => {
  if (issue.code === 'invalid_type') return expectedKind[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return list(issue.values.map((word) => JSON.stringify(word)));
  return issue.message;
};

/** All mistakes of a document that the schema refused, each with its path and what to do. */
export const configProblems = (error: z.ZodError, document: unknown): readonly ConfigProblem[] =>
  error.issues.flatMap((issue) => problemsOf(issue, [], document));
