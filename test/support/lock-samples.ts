import { createHash } from 'node:crypto';
import type {
  Attributes,
  AttributeValue,
  FlakeLock,
  InputEdge,
  LockNode,
} from '../../source/model/lock/lock.ts';
import { nameNodes } from '../../source/model/lock/lock-names.ts';

/** An input as a test writes it down: follows as a path, or a reference with inputs of its own. */
export type Sample =
  | readonly string[]
  | {
      readonly original?: Attributes;
      readonly locked?: Attributes;
      readonly flake?: boolean;
      readonly parent?: readonly string[];
      readonly inputs?: Readonly<Record<string, Sample>>;
    };

/** A full revision that is always the same for a seed. */
export const revision = (seed: string): string => createHash('sha1').update(seed).digest('hex');

export const day = 86_400;
export const someDay = 1_764_000_000;

/** A github input, with what a test does not care about filled in. */
export const github = (
  source: string,
  rev: string,
  more: {
    readonly ref?: string;
    readonly at?: number;
    readonly locked?: Attributes;
    readonly original?: Attributes;
    readonly inputs?: Readonly<Record<string, Sample>>;
    readonly flake?: boolean;
  } = {},
): Exclude<Sample, readonly string[]> => {
  const [owner = '', repo = ''] = source.split('/');
  const original: Record<string, AttributeValue> = {
    owner,
    repo,
    type: 'github',
    ...more.original,
  };
  if (more.ref !== undefined) original['ref'] = more.ref;
  return {
    original,
    locked: {
      lastModified: more.at ?? someDay,
      narHash: `sha256-${rev}`,
      owner,
      repo,
      rev: revision(rev),
      type: 'github',
      ...more.locked,
    },
    ...(more.inputs === undefined ? {} : { inputs: more.inputs }),
    ...(more.flake === undefined ? {} : { flake: more.flake }),
  };
};

const addNode = (
  nodes: Map<string, LockNode>,
  sample: Exclude<Sample, readonly string[]>,
): string => {
  const key = `n${nodes.size}`;
  nodes.set(key, {});
  const { inputs, ...node } = sample;
  const edges = Object.entries(inputs ?? {}).map(([name, child]): [string, InputEdge] => [
    name,
    isPath(child) ? child : addNode(nodes, child),
  ]);
  nodes.set(key, edges.length === 0 ? node : { ...node, inputs: Object.fromEntries(edges) });
  return key;
};

const isPath = (sample: Sample): sample is readonly string[] => Array.isArray(sample);

/** A lock with these root inputs, keys given as Nix gives them. */
export const lockOf = (inputs: Readonly<Record<string, Sample>>): FlakeLock => {
  const nodes = new Map<string, LockNode>();
  const root = addNode(nodes, { inputs });
  return nameNodes({ version: 7, root, nodes });
};
