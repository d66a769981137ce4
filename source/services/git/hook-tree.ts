import { basename, dirname, join } from 'node:path';
import { quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise } from '../../model/words/advice.ts';
import { findLeftBehind, ownName } from '../world/left-behind.ts';
import {
  askGit,
  diskFullFailure,
  type GitPlace,
  type GitWorld,
  gitQuestion,
  isDiskFull,
  refusedCommit,
} from './command.ts';
import { type HeadState, readHeadState } from './head.ts';
import { livingGitOf } from './index-locks.ts';
import { hookChangesKind, workingFiles } from './kept-index.ts';

/** What hooks wrote in their copy of a tree. */
export interface HookChanges {
  /** Files that were rewritten, added or deleted, relative to the root. */
  readonly paths: readonly string[];
  /** Where their versions are kept; null where there is none. */
  readonly keptIn: string | null;
}

/**
 * A copy of a working tree with HEAD and index of its own, in which git runs its hooks. Whatever
 * happens there is git's or a hook's; whatever happens in the person's tree is somebody else's.
 * Objects, branches, stash and hooks are those of the repository.
 */
export interface HookTree {
  readonly place: GitPlace;
  /** What hooks wrote, with a copy of it for the person. */
  changes(): Promise<HookChanges>;
  /** Whether git in the copy took HEAD, and its branch with it, to this commit. */
  hasMovedTo(revision: string): Promise<boolean>;
  forget(): Promise<void>;
}

/** A folder with such a copy, in git's folder. */
const hookTreeKind = 'nixup-hook-tree';

/** A copy of more files than these may take seconds, so it is said. */
const manyFiles = 2_000;

/** What belongs to one working tree alone (gitrepository-layout(5)), and what nixup makes. */
const isOfOneTree = (name: string): boolean =>
  /^(?:HEAD|index|config|config\.worktree|commondir|gitdir|locked|logs|worktrees|COMMIT_EDITMSG|SQUASH_MSG|BISECT_.*|[A-Z_]*(?:_HEAD|_MSG|_MODE|_RR)|rebase-.*|sequencer|fsmonitor--daemon.*|.*\.lock|nixup.*)$/.test(
    name,
  );

const folderAt = (path: string): string => quoteWords(['mkdir', '-p', '--', path]);

const linkTo = (target: string, at: string): readonly string[] => [
  folderAt(dirname(at)),
  quoteWords(['ln', '-s', '--', target, at]),
];

/** Everything in a folder but these names, as links in another folder. */
const linkEach = (from: string, to: string, ...without: readonly string[]): readonly string[] => [
  folderAt(to),
  quoteWords([
    ...['find', `${from}/`, '-mindepth', '1', '-maxdepth', '1'],
    ...without.flatMap((name) => ['!', '-name', name]),
    ...['-exec', 'sh', '-c', 'to=$1; shift; ln -s -- "$@" "$to/"', 'sh', to, '{}', '+'],
  ]),
];

/** A value of git's configuration, as its files have it (git-config(1), syntax). */
const configValue = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

const lineOf = async (
  world: GitWorld,
  folder: string,
  args: readonly string[],
): Promise<Result<string, Failure>> => {
  const answer = await askGit(world.exec, gitQuestion(folder, args));
  return answer.ok ? success(answer.value.stdout.replace(/\n$/, '')) : answer;
};

/**
 * The configuration of the copy: that of the repository, by including it. What says how the
 * repository is stored counts only in the file itself (setup.c).
 */
const configOf = async (
  world: GitWorld,
  place: GitPlace,
  common: string,
  hooks: string,
): Promise<Result<string, Failure>> => {
  const own = join(common, 'config');
  const asked = await askGit(
    world.exec,
    gitQuestion(place.root, [
      ...['config', '--file', own, '-z', '--get-regexp'],
      '^(core\\.repositoryformatversion|extensions\\..*)$',
    ]),
  );
  const formats = (asked.ok ? asked.value.stdout.split('\0') : []).flatMap((entry) => {
    const [key = '', value = 'true'] = entry.split('\n');
    const at = key.indexOf('.');
    return key === '' || key === 'extensions.worktreeconfig'
      ? []
      : [`[${key.slice(0, at)}]\n\t${key.slice(at + 1)} = ${configValue(value)}`];
  });
  return success(
    [
      ...formats,
      `[include]\n\tpath = ${configValue(own)}`,
      `[include]\n\tpath = ${configValue(join(place.gitFolder, 'config.worktree'))}`,
      `[core]\n\tbare = false\n\tfsmonitor = false\n\thooksPath = ${configValue(hooks)}`,
      // A copy has the size and the time of its file, and another inode: by that git would read all anew.
      '[core]\n\ttrustctime = false\n\tcheckStat = minimal',
      // It knows neither index nor HEAD of the person's tree, so it must not tidy up.
      '[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n',
    ].join('\n'),
  );
};

