import type { Call } from '../process/process.ts';
import type { DemoRepository, StoredCommit, Tree } from './repository.ts';

export type GitAnswer = (call: Call, args: readonly string[]) => number | Promise<number>;

export const refuse = (call: Call, text: string, status = 128): number => {
  call.say(`fatal: ${text}`);
  return status;
};

/** Paths behind the `--` of a command. */
export const namedPaths = (args: readonly string[]): readonly string[] => {
  const at = args.indexOf('--');
  return at === -1 ? [] : args.slice(at + 1);
};

export const changedPaths = (old: Tree, now: Tree): readonly string[] =>
  [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => old.get(path) !== now.get(path))
    .sort();

export const committedTree = (repository: DemoRepository): Tree => {
  const head = repository.resolve('HEAD');
  return head === undefined ? new Map() : repository.treeOf(head);
};

/** The commit that a word of a command names; said where there is none. */
export const resolveCommit = (
  repository: DemoRepository,
  call: Call,
  name: string,
): StoredCommit | null => {
  const commit = repository.resolve(name.replace(/\^\{(?:commit|tree)?\}$/, ''));
  if (commit === undefined) refuse(call, 'Needed a single revision');
  return commit ?? null;
};

/** Takes paths as they are in the working folder into a tree. */
export const addPaths = async (
  repository: DemoRepository,
  tree: Map<string, string>,
  paths: readonly string[],
): Promise<void> => {
  const working = await repository.workingTree();
  for (const path of paths) {
    const text = working.get(path);
    if (text === undefined) tree.delete(path);
    else tree.set(path, text);
  }
};

/** The commands of git that change the repository, its files or the remote. */
export const gitChanges = (
  repository: DemoRepository,
  remoteUrl: string,
  now: () => number,
): Readonly<Record<string, GitAnswer>> => {
  const committed = (): Tree => committedTree(repository);
  const seconds = (): number => Math.floor(now() / 1000);
  return {
    commit: async (call, args) => {
      const tree = new Map(committed());
      await addPaths(repository, tree, namedPaths(args));
      if (repository.hashOf(tree) === repository.hashOf(committed())) {
        call.print('nothing to commit, working tree clean\n');
        return 1;
      }
      await call.sleep(120);
      const subject = call.input.split('\n')[0] ?? '';
      repository.add({ subject, tree, at: seconds() });
      return 0;
    },
    push: async (call, args) => {
      await call.sleep(900);
      call.say(`To ${remoteUrl}`);
      const { head, remote } = { head: repository.head(), remote: repository.remote() };
      if (head === remote) {
        call.say('Everything up-to-date');
        return 0;
      }
      call.say(
        `   ${remote.slice(0, 7)}..${head.slice(0, 7)}  ${repository.branch} -> ${repository.branch}`,
      );
      if (!args.includes('--dry-run')) repository.push();
      return 0;
    },
  };
};
