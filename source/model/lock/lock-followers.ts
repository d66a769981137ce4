import type { FlakeLock, InputPath } from './lock.ts';
import { listInputs, resolvePath, showPath } from './paths.ts';

/** The paths that follow an input, directly or through others, sorted. */
type Followers = (path: string) => readonly string[];

/** Where an edge leads, through every follows on its way. */
const targetsOf = (lock: FlakeLock, edge: InputPath): readonly string[] => {
  const resolved = resolvePath(lock, edge);
  return resolved === null ? [] : [...new Set([...resolved.through, showPath(resolved.path)])];
};

/** Who follows these inputs. In large locks thousands follow the same few, most of which stay. */
export const followersOf = (lock: FlakeLock, wanted: ReadonlySet<string>): Followers => {
  const known = new Map<string, readonly string[]>();
  const wantedTargets = (edge: InputPath): readonly string[] => {
    const [only = ''] = edge;
    const name = edge.length === 1 ? only : showPath(edge);
    let targets = known.get(name);
    if (targets === undefined) {
      targets = targetsOf(lock, edge).filter((target) => wanted.has(target));
      known.set(name, targets);
    }
    return targets;
  };
  const found = new Map<string, string[]>();
  const isWanted = (edge: string | InputPath): boolean =>
    typeof edge !== 'string' && wantedTargets(edge).length > 0;
  for (const { path, edge } of listInputs(lock, undefined, isWanted)) {
    if (typeof edge === 'string') continue;
    for (const target of wantedTargets(edge)) {
      const followers = found.get(target);
      if (followers === undefined) found.set(target, [showPath(path)]);
      else followers.push(showPath(path));
    }
  }
  for (const followers of found.values()) followers.sort();
  return (path) => found.get(path) ?? [];
};
