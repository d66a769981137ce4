import type { FlakeLock } from './lock.ts';
import { lockedOf, nodeAt, textOf } from './lock-attributes.ts';
import { listInputs, showPath } from './lock-paths.ts';
import { repositoryOf } from './lock-source.ts';

/** A repository that a lock holds more than once, and what letting inputs follow would save. */
export interface InputCopies {
  /** `owner/repo`, in lower case. */
  readonly source: string;
  /** Paths that have a copy of their own, that is, do not follow. */
  readonly paths: readonly string[];
  /** How many different revisions these are: each is fetched and evaluated. */
  readonly revisions: number;
  /** Lines for `flake.nix` that let nested copies follow the flake's own; empty where it has none. */
  readonly follows: readonly string[];
  /** Copies that these lines save, and revisions that nothing would use any more. */
  readonly savedCopies: number;
  readonly savedRevisions: number;
}

interface Copy {
  readonly path: readonly string[];
  readonly revision: string;
}

/** `inputs.stylix.inputs.nixpkgs.follows = "nixpkgs";` */
const followsLine = (path: readonly string[], target: string): string =>
  `${path.map((name) => `inputs.${name}`).join('.')}.follows = "${target}";`;

const describe = (source: string, copies: readonly Copy[]): InputCopies => {
  const own = copies.filter(({ path }) => path.length === 1);
  const nested = copies.filter(({ path }) => path.length > 1);
  const [, name = ''] = source.split('/');
  const target = own.find(({ path }) => path[0] === name) ?? own[0];
  const kept = new Set(own.map(({ revision }) => revision));
  const lost = new Set(nested.map(({ revision }) => revision).filter((one) => !kept.has(one)));
  return {
    source,
    paths: copies.map(({ path }) => showPath(path)).sort(),
    revisions: new Set(copies.map(({ revision }) => revision)).size,
    follows:
      target === undefined
        ? []
        : nested.map(({ path }) => followsLine(path, showPath(target.path))).sort(),
    savedCopies: target === undefined ? 0 : nested.length,
    savedRevisions: target === undefined ? 0 : lost.size,
  };
};

/**
 * Repositories that the lock holds more than once, most copies first. The same
 * one as an archive and from a forge counts as one. Two of the flake's own
 * inputs are two on purpose: only nested ones are advised to follow.
 */
export const inputCopies = (lock: FlakeLock): readonly InputCopies[] => {
  const found = new Map<string, Copy[]>();
  for (const { path, edge } of listInputs(lock)) {
    const node = typeof edge === 'string' ? nodeAt(lock, edge) : undefined;
    const repository = node === undefined ? null : repositoryOf(lockedOf(node));
    if (node === undefined || repository === null) continue;
    const source = `${repository.owner}/${repository.repo}`.toLowerCase();
    const copy = { path, revision: textOf(lockedOf(node), 'rev') ?? '' };
    const copies = found.get(source);
    if (copies === undefined) found.set(source, [copy]);
    else copies.push(copy);
  }
  return [...found]
    .filter(([, copies]) => copies.length > 1)
    .map(([source, copies]) => describe(source, copies))
    .sort(
      (left, right) =>
        right.paths.length - left.paths.length || (left.source < right.source ? -1 : 1),
    );
};

/** `nixpkgs 5 times (3 revisions); following would save 4 copies, 2 revisions`. */
export const copiesSentence = (copies: InputCopies): string => {
  const { source, paths, revisions, savedCopies, savedRevisions } = copies;
  const plural = (count: number, one: string, many: string): string =>
    `${count} ${count === 1 ? one : many}`;
  const head = `${source} ${paths.length} times in ${plural(revisions, 'revision', 'revisions')}`;
  return savedCopies === 0
    ? head
    : `${head}; follows would save ${plural(savedCopies, 'copy', 'copies')} and ${plural(savedRevisions, 'revision', 'revisions')} to fetch and evaluate`;
};

export const nixpkgsSource = 'nixos/nixpkgs';
