import { join } from 'node:path';
import { saysNoRoom } from '../../model/causes/no-room.ts';
import { type Command, quoteWords } from '../../model/command.ts';
import { explainShortly } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { type Advice, advise, advised } from '../../model/words/advice.ts';
import { showLimit } from '../../model/words/format-time.ts';
import { readsOwnSubmodules } from '../../parsers/lock/flake-inputs.ts';
import { redact } from '../../parsers/redact.ts';
import type { Exec, Output, World } from '../world/world.ts';

export type GitWorld = Pick<
  World,
  'exec' | 'files' | 'hostName' | 'processId' | 'randomId' | 'isProcessAlive'
>;

/** Where the flake lies in its repository. */
export interface GitPlace {
  readonly root: string;
  /** The folder with HEAD and index; of a linked worktree its own. */
  readonly gitFolder: string;
  /** The flake's folder below the root, empty or ending in a slash. */
  readonly prefix: string;
  /** Nix reads its submodules too: what is edited there counts. */
  readonly readsSubmodules?: true;
}

/**
 * Answers are read by a program: no translation, paths are never patterns, and a question takes no
 * lock.
 */
const questionEnv = {
  LC_ALL: 'C.UTF-8',
  LANGUAGE: '',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_OPTIONAL_LOCKS: '0',
} as const;

/** A program that would ask gets no answer at once: nobody could see the question. */
const changeEnv = {
  LC_ALL: 'C.UTF-8',
  LANGUAGE: '',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_EDITOR: 'true',
  GIT_ASKPASS: 'false',
  SSH_ASKPASS: 'false',
  SSH_ASKPASS_REQUIRE: 'force',
  GPG_TTY: '',
} as const;

export const gitQuestion = (folder: string, args: readonly string[]): Command => ({
  file: 'git',
  args: ['-C', folder, ...args],
  env: questionEnv,
});

export const gitChange = (folder: string, args: readonly string[]): Command => ({
  file: 'git',
  args: ['-C', folder, ...args],
  env: changeEnv,
});

/** For commands that run hooks: these inherit git's settings, and may use patterns. */
export const withoutLiteral = (command: Command): Command => {
  const { GIT_LITERAL_PATHSPECS: _, ...env } = command.env ?? {};
  return { ...command, env };
};

/** A command that works on an index of its own and leaves the person's alone. */
export const withIndex = (command: Command, index: string): Command => ({
  ...command,
  env: { ...command.env, GIT_INDEX_FILE: index },
});

const questionTimeoutMs = 60_000;

export const askGit = (exec: Exec, command: Command): Promise<Result<Output, Failure>> =>
  exec(command, { quiet: true, timeoutMs: questionTimeoutMs });

/** The last words of a failure, without secrets. */
export const tailOf = (failure: Failure): readonly string[] =>
  'tail' in failure ? failure.tail.map(redact) : [];

/** Git's own reason: its last line that says something. */
export const reasonOf = (failure: Failure): string => {
  if (failure.code === 'command-timeout') return `no answer within ${showLimit(failure.afterMs)}`;
  const tail = tailOf(failure);
  const line =
    tail.find((line) => /^(?:fatal|error):/.test(line)) ?? tail.at(-1) ?? explainShortly(failure);
  return line.replace(/^(?:fatal|error):\s*/, '');
};

/** Whether git's reason is that the revision is there and the file is not in it. */
export const isFileMissing = (reason: string): boolean =>
  /does not exist in|exists on disk, but not in/.test(reason);

const unborn = /invalid object name 'HEAD'|ambiguous argument 'HEAD'/;

/** Whether git's reason is that nothing was committed yet, so that HEAD has no file at all. */
export const isNoCommitYet = (revision: string, reason: string): boolean =>
  revision === 'HEAD' && unborn.test(reason);

/** A revision or reference that can stand among arguments: no option, no path, no range. */
export const isSafeRevision = (revision: string): boolean =>
  /^[A-Za-z0-9_@][A-Za-z0-9_.,/@^~{}+=%-]*$/.test(revision) && !revision.includes('..');