/** The folders of submodules, relative to the root. */
const submodulesOf = async (
  world: GitWorld,
  place: GitPlace,
): Promise<Result<readonly string[], Failure>> => {
  const listed = await askGit(world.exec, gitQuestion(place.root, ['ls-files', '--stage', '-z']));
  return listed.ok
    ? success(
        listed.value.stdout
          .split('\0')
          .flatMap((entry) =>
            entry.startsWith('160000 ') ? [entry.slice(entry.indexOf('\t') + 1)] : [],
          ),
      )
    : listed;
};

/**
 * Without what lies below another of them: git lists a folder, and what is in it once more where
 * an ignore file inside says so (`.husky/_`, a virtual environment of Python, caches).
 */
export const outermost = (paths: readonly string[]): readonly string[] => {
  const folders = new Set(paths.filter((path) => path.endsWith('/')));
  const isBelowOne = (path: string): boolean => {
    for (
      let at = path.indexOf('/');
      at >= 0 && at < path.length - 1;
      at = path.indexOf('/', at + 1)
    )
      if (folders.has(path.slice(0, at + 1))) return true;
    return false;
  };
  return paths.filter((path) => !isBelowOne(path));
};

/** What git ignores, a folder of it with a slash at its end. */
const ignoredIn = async (
  world: GitWorld,
  place: GitPlace,
): Promise<Result<readonly string[], Failure>> => {
  const words = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  const listed = await askGit(world.exec, gitQuestion(place.root, words));
  return listed.ok
    ? success(outermost(listed.value.stdout.split('\0').filter((path) => path !== '')))
    : listed;
};

/** What git reads in a folder of the tree, and not where it is a link (git 2.32, release notes). */
const rules: readonly string[] = ['.gitignore', '.gitattributes'];

/** Copies the rules that lie in ignored folders, and may be why these are ignored. */
const copyRules = (
  { files }: GitWorld,
  place: GitPlace,
  root: string,
  ignored: readonly string[],
): Promise<Result<void, Failure>> =>
  files.copy(
    ignored.flatMap((path) =>
      path.endsWith('/')
        ? rules.map((name) => `${path}${name}`)
        : rules.includes(basename(path))
          ? [path]
          : [],
    ),
    place.root,
    root,
  );

