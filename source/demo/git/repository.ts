import type { DemoFiles } from '../process/files.ts';
import { revisionFor } from '../process/hash.ts';

/** Text by path below the root. */
export type Tree = ReadonlyMap<string, string>;

export interface StoredCommit {
  readonly revision: string;
  readonly tree: string;
  readonly parent: string | null;
  readonly subject: string;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** A commit of the embedded history; its tree is made when it is looked at. */
export interface FirstCommit {
  readonly subject: string;
  readonly at: number;
  readonly tree: () => Tree;
}

/** Git's repository of the demo: commits, references and the working files. */
export interface Repository {
  readonly root: string;
  readonly branch: string;
  head(): string;
  /** The commit that a name stands for: HEAD, a branch, a remote branch, a revision or its start. */
  resolve(name: string): StoredCommit | undefined;
  treeOf(commit: StoredCommit): Tree;
  hashOf(tree: Tree): string;
  treeByHash(hash: string): Tree | undefined;
  /** Tracked files as they are in the working folder. */
  workingTree(): Promise<Tree>;
  /** Writes files of the working folder. */
  writeWorking(tree: Tree): Promise<void>;
  /** Writes a tree below another folder. */
  layOut(folder: string, tree: Tree): Promise<void>;
  /** The first commit and its parents, newest first. */
  ancestors(commit: StoredCommit): readonly StoredCommit[];
  add(commit: { readonly subject: string; readonly tree: Tree; readonly at: number }): StoredCommit;
  remote(): string;
  push(): void;
}

export const createRepository = (options: {
  readonly root: string;
  readonly files: DemoFiles;
  readonly history: readonly FirstCommit[];
}): Repository => {
  const { root, files, history } = options;
  const commits = new Map<string, StoredCommit>();
  const lazyTrees = new Map<string, () => Tree>();
  const trees = new Map<string, Tree>();
  const hashOf = (tree: Tree): string => {
    const hash = revisionFor(`tree ${JSON.stringify([...tree].sort())}`);
    trees.set(hash, tree);
    return hash;
  };
  let head = '';
  for (const { subject, at, tree } of history) {
    const revision = revisionFor(`commit ${head} ${subject}`);
    let hash: string | undefined;
    const stored: StoredCommit = {
      revision,
      get tree() {
        hash ??= hashOf(tree());
        return hash;
      },
      parent: head === '' ? null : head,
      subject,
      at,
    };
    commits.set(revision, stored);
    lazyTrees.set(revision, tree);
    head = revision;
  }
  let remote = head;
  const branch = 'main';

  const find = (name: string): StoredCommit | undefined => {
    const known = commits.get(name);
    if (known !== undefined || !/^[0-9a-f]{4,40}$/.test(name)) return known;
    return [...commits.values()].find(({ revision }) => revision.startsWith(name));
  };
  const treeOf = (commit: StoredCommit): Tree => {
    const make = lazyTrees.get(commit.revision);
    return make === undefined ? (trees.get(commit.tree) ?? new Map()) : make();
  };

  const layOut = async (folder: string, tree: Tree): Promise<void> => {
    for (const [path, text] of tree) await files.write(`${folder}/${path}`, text);
  };

  return {
    root,
    branch,
    head: () => head,
    resolve: (name) => {
      const steps = /^(.*?)(?:\^|~(\d+))$/.exec(name);
      if (steps !== null) {
        let commit = find(steps[1] === 'HEAD' ? head : (steps[1] ?? ''));
        for (let left = Number(steps[2] ?? 1); left > 0 && commit !== undefined; left -= 1)
          commit = commit.parent === null ? undefined : commits.get(commit.parent);
        return commit;
      }
      if (['HEAD', '@', branch, `refs/heads/${branch}`].includes(name)) return commits.get(head);
      if ([`origin/${branch}`, `refs/remotes/origin/${branch}`, '@{upstream}'].includes(name))
        return commits.get(remote);
      return find(name);
    },
    treeOf,
    hashOf,
    treeByHash: (hash) => trees.get(hash),
    workingTree: async () => {
      const committed = commits.get(head);
      const tree = new Map<string, string>();
      for (const path of committed === undefined ? [] : treeOf(committed).keys()) {
        const text = await files.read(`${root}/${path}`);
        if (text.ok && text.value !== undefined) tree.set(path, text.value);
      }
      return tree;
    },
    writeWorking: (tree) => layOut(root, tree),
    layOut,
    ancestors: (commit) => {
      const found = [commit];
      for (let one = commit; one.parent !== null; ) {
        const parent = commits.get(one.parent);
        if (parent === undefined) break;
        found.push(parent);
        one = parent;
      }
      return found;
    },
    add: ({ subject, tree, at }) => {
      const hash = hashOf(tree);
      const revision = revisionFor(`commit ${head} ${hash} ${subject} ${at}`);
      const commit = { revision, tree: hash, parent: head, subject, at };
      commits.set(revision, commit);
      head = revision;
      return commit;
    },
    remote: () => remote,
    push: () => {
      remote = head;
    },
  };
};
