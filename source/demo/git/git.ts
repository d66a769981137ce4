import type { Call, DemoProgram } from '../process/process.ts';
import { changedPaths, committedTree, type GitAnswer, gitChanges, refuse } from './changes.ts';
import { historyAnswers } from './history.ts';
import { createIndexFiles } from './index-files.ts';
import type { DemoRepository } from './repository.ts';

interface DemoGit {
  readonly git: DemoProgram;
  /** `cp`, which git's own index is copied with. */
  readonly cp: DemoProgram;
}

interface DemoGitOptions {
  readonly repository: DemoRepository;
  readonly now: () => number;
  /** Answers for clones of inputs, by their folder. */
  readonly clone: (folder: string, call: Call, args: readonly string[]) => number | null;
  /** What `git ls-remote` prints of the remote of an input. */
  readonly inputRemote: (url: string, ref: string) => string;
}

const ada = 'Ada L. <ada@example.org>';

/** `git status --porcelain=v2 --branch -z`. */
const statusAnswer =
  (repository: DemoRepository): GitAnswer =>
  async (call) => {
    const committed = committedTree(repository);
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
      ...changedPaths(committed, working).map((path) => {
        const [old, fresh] = [committed, working].map((tree) =>
          repository.hashOf(new Map([['', tree.get(path) ?? '']])),
        );
        return `1 .${working.has(path) ? 'M' : 'D'} N... 100644 100644 100644 ${old} ${fresh} ${path}`;
      }),
    ];
    call.print(records.map((record) => `${record}\0`).join(''));
    return 0;
  };

const printing =
  (text: string): GitAnswer =>
  (call) => {
    call.print(text);
    return 0;
  };

/** Git as nixup uses it, over the repository in memory. */
export const createDemoGit = ({ repository, now, clone, inputRemote }: DemoGitOptions): DemoGit => {
  const branchRef = `refs/heads/${repository.branch}`;
  const remoteUrl = 'git@git.example.org:ada/fleet.git';

  const indexFiles = createIndexFiles(repository);

  const answers: Readonly<Record<string, GitAnswer>> = {
    ...historyAnswers(repository),
    ...indexFiles.answers,
    ...gitChanges(repository, remoteUrl, now),
    'symbolic-ref': (call) => {
      call.print(`${branchRef}\n`);
      return 0;
    },
    status: statusAnswer(repository),
    config: (call, args) => {
      if (!args.includes('^remote\\..*\\.url$')) return 1;
      call.print(`remote.origin.url\n${remoteUrl}\0`);
      return 0;
    },
    remote: printing(`${remoteUrl}\n`),
    var: (call) => {
      call.print(`${ada} ${Math.floor(now() / 1000)} +0000\n`);
      return 0;
    },
    grep: () => 1,
    'ls-files': () => 0,
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
    cp: indexFiles.cp,
  };
};
