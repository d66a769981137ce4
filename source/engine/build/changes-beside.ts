import type { BesideLock } from '../../model/causes/beside-lock.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import { redact } from '../../parsers/redact.ts';
import type { EngineContext } from '../run/context.ts';

/** Of a cause, what else changed since its hosts were built for the last time. */
export type ChangesBeside = (hosts: readonly string[]) => BesideLock;

const unknown: BesideLock = { kind: 'unknown' };

const mostCommits = 3;

const own = (prefix: string): ReadonlySet<string> =>
  new Set([`${prefix}flake.lock`, `${prefix}nixup.toml`]);

/** As git takes it in the flake's folder, which may lie below the repository. */
const inFlake = (path: string, prefix: string): string =>
  path.startsWith(prefix) ? path.slice(prefix.length) : `:/${path}`;

interface Base {
  readonly since: 'test' | 'commit';
  readonly tree: string;
  /** The commit of that tree; null where it was never committed. */
  readonly commit: string | null;
}

const compare = async (
  { git, state }: EngineContext,
  { since, tree, commit }: Base,
): Promise<BesideLock> => {
  const facts = state().git;
  const sources = await git.sourcesOf(tree);
  if (facts === null || facts.sources === null || sources === null) return unknown;
  // What is not committed is known; what was committed since a test that nobody recorded is not.
  if (sources === facts.sources) return since === 'test' ? { kind: 'nothing' } : unknown;
  const place = await git.place();
  if (!place.ok) return unknown;
  const { prefix } = place.value;
  const apart = own(prefix);
  const changed = await git.changedPaths(tree, facts.tree);
  const others = changed.filter((path) => !apart.has(path));
  // What is written for people counts only where nothing else changed: then a Nix file reads it.
  const forNix = others.filter((path) => !/\.md$/i.test(path));
  const paths = forNix.length > 0 ? forNix : others;
  if (paths.length === 0) return unknown;
  const commits = commit === null ? [] : await git.commitsOf(commit, paths, mostCommits);
  return {
    kind: 'changed',
    since,
    tree,
    files: paths.map((path) => cleanLine(inFlake(path, prefix))),
    commits: commits.map((one) => redact(cleanLine(one))),
  };
};

/** Asks git what changed beside the lock since each host was built for the last time; a few trees are compared, each once. */
export const changesBeside = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  tree: string | null,
): Promise<ChangesBeside> => {
  if (tree === null) return () => unknown;
  const { git, records } = context;
  const built = records.lastBuilt(tree);
  const trees = new Set(entries.map(({ name }) => built.get(name)?.tree ?? null));
  const commits = await git.commitsByTree();
  const head = trees.has(null) ? await git.treeAt('HEAD') : null;
  const compared = new Map<string | null, BesideLock>();
  for (const one of trees) {
    const base = one ?? head;
    if (base === null) continue;
    const since = one === null ? 'commit' : 'test';
    compared.set(
      one,
      await compare(context, { since, tree: base, commit: commits.get(base) ?? null }),
    );
  }
  return ([host]) =>
    (host === undefined ? undefined : compared.get(built.get(host)?.tree ?? null)) ?? unknown;
};