export const refuseRevision = (revision: string): Failure => ({
  code: 'git-refused',
  operation: 'read a revision',
  detail: `${JSON.stringify(revision)} is not a revision`,
  ...advised(advise('give a commit, a tag or a branch, as in', 'git log --oneline')),
});

/** Whether git's reason is that there is no repository around the folder at all. */
export const isNoRepository = (reason: string): boolean => reason.includes('not a git repository');

export const isDiskFull = (failure: Failure): boolean =>
  failure.code === 'file-failed' ? failure.isDiskFull === true : tailOf(failure).some(saysNoRoom);

/** Where a full disk stopped git: its reason, and how to see what fills the disk. */
export const diskFullFailure = (operation: string, reason: string, folder: string): Failure => ({
  code: 'git-refused',
  operation,
  detail: `the disk is full: ${reason}`,
  ...advised(advise('make room', quoteWords(['df', '-h', folder]))),
});

const readOnlySystem = /read-only file system/i;

const writingDenied =
  /(?:cannot|unable to|could not|failed to) (?:create|open|write|mkdir)\b.*permission denied|insufficient permission for adding an object/i;

/** In words why nothing can be written to git's folder, before git's or cp's own; null where that is not why. */
const unwritableDetail = (reason: string, gitFolder: string): string | null => {
  if (readOnlySystem.test(reason))
    return `git's folder ${gitFolder} lies on a file system that is read-only: ${reason}`;
  return writingDenied.test(reason)
    ? `this user cannot write to git's folder ${gitFolder}: ${reason}`
    : null;
};

/** What helps where the checkout belongs to another user, whom git does not trust; null where that is not the reason. */
export const ownerRemedy = (reason: string, folder: string): Advice | null => {
  if (!reason.includes('dubious ownership')) return null;
  // Git compares with its own spelling of the folder, which is that of the whole checkout.
  const named = /repository at '(.+)'/.exec(reason)?.[1] ?? folder;
  return advise(
    'the folder belongs to another user; when you trust it',
    quoteWords(['git', 'config', '--global', '--add', 'safe.directory', named]),
  );
};

/** What helps where git does not read a checkout, by git's own reason. */
const checkoutRemedy = (reason: string, folder: string, gitFolder: string): Advice => {
  const git = (...args: readonly string[]): string => quoteWords(['git', '-C', folder, ...args]);
  if (isNoRepository(reason))
    return advise('make the flake a repository', `${git('init')} && ${git('add', '--all')}`);
  const owner = ownerRemedy(reason, folder);
  if (owner !== null) return owner;
  if (/must be run in a work tree/.test(reason))
    return advise(
      'the repository is set to have no working tree',
      git('config', 'core.bare', 'false'),
    );
  const unread = /open\("(.+)"\): Permission denied/.exec(reason)?.[1];
  if (unread !== undefined)
    return advise('let this user read it', quoteWords(['ls', '-l', '--', join(folder, unread)]));
  if (readOnlySystem.test(reason))
    return advise(
      'mount it so that it can be written; see its rights with',
      quoteWords(['ls', '-ld', '--', gitFolder]),
    );
  if (/permission denied|insufficient permission/i.test(reason))
    return advise(
      'let this user write to that folder and all in it (chown, or chmod u+w), or run nixup as its owner; see who that is',
      quoteWords(['ls', '-ld', '--', gitFolder]),
    );
  if (
    /index file (?:corrupt|smaller than|open failed)|unable to map index|bad index|bad signature|unordered stage entries/i.test(
      reason,
    )
  ) {
    const index = join(gitFolder, 'index');
    return advise(
      'the index is damaged; to make it again from HEAD, without what was staged',
      `${quoteWords(['mv', '--', index, `${index}.damaged`])} && ${git('reset', '--quiet')}`,
    );
  }
  return advise('see what git says', git('status'));
};

