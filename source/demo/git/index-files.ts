import type { Call, DemoProgram } from '../process/process.ts';
import { addPaths, committedTree, type GitAnswer, namedPaths } from './changes.ts';
import type { DemoRepository } from './repository.ts';

/** What works on an index of its own: the file that `GIT_INDEX_FILE` names. */
export const createIndexFiles = (
  repository: DemoRepository,
): { readonly answers: Readonly<Record<string, GitAnswer>>; readonly cp: DemoProgram } => {
  const indexes = new Map<string, Map<string, string>>();
  const fileOf = (call: Call): string => call.command.env?.['GIT_INDEX_FILE'] ?? '';
  const indexOf = (call: Call): Map<string, string> => {
    const file = fileOf(call);
    const index = indexes.get(file) ?? new Map();
    if (file !== '') indexes.set(file, index);
    return index;
  };
  const answers: Readonly<Record<string, GitAnswer>> = {
    add: async (call, args) => {
      const index = indexOf(call);
      const paths = args.includes('--update') ? [...index.keys()] : namedPaths(args);
      await addPaths(repository, index, paths);
      return 0;
    },
    'update-index': async (call) => {
      await addPaths(
        repository,
        indexOf(call),
        call.input.split('\0').filter((path) => path !== ''),
      );
      return 0;
    },
    'read-tree': (call, args) => {
      const index = indexOf(call);
      index.clear();
      const tree = repository.treeByHash(args.at(-1) ?? '') ?? committedTree(repository);
      for (const [path, text] of tree) index.set(path, text);
      return 0;
    },
    'checkout-index': async (call, args) => {
      const prefix = args.find((arg) => arg.startsWith('--prefix='))?.slice('--prefix='.length);
      await repository.layOut((prefix ?? repository.root).replace(/\/$/, ''), indexOf(call));
      return 0;
    },
    'write-tree': (call) => {
      call.print(`${repository.hashOf(new Map(indexOf(call)))}\n`);
      indexes.delete(fileOf(call));
      return 0;
    },
  };
  return {
    answers,
    cp: (call) => {
      indexes.set(call.args.at(-1) ?? '', new Map(committedTree(repository)));
      return 0;
    },
  };
};