/** The commands that lay out all of the copy that is no file of its own. */
// Over 60 lines: the lines of one script, each with what it is there for.
const layout = async (
  world: GitWorld,
  place: GitPlace,
  root: string,
  unguarded: readonly string[],
): Promise<Result<readonly string[], Failure>> => {
  const common = await lineOf(world, place.root, [
    ...['rev-parse', '--path-format=absolute', '--git-common-dir'],
  ]);
  if (!common.ok) return common;
  const hooks = await lineOf(world, place.root, [
    ...['rev-parse', '--path-format=absolute', '--git-path', 'hooks'],
  ]);
  if (!hooks.ok) return hooks;
  const [shared, own] = [
    await world.files.list(common.value),
    await world.files.list(place.gitFolder),
  ];
  if (!shared.ok) return shared;
  if (!own.ok) return own;
  const config = await configOf(world, place, common.value, hooks.value);
  if (!config.ok) return config;
  const written = await world.files.write(join(root, '.git/config'), config.value);
  if (!written.ok) return written;
  const ignored = await ignoredIn(world, place);
  if (!ignored.ok) return ignored;
  const ruled = await copyRules(world, place, root, ignored.value);
  if (!ruled.ok) return ruled;
  const submodules = await submodulesOf(world, place);
  if (!submodules.ok) return submodules;
  const inside: string[] = [];
  for (const path of submodules.value) {
    const at = join(place.root, path);
    if (!(await world.files.exists(join(at, '.git')))) continue;
    const folder = await lineOf(world, at, ['rev-parse', '--absolute-git-dir']);
    if (!folder.ok) return folder;
    inside.push(...linkEach(at, join(root, path), '.git'));
    const noted = await world.files.write(join(root, path, '.git'), `gitdir: ${folder.value}\n`);
    if (!noted.ok) return noted;
  }
  const hasLogs = await world.files.exists(join(common.value, 'logs/refs'));
  return success([
    // What lies beside the checkout: a hook may reach it by `../`.
    ...linkEach(dirname(place.root), dirname(root), basename(place.root)),
    folderAt(join(root, '.git/logs')),
    ...shared.value
      .filter((name) => !isOfOneTree(name))
      .flatMap((name) => linkTo(join(common.value, name), join(root, '.git', name))),
    ...(common.value === place.gitFolder ? [] : own.value)
      .filter((name) => name.startsWith('sharedindex.'))
      .flatMap((name) => linkTo(join(place.gitFolder, name), join(root, '.git', name))),
    ...(hasLogs ? linkTo(join(common.value, 'logs/refs'), join(root, '.git/logs/refs')) : []),
    ...inside,
    ...ignored.value.flatMap((path) =>
      path.endsWith('/')
        ? linkEach(join(place.root, path), join(root, path), '.git', ...rules)
        : rules.includes(basename(path))
          ? []
          : linkTo(join(place.root, path), join(root, path)),
    ),
    ...unguarded
      .filter((path) => !path.endsWith('/'))
      .flatMap((path) => linkTo(join(place.root, path), join(root, path))),
  ]);
};

const isSameHeadState = (one: HeadState, other: HeadState): boolean =>
  one.branch === other.branch && one.head?.revision === other.head?.revision;

/** Whether a process works in a folder, as far as this user may see (proc(5); nothing elsewhere). */
const isWorkedIn = async ({ files }: GitWorld, folder: string): Promise<boolean> => {
  const [inside, listed] = [await files.realPath(folder), await files.list('/proc')];
  if (!inside.ok || !listed.ok) return false;
  for (const id of listed.value.filter((name) => /^\d+$/.test(name))) {
    const at = await files.realPath(join('/proc', id, 'cwd'));
    if (at.ok && `${at.value}/`.startsWith(`${inside.value}/`)) return true;
  }
  return false;
};

/** Removes copies that killed processes left, but one in which git or a hook is still at work. */
export const sweepHookTrees = async (world: GitWorld, place: GitPlace): Promise<void> => {
  for (const name of await findLeftBehind(world, place.gitFolder, hookTreeKind)) {
    const folder = join(place.gitFolder, name);
    if ((await livingIn(world, place, name)) === null && !(await isWorkedIn(world, folder)))
      await world.files.remove(folder);
  }
};

/** The index lock of a git that works in such a copy; null where none does. */
const livingIn = async (world: GitWorld, place: GitPlace, name: string): Promise<string | null> => {
  const folder = join(place.gitFolder, name);
  const inner = await world.files.list(folder);
  for (const tree of inner.ok ? inner.value : []) {
    const living = await livingGitOf(world, join(folder, tree, '.git'));
    if (living !== null) return living;
  }
  return null;
};

/** The lock of a git that still makes the commit of a nixup that was killed; null where none does. */
export const gitInHookTree = async (world: GitWorld, place: GitPlace): Promise<string | null> => {
  for (const name of await findLeftBehind(world, place.gitFolder, hookTreeKind)) {
    const living = await livingIn(world, place, name);
    if (living !== null) return living;
  }
  return null;
};

/** The copy when the hooks began: what lay in it, and when, by the clock of its file system. */
interface Beginning {
  readonly guarded: ReadonlySet<string>;
  readonly unguarded: readonly string[];
  readonly at: number;
}

