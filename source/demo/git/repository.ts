import type { Files } from '../../services/world/world.ts';
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
interface FirstCommit {
  readonly subject: string;
  readonly at: number;
  readonly tree: () => Tree;
}

/** Git's repository of the demo: commits, references and the working files. */
export interface DemoRepository {
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
  /** Writes a tree below another folder. */
  layOut(folder: string, tree: Tree): Promise<void>;
  /** The first commit and its parents, newest first. */
  ancestors(commit: StoredCommit): readonly StoredCommit[];
  add(commit: { readonly subject: string; readonly tree: Tree; readonly at: number }): StoredCommit;
  remote(): string;
  push(): void;
}

/** Commits and trees by their names, as git's object store holds them. */
interface Objects {
  hashOf(tree: Tree): string;
  treeByHash(hash: string): Tree | undefined;
  treeOf(commit: StoredCommit): Tree;
  /** A commit by its whole revision. */
  get(revision: string): StoredCommit | undefined;
  /** A commit by its revision or the start of it. */
  find(name: string): StoredCommit | undefined;
  add(commit: StoredCommit): void;
  /** A commit of the embedded history, after `parent`; answers its revision. */
  addFirst(first: FirstCommit, parent: string): string;
}

const createObjects = (): Objects => {
  const commits = new Map<string, StoredCommit>();
  const lazyTrees = new Map<string, () => Tree>();
  const trees = new Map<string, Tree>();
  const hashOf = (tree: Tree): string => {
    const hash = revisionFor(`tree ${JSON.stringify([...tree].sort())}`);
    trees.set(hash, tree);
    return hash;
  };
  return {
    hashOf,
    treeByHash: (hash) => trees.get(hash),
    treeOf: (commit) => {
      const make = lazyTrees.get(commit.revision);
      return make === undefined ? (trees.get(commit.tree) ?? new Map()) : make();
    },
    get: (revision) => commits.get(revision),
    find: (name) => {
      const known = commits.get(name);
      if (known !== undefined || !/^[0-9a-f]{4,40}$/.test(name)) return known;
      return [...commits.values()].find(({ revision }) => revision.startsWith(name));
    },
    add: (commit) => {
      commits.set(commit.revision, commit);
    },
    addFirst: ({ subject, at, tree }, parent) => {
      const revision = revisionFor(`commit ${parent} ${subject}`);
      let hash: string | undefined;
      commits.set(revision, {
        revision,
        get tree() {
          hash ??= hashOf(tree());
          return hash;
        },
        parent: parent === '' ? null : parent,
        subject,
        at,
      });
      lazyTrees.set(revision, tree);
      return revision;
    },
  };
};

// Over 60 lines: the methods of `Repository`, a few lines each, over one head and one remote.
export const createRepository = (options: {
  readonly root: string;
  readonly files: Files;
  readonly history: readonly FirstCommit[];
}): DemoRepository => {
  const { root, files, history } = options;
  const objects = createObjects();
  let head = '';
  for (const first of history) head = objects.addFirst(first, head);
  let remote = head;
  const branch = 'main';

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
        let commit = objects.find(steps[1] === 'HEAD' ? head : (steps[1] ?? ''));
        for (let left = Number(steps[2] ?? 1); left > 0 && commit !== undefined; left -= 1)
          commit = commit.parent === null ? undefined : objects.get(commit.parent);
        return commit;
      }
      if (['HEAD', '@', branch, `refs/heads/${branch}`].includes(name)) return objects.get(head);
      if ([`origin/${branch}`, `refs/remotes/origin/${branch}`, '@{upstream}'].includes(name))
        return objects.get(remote);
      return objects.find(name);
    },
    treeOf: objects.treeOf,
    hashOf: objects.hashOf,
    treeByHash: objects.treeByHash,
    workingTree: async () => {
      const committed = objects.get(head);
      const tree = new Map<string, string>();
      for (const path of committed === undefined ? [] : objects.treeOf(committed).keys()) {
        const text = await files.read(`${root}/${path}`);
        if (text.ok && text.value !== undefined) tree.set(path, text.value);
      }
      return tree;
    },
    layOut,
    ancestors: (commit) => {
      const found = [commit];
      for (let one = commit; one.parent !== null; ) {
        const parent = objects.get(one.parent);
        if (parent === undefined) break;
        found.push(parent);
        one = parent;
      }
      return found;
    },
    add: ({ subject, tree, at }) => {
      const hash = objects.hashOf(tree);
      const revision = revisionFor(`commit ${head} ${hash} ${subject} ${at}`);
      const commit = { revision, tree: hash, parent: head, subject, at };
      objects.add(commit);
      head = revision;
      return commit;
    },
    remote: () => remote,
    push: () => {
      remote = head;
    },
  };
};
