import type { Call, Program } from '../process/process.ts';
import {
  addPaths,
  changedPaths,
  committedTree,
  type GitAnswer,
  gitDeeds,
  pathsOf,
  refuse,
  resolveCommit,
} from './deeds.ts';
import type { Repository, Tree } from './repository.ts';

export interface DemoGit {
  readonly git: Program;
  /** `cp`, which git's own index is copied with. */
  readonly cp: Program;
}

export interface DemoGitOptions {
  readonly repository: Repository;
  readonly now: () => number;
  /** Answers for clones of inputs, by their folder. */
  readonly clone: (folder: string, call: Call, args: readonly string[]) => number | null;
  /** What `git ls-remote` prints of the remote of an input. */
  readonly inputRemote: (url: string, ref: string) => string;
}

const ada = 'Ada L. <ada@example.org>';

/** Git as nixup uses it, over the repository in memory. */
export const createDemoGit = ({ repository, now, clone, inputRemote }: DemoGitOptions): DemoGit => {
  /** Indexes of their own, by file: what `GIT_INDEX_FILE` names. */
  const indexes = new Map<string, Map<string, string>>();
  const branchRef = `refs/heads/${repository.branch}`;
  const remoteUrl = 'git@git.example.org:ada/fleet.git';

  const committed = (): Tree => committedTree(repository);
  const indexOf = (call: Call): Map<string, string> => {
    const file = call.command.env?.['GIT_INDEX_FILE'] ?? '';
    const index = indexes.get(file) ?? new Map();
    if (file !== '') indexes.set(file, index);
    return index;
  };
  const resolve = (call: Call, name: string) => resolveCommit(repository, call, name);

  const answers: Readonly<Record<string, GitAnswer>> = {
    ...gitDeeds(repository, remoteUrl, now),
    'rev-parse': (call, args) => {
      if (args.includes('--show-toplevel')) {
        call.print(`${repository.root}\n${repository.root}/.git\n\n`);
        return 0;
      }
      const [revision = '', path] = (args.at(-1) ?? '').split(/:(.*)/s);
      const commit = resolve(call, revision);
      if (commit === null) return args.includes('--quiet') ? 1 : 128;
      if (path !== undefined) {
        const text = repository.treeOf(commit).get(path);
        if (text === undefined) return 1;
        call.print(`${repository.hashOf(new Map([['', text]]))}\n`);
        return 0;
      }
      call.print(`${args.at(-1)?.endsWith('^{tree}') === true ? commit.tree : commit.revision}\n`);
      return 0;
    },
    'symbolic-ref': (call) => {
      call.print(`${branchRef}\n`);
      return 0;
    },
    status: async (call) => {
      const working = await repository.workingTree();
      const ahead = repository.resolve('HEAD');
      const behind = repository.resolve(repository.remote());
      const there = new Set(
        behind === undefined ? [] : repository.ancestors(behind).map(({ revision }) => revision),
      );
      const missing = (ahead === undefined ? [] : repository.ancestors(ahead)).filter(
        ({ revision }) => !there.has(revision),
      );
      const records = [
        `# branch.oid ${repository.head()}`,
        `# branch.head ${repository.branch}`,
        `# branch.upstream origin/${repository.branch}`,
        `# branch.ab +${missing.length} -0`,
        ...changedPaths(committed(), working).map((path) => {
          const [old, fresh] = [committed(), working].map((tree) =>
            repository.hashOf(new Map([['', tree.get(path) ?? '']])),
          );
          return `1 .${working.has(path) ? 'M' : 'D'} N... 100644 100644 100644 ${old} ${fresh} ${path}`;
        }),
      ];
      call.print(records.map((record) => `${record}\0`).join(''));
      return 0;
    },
    'for-each-ref': (call, args) => {
      const revision = args[args.indexOf('--contains') + 1] ?? '';
      if (args.includes('--contains')) {
        const there = resolve(call, repository.remote());
        const isThere = repository
          .ancestors(there ?? { revision: '', tree: '', parent: null, subject: '', at: 0 })
          .some((one) => one.revision === revision);
        if (isThere) call.print(`${branchRef}\n`);
        return 0;
      }
      call.print(`origin\0${branchRef}\0${branchRef}\n`);
      return 0;
    },
    config: (call, args) => {
      if (!args.includes('^remote\\..*\\.url$')) return 1;
      call.print(`remote.origin.url\n${remoteUrl}\0`);
      return 0;
    },
    add: async (call, args) => {
      const index = indexOf(call);
      const paths = args.includes('--update') ? [...index.keys()] : pathsOf(args);
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
    'hash-object': (call) => {
      call.print(`${repository.hashOf(new Map([['', call.input]]))}\n`);
      return 0;
    },
    'read-tree': (call, args) => {
      const index = indexOf(call);
      index.clear();
      const tree = repository.treeByHash(args.at(-1) ?? '') ?? committed();
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
      indexes.delete(call.command.env?.['GIT_INDEX_FILE'] ?? '');
      return 0;
    },
    show: (call, args) => {
      const [revision = '', path = ''] = (args.at(-1) ?? '').split(/:(.*)/s);
      const commit = repository.resolve(revision);
      if (commit === undefined) return refuse(call, `invalid object name '${revision}'.`);
      const text = repository.treeOf(commit).get(path);
      if (text === undefined) return refuse(call, `path '${path}' does not exist in '${revision}'`);
      call.print(text);
      return 0;
    },
    'merge-base': (call, args) => {
      const [first, second] = args.slice(-2).map((name) => resolve(call, name));
      if (first == null || second == null) return 128;
      return repository.ancestors(second).includes(first) ? 0 : 1;
    },
    'rev-list': (call, args) => {
      const [from = '', to = ''] = (args.find((arg) => arg.includes('..')) ?? '').split('..');
      const [first, second] = [resolve(call, from), resolve(call, to)];
      if (first === null || second === null) return 128;
      const known = new Set(repository.ancestors(first));
      call.print(`${repository.ancestors(second).filter((one) => !known.has(one)).length}\n`);
      return 0;
    },
    var: (call) => {
      call.print(`${ada} ${Math.floor(now() / 1000)} +0000\n`);
      return 0;
    },
    grep: () => 1,
    'ls-files': () => 0,
    'ls-tree': (call, args) => {
      for (const [path, text] of repository.treeByHash(args.at(-1) ?? '') ?? [])
        call.print(`100644 blob ${repository.hashOf(new Map([['', text]]))}\t${path}\0`);
      return 0;
    },
    log: (call, args) => {
      const format = args.find((arg) => arg.startsWith('--format='))?.slice('--format='.length);
      const names = args.filter((arg) => arg !== '--');
      const from = names.find((arg) => arg.startsWith('^'))?.slice(1);
      const last = names.filter((arg) => !arg.startsWith('^')).at(-1) ?? 'HEAD';
      const head = repository.resolve(last.startsWith('-') ? 'HEAD' : last);
      if (format === undefined || head === undefined) return 128;
      const count = Number(args.find((arg) => /^-\d+$/.test(arg))?.slice(1) ?? 20);
      const end = args.includes('-z') ? '\0' : '\n';
      const known = repository.ancestors(head);
      const since = known.findIndex(({ revision }) => revision === from);
      const listed = known.slice(0, since === -1 ? count : since);
      for (const commit of args.includes('--reverse') ? listed.toReversed() : listed) {
        const fields: Readonly<Record<string, string>> = {
          H: commit.revision,
          h: commit.revision.slice(0, 7),
          T: commit.tree,
          P: commit.parent ?? '',
          B: commit.subject,
          s: commit.subject,
          ct: String(commit.at),
        };
        call.print(
          `${format
            .replace(/%(ct|H|h|T|P|B|s)/g, (_, name: string) => fields[name] ?? '')
            .replaceAll('%x09', '\t')
            .replaceAll('%n', '\n')}${end}`,
        );
      }
      return 0;
    },
    'ls-remote': async (call) => {
      await call.sleep(400);
      call.print(`${repository.remote()}\t${branchRef}\n`);
      return 0;
    },
    'update-ref': () => 0,
  };

  return {
    git: async (call) => {
      const folder = call.args[0] === '-C' ? (call.args[1] ?? '') : '';
      const args = call.args.slice(folder === '' ? 0 : 2);
      if (folder === '' && args[0] === 'ls-remote') {
        const [, , url = '', ref = ''] = args;
        call.print(inputRemote(url, ref));
        return 0;
      }
      const inClone = clone(folder, call, args);
      if (inClone !== null) return inClone;
      if (!`${folder}/`.startsWith(`${repository.root}/`))
        return refuse(call, 'not a git repository (or any of the parent directories): .git');
      const [name = '', ...rest] = args;
      const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
      return answer === undefined
        ? refuse(call, `the git of the demo does not know '${name}'`)
        : await answer(call, rest);
    },
    cp: (call) => {
      const target = call.args.at(-1) ?? '';
      indexes.set(target, new Map(committed()));
      return 0;
    },
  };
};
