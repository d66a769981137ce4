import type { Call } from '../process/process.ts';
import { type GitAnswer, refuse, resolveCommit } from './changes.ts';
import type { DemoRepository } from './repository.ts';

/** `git log`, in the format that it is asked for. */
const logAnswer =
  (repository: DemoRepository): GitAnswer =>
  (call, args) => {
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
  };

/** The commands of git that read commits, trees and references, and change nothing. */
// Over 60 lines: a table, one entry for each command of git.
export const historyAnswers = (repository: DemoRepository): Readonly<Record<string, GitAnswer>> => {
  const branchRef = `refs/heads/${repository.branch}`;
  const resolve = (call: Call, name: string) => resolveCommit(repository, call, name);
  return {
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
    'hash-object': (call) => {
      call.print(`${repository.hashOf(new Map([['', call.input]]))}\n`);
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
    'ls-tree': (call, args) => {
      for (const [path, text] of repository.treeByHash(args.at(-1) ?? '') ?? [])
        call.print(`100644 blob ${repository.hashOf(new Map([['', text]]))}\t${path}\0`);
      return 0;
    },
    log: logAnswer(repository),
  };
};
