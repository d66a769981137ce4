import type { FlakeLock } from './lock.ts';
import { lockedOf, nodeAt, textOf } from './lock-attributes.ts';
import { listInputs, showPath } from './paths.ts';
import { repositoryOf } from './source.ts';

/** A repository that a lock holds more than once, and what letting inputs follow would save. */
export interface InputCopies {
  /** `owner/repo`, in lower case. */
  readonly source: string;
  /** A path of each copy, the shortest where the lock shares one; what follows has none. */
  readonly paths: readonly string[];
  /** How many different revisions these are: each is fetched and evaluated. */
  readonly revisions: number;
  /** Lines for `flake.nix` that let nested copies follow the flake's own, or the first nested one where it has none. */
  readonly follows: readonly string[];
  /** Copies that these lines save, and revisions that nothing would use any more. */
  readonly savedCopies: number;
  readonly savedRevisions: number;
}

/** One node of the lock; where the lock shares it, it stands at several paths. */
interface Copy {
  /** The shortest first. */
  readonly paths: (readonly string[])[];
  readonly revision: string;
}

/** `inputs.stylix.inputs.nixpkgs.follows = "nixpkgs";` */
const followsLine = (path: readonly string[], target: string): string =>
  `${path.map((name) => `inputs.${name}`).join('.')}.follows = "${target}";`;

const firstPath = ({ paths: [path = []] }: Copy): readonly string[] => path;

const isOwn = (copy: Copy): boolean => firstPath(copy).length === 1;

const byLength = (left: readonly string[], right: readonly string[]): number =>
  left.length - right.length || (showPath(left) < showPath(right) ? -1 : 1);

const inOrder = (copy: Copy): Copy => ({ ...copy, paths: copy.paths.toSorted(byLength) });

const byFirstPath = (left: Copy, right: Copy): number =>
  byLength(firstPath(left), firstPath(right));

const describe = (source: string, found: readonly Copy[]): InputCopies => {
  const copies = found.toSorted(byFirstPath);
  const own = copies.filter(isOwn);
  const [, name = ''] = source.split('/');
  // Without one of the flake's own, one that an input brings along is followed.
  const target = own.find((copy) => firstPath(copy)[0] === name) ?? copies[0];
  const others = copies.filter((copy) => copy !== target && !isOwn(copy));
  const kept = new Set(
    copies.filter((copy) => !others.includes(copy)).map(({ revision }) => revision),
  );
  const lost = new Set(others.map(({ revision }) => revision).filter((one) => !kept.has(one)));
  const followed = target === undefined ? '' : showPath(firstPath(target));
  return {
    source,
    paths: copies.map((copy) => showPath(firstPath(copy))).sort(),
    revisions: new Set(copies.map(({ revision }) => revision)).size,
    follows: others.flatMap(({ paths }) => paths.map((path) => followsLine(path, followed))).sort(),
    savedCopies: others.length,
    savedRevisions: lost.size,
  };
};

/**
 * Repositories that the lock holds more than once, most copies first. The same
 * one as an archive and from a forge counts as one. Two of the flake's own
 * inputs are two on purpose: only nested ones are advised to follow.
 */
export const inputCopies = (lock: FlakeLock): readonly InputCopies[] => {
  const found = new Map<string, Map<string, Copy>>();
  for (const { path, edge } of listInputs(lock)) {
    const node = typeof edge === 'string' ? nodeAt(lock, edge) : undefined;
    const repository = node === undefined ? null : repositoryOf(lockedOf(node));
    if (typeof edge !== 'string' || node === undefined || repository === null) continue;
    const source = `${repository.owner}/${repository.repo}`.toLowerCase();
    const copies = found.get(source) ?? new Map<string, Copy>();
    found.set(source, copies);
    const copy = copies.get(edge);
    if (copy === undefined)
      copies.set(edge, { paths: [path], revision: textOf(lockedOf(node), 'rev') ?? '' });
    else copy.paths.push(path);
  }
  return [...found]
    .filter(([, copies]) => copies.size > 1)
    .map(([source, copies]) => describe(source, [...copies.values()].map(inOrder)))
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