/** What hooks changed in the copy, kept beside where there is any of it. */
const changesSince = async (
  world: GitWorld,
  place: GitPlace,
  inner: GitPlace,
  begun: Beginning,
): Promise<HookChanges> => {
  const { files } = world;
  const now = await workingFiles(world, inner);
  const apart = new Set(begun.unguarded);
  const all = [...new Set([...begun.guarded, ...(now.ok ? now.value.guarded : [])])].filter(
    (path) => !apart.has(path),
  );
  const stamps = await files.stamps(all, inner.root);
  const times = new Map((stamps.ok ? stamps.value : []).map((one) => [one.path, one.changedAt]));
  const touched = all.filter((path) => {
    const at = times.get(path);
    return at === undefined ? begun.guarded.has(path) : !begun.guarded.has(path) || at >= begun.at;
  });
  const differing = await files.differing(touched, inner.root, place.root);
  const paths = differing.ok ? differing.value : touched;
  if (paths.length === 0) return { paths, keptIn: null };
  const aside = join(place.gitFolder, ownName(world, hookChangesKind));
  await files.copy(paths, inner.root, aside);
  return { paths, keptIn: (await files.exists(aside)) ? aside : null };
};

/** Named by the git folder: the copy is removed by then. */
const noRoomForCopy = ({ gitFolder }: GitPlace): Failure =>
  diskFullFailure('commit', 'no copy of the tree could be made for the hooks', gitFolder);

/**
 * Makes the copy: tracked files, and new ones of bearable size, byte for byte; the rest by links.
 * Null where git keeps HEAD in a way that cannot be had twice (reftable).
 */
// Over 60 lines: one step of the copy after the other, each of which may end it.
export const makeHookTree = async (
  world: GitWorld,
  place: GitPlace,
  before: HeadState,
  say: (line: string) => void = () => undefined,
): Promise<Result<HookTree | null, Failure>> => {
  const { files } = world;
  const folder = join(place.gitFolder, ownName(world, hookTreeKind));
  const root = join(folder, basename(place.root));
  const inner: GitPlace = { ...place, root, gitFolder: join(root, '.git') };
  const forget = async (): Promise<void> => {
    await files.remove(folder);
  };
  const stop = async (failure: Failure): Promise<Result<never, Failure>> => {
    await forget();
    return failed(isDiskFull(failure) ? noRoomForCopy(place) : failure);
  };
  const known = await workingFiles(world, place);
  if (!known.ok) return known;
  const { guarded, unguarded } = known.value;
  if (guarded.length > manyFiles)
    say(`Copying ${guarded.length} files for the hooks of git, which run in a copy of the tree.`);
  const copied = await files.copy(guarded, place.root, root);
  if (!copied.ok) return await stop(copied.failure);
  const owned = await files.copy(['HEAD', 'index'], place.gitFolder, inner.gitFolder);
  if (!owned.ok) return await stop(owned.failure);
  const commands = await layout(world, place, root, unguarded);
  if (!commands.ok) return await stop(commands.failure);
  const laid = await world.exec(
    { file: 'sh', args: ['-e'] },
    { quiet: true, timeoutMs: 120_000, input: `${commands.value.join('\n')}\n` },
  );
  if (!laid.ok)
    return await stop(
      laid.failure.code === 'command-failed' && !isDiskFull(laid.failure)
        ? refusedCommit(
            `no copy of the tree could be made for the hooks: ${laid.failure.tail.at(-1) ?? 'no reason'}`,
            advise(
              'make room, or let nixup write there',
              quoteWords(['ls', '-ld', place.gitFolder]),
            ),
          )
        : laid.failure,
    );
  const standing = await readHeadState(world, inner);
  if (!standing.ok || !isSameHeadState(standing.value, before)) {
    await forget();
    return success(null);
  }
  // Asked of the same file system: its clock may be another one, and coarser.
  await files.write(join(folder, 'begun'), '');
  const mark = await files.stamps(['begun'], folder);
  const begunAt = (mark.ok ? mark.value[0]?.changedAt : undefined) ?? Number.NEGATIVE_INFINITY;
  const first = await files.stamps(guarded, root);
  const there = new Set((first.ok ? first.value : []).map(({ path }) => path));

  return success({
    place: inner,
    changes: () => changesSince(world, place, inner, { guarded: there, unguarded, at: begunAt }),
    hasMovedTo: async (revision) => {
      const log = await files.read(join(inner.gitFolder, 'logs/HEAD'));
      return (
        log.ok && (log.value ?? '').split('\n').some((line) => line.split(' ')[1] === revision)
      );
    },
    forget,
  });
};
