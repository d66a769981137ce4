import type { Attributes, InputEdge, LockNode } from '../../model/lock/lock.ts';
import { writeFlakeLock } from '../../model/lock/write.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { inputSources } from './input-data.ts';
import {
  canonicalVersion,
  type InputSource,
  lockedAt,
  type NestedInput,
  newestVersion,
  versionOf,
} from './input-source.ts';

/** The version of every input of the flake, by name. */
export type Versions = ReadonlyMap<string, number>;

/** Writes nodes in the order and under the keys that Nix gives them: depth first, a number for a second of one name. */
const createNodes = () => {
  const nodes = new Map<string, LockNode>();
  const keyFor = (name: string): string => {
    let key = name;
    for (let number = 2; nodes.has(key); number += 1) key = `${name}_${number}`;
    return key;
  };
  const add = (name: string, input: NestedInput): InputEdge => {
    if ('follows' in input) return input.follows;
    const key = keyFor(name);
    nodes.set(key, {});
    const { inputs, ...rest } = input;
    nodes.set(key, inputs === undefined ? rest : { ...rest, inputs: addAll(inputs) });
    return key;
  };
  const addAll = (inputs: Readonly<Record<string, NestedInput>>): Record<string, InputEdge> => {
    const edges: Record<string, InputEdge> = {};
    for (const name of Object.keys(inputs).sort()) {
      const input = inputs[name];
      if (input !== undefined) edges[name] = add(name, input);
    }
    return edges;
  };
  return { nodes, addAll };
};

export interface DemoLocks {
  readonly sources: readonly InputSource[];
  /** All inputs as they were after the update with this number. */
  versionsAt(update: number): Versions;
  /** The revision that an input has at one of its versions. */
  revision(input: string, version: number): string;
  /** The locked reference that an input has at one of its versions. */
  locked(source: InputSource | undefined, version: number): Attributes;
  /** Text of the lock with these versions. */
  write(versions: Versions): string;
  /** Versions of the inputs in a lock; an input that is not known counts as its newest. Null for no lock. */
  read(text: string): Versions | null;
}

export const createDemoLocks = (now: number): DemoLocks => {
  const sources = inputSources(now);
  const written = new Map<string, string>();
  const revisions = new Map<string, number>();
  let lastRead: { readonly text: string; readonly versions: Versions } | undefined;
  const byVersion = new Map<string, string>();
  for (const source of sources)
    for (let version = newestVersion; version >= 0; version -= 1) {
      const { rev } = versionOf(now, source, version);
      revisions.set(`${source.name} ${rev}`, canonicalVersion(source, version));
      byVersion.set(`${source.name} ${version}`, rev);
    }

  const rootInput = (source: InputSource, version: number): NestedInput => ({
    original: source.original,
    locked: source.locked(versionOf(now, source, version)),
    ...(source.flake === false ? { flake: false as const } : {}),
    ...(source.nested === undefined
      ? {}
      : { inputs: source.nested(version, (name, days) => lockedAt(now, name, days)) }),
  });

  return {
    sources,
    versionsAt: (update) =>
      new Map(sources.map((source) => [source.name, canonicalVersion(source, update)])),
    revision: (input, version) => byVersion.get(`${input} ${version}`) ?? '',
    locked: (source, version) => source?.locked(versionOf(now, source, version)) ?? {},
    write: (versions) => {
      const key = sources.map(({ name }) => versions.get(name) ?? 0).join(' ');
      const known = written.get(key);
      if (known !== undefined) return known;
      const { nodes, addAll } = createNodes();
      nodes.set('root', {});
      const inputs = Object.fromEntries(
        sources.map((source) => [source.name, rootInput(source, versions.get(source.name) ?? 0)]),
      );
      nodes.set('root', { inputs: addAll(inputs) });
      const text = writeFlakeLock({ version: 7, root: 'root', nodes });
      written.set(key, text);
      return text;
    },
    read: (text) => {
      if (lastRead?.text === text) return lastRead.versions;
      const lock = parseFlakeLock(text, 'flake.lock');
      if (!lock.ok) return null;
      const { nodes, root } = lock.value;
      const edges = nodes.get(root)?.inputs ?? {};
      const versions = new Map(
        sources.map(({ name }): [string, number] => {
          const edge = edges[name];
          const rev = typeof edge === 'string' ? nodes.get(edge)?.locked?.['rev'] : undefined;
          return [name, revisions.get(`${name} ${String(rev)}`) ?? newestVersion];
        }),
      );
      lastRead = { text, versions };
      return versions;
    },
  };
};