/** Why git reads nothing of a checkout, and what helps. */
export const checkoutFailure = (
  failure: Failure,
  operation: string,
  folder: string,
  gitFolder: string,
): Failure => {
  if (failure.code !== 'command-failed') return failure;
  const detail = reasonOf(failure);
  if (isDiskFull(failure)) return diskFullFailure(operation, detail, folder);
  return {
    code: 'git-refused',
    operation,
    detail: unwritableDetail(detail, gitFolder) ?? detail,
    ...advised(checkoutRemedy(tailOf(failure).join('\n'), folder, gitFolder)),
  };
};

/** Since git 2.31; an older one prints the words of `rev-parse` that it does not know. */
const asAbsolute = '--path-format=absolute';

/** It would find no hooks, and run them unseen in the person's tree. */
const gitTooOld: Failure = {
  code: 'git-refused',
  operation: 'rev-parse',
  detail: 'this git is too old: nixup needs git 2.31 or newer',
  ...advised(advise('see which one it is', 'git --version')),
};

/** Finds the repository around a flake's folder. */
export const findPlace = async (exec: Exec, flake: string): Promise<Result<GitPlace, Failure>> => {
  const asked = ['--show-toplevel', '--absolute-git-dir', '--show-prefix'];
  const found = await askGit(exec, gitQuestion(flake, ['rev-parse', asAbsolute, ...asked]));
  if (found.ok) {
    const answers = found.value.stdout.split('\n');
    if (answers[0] === asAbsolute) return failed(gitTooOld);
    // A name may hold line breaks; then each is asked for alone.
    if (answers.length > asked.length + 1)
      for (const [index, one] of asked.entries()) {
        const alone = await askGit(exec, gitQuestion(flake, ['rev-parse', one]));
        if (!alone.ok) return alone;
        answers[index] = alone.value.stdout.slice(0, -1);
      }
    const [root = '', gitFolder = '', prefix = ''] = answers;
    return success({ root, gitFolder, prefix });
  }
  return failed(checkoutFailure(found.failure, 'rev-parse', flake, join(flake, '.git')));
};

/** The checkout around a flake's folder, and how git is asked in it. */
export interface Checkout {
  place(): Promise<Result<GitPlace, Failure>>;
  /** Does work where the place is known; else why it is not. */
  inPlace<Value>(
    work: (place: GitPlace) => Promise<Result<Value, Failure>>,
  ): Promise<Result<Value, Failure>>;
  /** What git answers to a question, as one trimmed text. */
  line(args: readonly string[]): Promise<Result<string, Failure>>;
}

export const openCheckout = (
  world: GitWorld,
  flake: string,
  readsSubmodules: boolean,
): Checkout => {
  let known: Promise<Result<GitPlace, Failure>> | undefined;
  const place = async (): Promise<Result<GitPlace, Failure>> => {
    known ??= findPlace(world.exec, flake);
    const found = await known;
    if (!found.ok) known = undefined;
    if (!found.ok) return found;
    // Read each time: a person may edit it meanwhile.
    const text = readsSubmodules ? null : await world.files.read(join(flake, 'flake.nix'));
    const isAsked = text === null || (text.ok && readsOwnSubmodules(text.value ?? ''));
    return isAsked ? success({ ...found.value, readsSubmodules: true }) : found;
  };
  const inPlace = async <Value>(
    work: (place: GitPlace) => Promise<Result<Value, Failure>>,
  ): Promise<Result<Value, Failure>> => {
    const found = await place();
    return found.ok ? work(found.value) : found;
  };
  const line = async (args: readonly string[]): Promise<Result<string, Failure>> => {
    const answer = await askGit(world.exec, gitQuestion(flake, args));
    return answer.ok ? success(answer.value.stdout.trim()) : answer;
  };
  return { place, inPlace, line };
};

/** Makes the failures of one operation of git: the reason, and what helps. */
export const refusing =
  (operation: string) =>
  (detail: string, next: Advice | string): Failure => ({
    code: 'git-refused',
    operation,
    detail,
    ...advised(next),
  });

export const refusedCommit = refusing('commit');
