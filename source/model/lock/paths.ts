import type { FlakeLock, InputEdge, InputPath } from './lock.ts';
import { inputEdge, inputNames, nodeAt } from './lock-attributes.ts';

export const showPath = (path: InputPath): string => path.join('/');

/** `a/…/d` of a path that is too long for its column: the ends say which input it is. */
export const shortPath = (path: string, cells: number): string => {
  if (path.length <= cells) return path;
  const names = path.split('/');
  const [first = ''] = names;
  let tail = names.at(-1) ?? '';
  for (let index = names.length - 2; index > 0; index -= 1) {
    const longer = `${names[index]}/${tail}`;
    if (first.length + longer.length + 3 > cells) break;
    tail = longer;
  }
  const short = `${first}/…/${tail}`;
  return short.length <= cells ? short : `…/${tail}`;
};

const readPath = (path: string): InputPath => (path === '' ? [] : path.split('/'));

/** The input of the flake itself that a path begins with. */
export const rootOf = (path: string): string => path.split('/', 1)[0] ?? path;

/** More follows than any real lock chains; beyond it they go in a circle. */
const longestChain = 1_000;

/** Inputs opened at each of their paths; in a lock with more, a shared node is opened once more at most. */
export const mostPaths = 20_000;

interface Resolved {
  readonly key: string;
  /** The path that reaches the node without any follows. */
  readonly path: InputPath;
  /** Where follows were taken on the way, nearest first. */
  readonly through: readonly string[];
}

/** Walks a path from the root through follows; null when it leads nowhere or in a circle. */
export const resolvePath = (lock: FlakeLock, wanted: InputPath): Resolved | null => {
  const through: string[] = [];
  let key = lock.root;
  let path: string[] = [];
  let rest: readonly string[] = wanted;
  let index = 0;
  while (index < rest.length) {
    const name = rest[index] ?? '';
    const node = nodeAt(lock, key);
    const edge = node === undefined ? undefined : inputEdge(node, name);
    if (edge === undefined) return null;
    if (typeof edge === 'string') {
      key = edge;
      path.push(name);
      index += 1;
      continue;
    }
    through.push(showPath([...path, name]));
    if (through.length > longestChain) return null;
    rest = [...edge, ...rest.slice(index + 1)];
    index = 0;
    key = lock.root;
    path = [];
  }
  return { key, path, through };
};

/**
 * The names in a joined path, as this lock has them: Nix 2.8 locks an input `"a/b"`, whose
 * name itself holds the slash; later ones refuse it. Where both are there, the longer name is meant. Split
 * at each slash where the lock has no such path.
 */
export const pathIn = (lock: FlakeLock, joined: string): InputPath => {
  const parts = readPath(joined);
  const below = (key: string, from: number): InputPath | null => {
    if (from === parts.length) return [];
    const node = nodeAt(lock, key);
    for (let to = parts.length; node !== undefined && to > from; to -= 1) {
      const name = parts.slice(from, to).join('/');
      const edge = inputEdge(node, name);
      if (edge === undefined) continue;
      const next = typeof edge === 'string' ? edge : resolvePath(lock, edge)?.key;
      const rest = to === parts.length ? [] : next === undefined ? null : below(next, to);
      if (rest !== null) return [name, ...rest];
    }
    return null;
  };
  return below(lock.root, 0) ?? parts;
};

/** A node on the way down. Paths are put together only where somebody wants one. */
interface Opened {
  readonly key: string;
  readonly name: string;
  readonly above: Opened | null;
}

const isAbove = (opened: Opened, key: string): boolean => {
  for (let one: Opened | null = opened; one !== null; one = one.above)
    if (one.key === key) return true;
  return false;
};

const pathOf = (start: InputPath, opened: Opened, name: string): InputPath => {
  const names = [name];
  for (let one = opened; one.above !== null; one = one.above) names.push(one.name);
  return start.concat(names.reverse());
};

interface ListedInput {
  readonly path: InputPath;
  readonly edge: InputEdge;
}

/**
 * The input paths of a lock below `from` (default: all), parents before
 * children, circles entered once; only the edges that `isWanted` asks for.
 */
export const listInputs = (
  lock: FlakeLock,
  from?: Resolved,
  isWanted: (edge: InputEdge) => boolean = () => true,
): readonly ListedInput[] => {
  const start = from?.path ?? [];
  const listed: ListedInput[] = [];
  const again = new Set<string>();
  let looked = 0;
  const stack: Opened[] = [{ key: from?.key ?? lock.root, name: '', above: null }];
  for (let opened = stack.pop(); opened !== undefined; opened = stack.pop()) {
    const node = nodeAt(lock, opened.key);
    if (node === undefined) continue;
    if (looked > mostPaths) {
      if (again.has(opened.key)) continue;
      again.add(opened.key);
    }
    for (const name of inputNames(node)) {
      const edge = inputEdge(node, name);
      if (edge === undefined) continue;
      looked += 1;
      if (isWanted(edge)) listed.push({ path: pathOf(start, opened, name), edge });
      if (typeof edge === 'string' && !isAbove(opened, edge))
        stack.push({ key: edge, name, above: opened });
    }
  }
  return listed;
};
