import { branchName } from '../../model/lock/branch.ts';

/**
 * The revision of a branch, a tag, or HEAD (null) in the answer of `git ls-remote`; for an
 * annotated tag that of its commit. Null when the remote has no such ref.
 */
export const parseLsRemote = (text: string, ref: string | null): string | null => {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, hash, name] = /^([0-9a-f]{40}|[0-9a-f]{64})\t(\S+)$/.exec(line) ?? [];
    if (hash !== undefined && name !== undefined) found.set(name, hash);
  }
  if (ref === null) return found.get('HEAD') ?? null;
  const name = branchName(ref);
  return (
    found.get(`refs/heads/${name}`) ??
    found.get(`refs/tags/${name}^{}`) ??
    found.get(`refs/tags/${name}`) ??
    found.get(`${ref}^{}`) ??
    found.get(ref) ??
    null
  );
};
