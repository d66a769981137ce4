import { branchOf } from './branch.ts';
import { type LockChange, rootOfChange } from './change.ts';
import { sourceUrl } from './compare-url.ts';
import type { InputCopies } from './copies.ts';
import { describeAttributes } from './describe.ts';
import type { FlakeLock, LockNode } from './lock.ts';
import {
  dateOf,
  inputEdge,
  inputNames,
  lockedOf,
  nodeAt,
  originalOf,
  textOf,
} from './lock-attributes.ts';
import { resolvePath, rootOf, showPath } from './paths.ts';
import { repositoryOf } from './source.ts';

const isNixpkgs = (node: LockNode): boolean => {
  const repository = repositoryOf(lockedOf(node));
  return repository?.owner.toLowerCase() === 'nixos' && repository.repo.toLowerCase() === 'nixpkgs';
};

const factOf = (lock: FlakeLock, name: string): InputFact | null => {
  const edge = inputEdge(nodeAt(lock, lock.root) ?? {}, name);
  if (edge === undefined) return null;
  const resolved = resolvePath(lock, [name]);
  const node = (resolved === null ? undefined : nodeAt(lock, resolved.key)) ?? {};
  const locked = lockedOf(node);
  return {
    name,
    type: textOf(locked, 'type') ?? textOf(originalOf(node), 'type') ?? 'unknown',
    lastModified: dateOf(locked) ?? null,
    revision: textOf(locked, 'rev') ?? null,
    branch: branchOf(node),
    source: describeAttributes(node.original ?? locked),
    link: sourceUrl(locked),
    pinned: textOf(originalOf(node), 'rev') !== undefined,
    follows: typeof edge === 'string' ? null : showPath(edge),
  };
};

/** The inputs of the flake itself, by name. One that follows shows what it follows. */
export const inputFacts = (lock: FlakeLock): readonly InputFact[] =>
  inputNames(nodeAt(lock, lock.root) ?? {})
    .map((name) => factOf(lock, name))
    .filter((fact) => fact !== null);

export interface Headline {
  readonly name: string;
  readonly branch: string | null;
  /** Seconds since the epoch; null where the lock has none. */
  readonly lastModified: number | null;
}

/**
 * The nixpkgs that the flake itself uses: its input `nixpkgs`, else the first
 * input that comes from that repository. Never by node key: that is often
 * another input's nixpkgs. Null when there is none.
 */
export const headlineInput = (lock: FlakeLock): Headline | null => {
  const facts = inputFacts(lock);
  const fact =
    facts.find((one) => one.name === 'nixpkgs') ??
    facts.find((one) => {
      const resolved = resolvePath(lock, [one.name]);
      const node = resolved === null ? undefined : nodeAt(lock, resolved.key);
      return node !== undefined && isNixpkgs(node);
    });
  return fact === undefined
    ? null
    : { name: fact.name, branch: fact.branch, lastModified: fact.lastModified };
};

/** A root input as the lock view lists it, changed or not. */
export interface InputFact {
  readonly name: string;
  readonly type: string;
  /** Seconds since the epoch; null where the lock has none. */
  readonly lastModified: number | null;
  readonly revision: string | null;
  readonly branch: string | null;
  /** What `flake.nix` asks for, in one line. */
  readonly source: string;
  /** Web page of its repository; null where none is known. */
  readonly link: string | null;
  readonly pinned: boolean;
  readonly follows: string | null;
}

/** What is known of the lock file: HEAD's against the working tree's. */
export type LockFacts =
  /** `needsNone`: the flake has no inputs, and Nix writes no lock for it. */
  | { readonly kind: 'absent'; readonly needsNone?: true }
  | {
      readonly kind: 'unreadable';
      readonly detail: string;
      readonly line: number | null;
      readonly raw: string;
      readonly oldText?: string;
      /** HEAD has a lock that can be read: it can be restored. */
      readonly isCommitted: boolean;
    }
  | {
      readonly kind: 'read';
      /** Hash of the working tree's lock file. */
      readonly fingerprint: string;
      /** Why it could not be compared, so that `changes` is empty; absent where it was compared. */
      readonly uncompared?: string;
      readonly changes: readonly LockChange[];
      readonly inputs: readonly InputFact[];
      /** Repositories that the new lock holds more than once. */
      readonly copies: readonly InputCopies[];
      readonly headline: {
        readonly name: string;
        readonly branch: string | null;
        readonly lastModified: number | null;
      } | null;
      readonly oldText: string;
      readonly newText: string;
    };

/**
 * The fingerprint of the lock that tests, deploys and pending hosts belong to; null where no lock
 * can be read.
 */
export const fingerprintOf = (lock: LockFacts): string | null =>
  lock.kind === 'read' ? lock.fingerprint : null;

/** The input of the flake itself that a row of the lock belongs to, by the path of the row. */
export const rootIn = (lock: LockFacts, path: string): string => {
  if (lock.kind !== 'read') return rootOf(path);
  const change = lock.changes.find((one) => one.path === path);
  if (change !== undefined) return rootOfChange(change);
  return lock.inputs.some(({ name }) => name === path) ? path : rootOf(path);
};
