import { showCommand } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { RevisionWish } from '../../model/inputs/chosen-revision.ts';
import type { ChosenRevision } from '../../model/lock/change.ts';
import { describeAttributes, showDay } from '../../model/lock/describe.ts';
import type { Attributes } from '../../model/lock/lock.ts';
import { numberOf, textOf } from '../../model/lock/lock-attributes.ts';
import { channelOf } from '../../model/lock/source.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { type Advice, advise, advised } from '../../model/words/advice.ts';
import { reasonOf, tailOf } from '../git/command.ts';
import type { World } from '../world/world.ts';
import { commitGit, commitStoreFolder, isHugeRepository, localFolder } from './by-git.ts';
import { isFetchable, remoteEnvironment } from './git-remote.ts';
import { remoteUrl } from './remotes.ts';

type ChooseWorld = Pick<World, 'exec' | 'files' | 'folders' | 'environment'>;

/** What is asked for: the input as the lock has it. */
interface ChoiceOf {
  readonly input: string;
  readonly original: Attributes;
  readonly locked: Attributes;
  readonly wish: RevisionWish;
}

const questionTimeoutMs = 30_000;
/** A whole history without files is large at times. */
const fetchTimeoutMs = 300_000;

const daySeconds = 86_400;
/** A branch without a commit for so long is fetched as a whole, days. */
const quietDays = 60;
/** The beginning of a hash is looked for so far back in a history that is too much to fetch, days. */
const shortHashDays = 400;

const refuse = (
  input: string,
  detail: string,
  next: Advice | string,
): { readonly ok: false; readonly failure: Failure } =>
  failed({ code: 'revision-refused', input, detail, ...advised(next) });

const inFlakeNix = 'Name the revision in flake.nix, in the url of the input.';

/** Attributes that name a repository: what the registry made of a bare name, else what flake.nix says. */
export const sourceAttributes = (original: Attributes, locked: Attributes): Attributes =>
  textOf(original, 'type') === 'indirect' ? locked : original;

/** Why an input has no revisions of which one could be chosen; null where it has. */
export const whyNoChoice = (
  original: Attributes,
  locked: Attributes,
): { readonly detail: string; readonly remedy: string } | null => {
  const source = sourceAttributes(original, locked);
  const pinned = textOf(original, 'rev');
  if (pinned !== undefined)
    return {
      detail: `flake.nix pins it to ${pinned}`,
      remedy: 'Change the revision in flake.nix, or take it out there.',
    };
  switch (textOf(source, 'type')) {
    case 'github':
    case 'gitlab':
    case 'sourcehut':
    case 'git':
      return null;
    case 'path':
      return {
        detail: `it is a folder (${describeAttributes(source)}), which has no revisions`,
        remedy:
          'Where the folder is a repository, write it in flake.nix as git+file:///…; then it has.',
      };
    case 'tarball':
    case 'file':
      return {
        detail:
          channelOf(textOf(source, 'url')) === null
            ? `it is an archive (${describeAttributes(source)}), which has no revisions`
            : `it is a channel (${describeAttributes(source)}), which has its newest release only`,
        remedy: inFlakeNix,
      };
    default:
      return {
        detail: `its type (${textOf(source, 'type') ?? 'unknown'}) has no revisions that git knows`,
        remedy: inFlakeNix,
      };
  }
};

interface RemoteRefs {
  /** `main`; null where the remote names none. */
  readonly branch: string | null;
  readonly tip: string | null;
  /** What a tag or branch of that name points at. */
  readonly named: string | null;
}

/** Reads `git ls-remote --symref`, gitformat: `ref: refs/heads/main<TAB>HEAD`, `<hash><TAB><ref>`. */
export const parseRemoteRefs = (
  text: string,
  ref: string | null,
  name: string | null,
): RemoteRefs => {
  const refs = new Map<string, string>();
  let head: string | null = null;
  for (const line of text.split('\n')) {
    const [value = '', key = ''] = line.split('\t');
    if (key === '') continue;
    if (value.startsWith('ref: ')) {
      if (key === 'HEAD') head = value.slice('ref: refs/heads/'.length);
    } else refs.set(key, value);
  }
  const first = (...keys: readonly string[]): string | null =>
    keys.flatMap((key) => refs.get(key) ?? [])[0] ?? null;
  const bare = ref?.replace(/^refs\/(?:heads|tags)\//, '') ?? null;
  return {
    branch: bare ?? head,
    tip:
      ref === null || bare === null
        ? first('HEAD')
        : first(ref, `refs/heads/${bare}`, `refs/tags/${bare}^{}`, `refs/tags/${bare}`),
    named:
      name === null
        ? null
        : first(`refs/tags/${name}^{}`, `refs/tags/${name}`, `refs/heads/${name}`),
  };
};

interface Store {
  readonly folder: string;
  readonly url: string;
  /** Nothing has to be fetched: it is the repository itself. */
  readonly isOwn: boolean;
  readonly isHuge: boolean;
}

const askGit = async (
  world: ChooseWorld,
  store: Store,
  args: readonly string[],
): Promise<Result<string, Failure>> => {
  const answer = await world.exec(commitGit(store.folder, args), {
    quiet: true,
    timeoutMs: questionTimeoutMs,
  });
  return answer.ok ? success(answer.value.stdout.trim()) : answer;
};

const fetchCommits = async (
  world: ChooseWorld,
  store: Store,
  revision: string,
  how: readonly string[] = [],
): Promise<Result<void, Failure>> => {
  if (store.isOwn) return success(undefined);
  const made = await world.files.makeFolder(store.folder);
  if (!made.ok) return made;
  const ready = await world.exec(commitGit(store.folder, ['init', '--quiet', '--bare']), {
    quiet: true,
    timeoutMs: questionTimeoutMs,
  });
  if (!ready.ok) return ready;
  const command = commitGit(store.folder, [
    '-c',
    'gc.auto=0',
    'fetch',
    '--quiet',
    '--no-tags',
    '--filter=tree:0',
    ...how,
    '--',
    store.url,
    `${revision}:refs/nixup/${revision}`,
  ]);
  const fetched = await world.exec(
    { ...command, env: { ...command.env, ...remoteEnvironment(world) } },
    { quiet: true, timeoutMs: fetchTimeoutMs },
  );
  return fetched.ok ? success(undefined) : fetched;
};

const isWhole = async (world: ChooseWorld, store: Store): Promise<boolean> => {
  const answer = await askGit(world, store, ['rev-parse', '--is-shallow-repository']);
  return answer.ok && answer.value === 'false';
};

const dateOfCommit = async (
  world: ChooseWorld,
  store: Store,
  revision: string,
): Promise<number | null> => {
  const answer = await askGit(world, store, ['log', '-1', '--format=%ct', revision, '--']);
  return answer.ok && /^\d+$/.test(answer.value) ? Number(answer.value) : null;
};

/** When the branch had its last commit; fetched alone where it is not here, as a part of the history begins there. */
const dateOfTip = async (
  world: ChooseWorld,
  store: Store,
  tip: string,
): Promise<Result<number | null, Failure>> => {
  const known = store.isHuge ? await dateOfCommit(world, store, tip) : null;
  if (!store.isHuge || known !== null) return success(known);
  const fetched = await fetchCommits(world, store, tip, ['--depth=1']);
  return fetched.ok ? success(await dateOfCommit(world, store, tip)) : fetched;
};

/**
 * The history of the branch from that moment on, s; of a repository that is not
 * huge all of it. A server refuses a moment after the last commit. What is here
 * as a whole is not cut off again.
 */
const fetchSince = async (
  world: ChooseWorld,
  store: Store,
  tip: string,
  since: number,
): Promise<Result<void, Failure>> => {
  if (!store.isHuge) return await fetchCommits(world, store, tip);
  const date = await dateOfTip(world, store, tip);
  if (!date.ok) return date;
  if (date.value !== null && (await isWhole(world, store))) return success(undefined);
  const from = Math.max(0, Math.min(since, (date.value ?? since) - daySeconds));
  return await fetchCommits(world, store, tip, [`--shallow-since=@${from}`]);
};

const isOnBranch = async (
  world: ChooseWorld,
  store: Store,
  revision: string,
  tip: string,
): Promise<boolean | null> => {
  if (revision === tip) return true;
  const answer = await askGit(world, store, ['merge-base', '--is-ancestor', revision, tip]);
  if (answer.ok) return true;
  const isNo = answer.failure.code === 'command-failed' && answer.failure.exitCode === 1;
  // Where the graph is cut off, no answer of this kind is one.
  return isNo && (await isWhole(world, store)) ? false : null;
};

const gitTrouble = (input: string, url: string, failure: Failure): Result<never, Failure> =>
  failure.code === 'canceled' || failure.code === 'program-missing'
    ? failed(failure)
    : refuse(
        input,
        `${url} could not be asked: ${reasonOf(failure)}`,
        advise('See what git says', showCommand({ file: 'git', args: ['ls-remote', url] })),
      );

type Found = Result<string, Failure>;

/** The state of the branch at the end of a day: its own commits, not those that a merge brought later. */
const atEndOfDay = async (
  world: ChooseWorld,
  store: Store,
  choice: ChoiceOf,
  day: string,
  { tip, branch }: { readonly tip: string; readonly branch: string | null },
): Promise<Found> => {
  const end = Date.parse(`${day}T23:59:59Z`) / 1_000;
  const look = (): Promise<Result<string, Failure>> =>
    askGit(world, store, ['rev-list', '-1', '--first-parent', `--until=@${end}`, tip, '--']);
  const fetched = await fetchSince(world, store, tip, end - quietDays * daySeconds);
  if (!fetched.ok) return gitTrouble(choice.input, store.url, fetched.failure);
  let found = await look();
  if (found.ok && found.value === '' && store.isHuge && !(await isWhole(world, store))) {
    const whole = await fetchCommits(world, store, tip, ['--unshallow']);
    if (!whole.ok) return gitTrouble(choice.input, store.url, whole.failure);
    found = await look();
  }
  if (!found.ok) return gitTrouble(choice.input, store.url, found.failure);
  if (found.value !== '') return success(found.value);
  const oldest = await askGit(world, store, ['log', '--first-parent', '--format=%cs', tip, '--']);
  const began = oldest.ok ? oldest.value.split('\n').at(-1) : undefined;
  const isWholly = await isWhole(world, store);
  return refuse(
    choice.input,
    isWholly
      ? `${branch ?? 'its branch'} had no commit on ${day}: it begins on ${began ?? 'a later day'}`
      : `the history here is cut off on ${began ?? 'a later day'}, so what ${branch ?? 'its branch'} had on ${day} is not known`,
    'Choose a later day.',
  );
};

const wholeHash = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** A hash or its beginning, in what was fetched. */
const hashIn = async (
  world: ChooseWorld,
  store: Store,
  { input }: ChoiceOf,
  name: string,
  since: string | null = null,
): Promise<Found> => {
  const answer = await askGit(world, store, ['rev-parse', '--verify', `${name}^{commit}`]);
  if (answer.ok) return success(answer.value);
  const words = tailOf(answer.failure).join('\n');
  if (/ambiguous/.test(words)) {
    const all = [...words.matchAll(/([0-9a-f]{7,}) commit/g)].flatMap((match) => match[1] ?? []);
    return refuse(
      input,
      `${name} is the beginning of more than one commit${all.length === 0 ? '' : `: ${all.join(', ')}`}`,
      'Write more of the hash.',
    );
  }
  const isPart = store.isHuge && since !== null && !(await isWhole(world, store));
  return refuse(
    input,
    isPart
      ? `${store.url} has no branch or tag ${name}, and no commit since ${since} that begins so`
      : `${store.url} has no branch, tag or commit ${name}`,
    isPart
      ? 'Write the whole hash: older commits are not looked through in a repository of that size.'
      : `See what it has: ${showCommand({ file: 'git', args: ['ls-remote', store.url] })}`,
  );
};

const byName = async (
  world: ChooseWorld,
  store: Store,
  choice: ChoiceOf,
  name: string,
  refs: RemoteRefs & { readonly tip: string },
): Promise<Found> => {
  const hash = name.toLowerCase();
  if (refs.named !== null) {
    const fetched = await fetchCommits(world, store, refs.named, store.isHuge ? ['--depth=1'] : []);
    if (!fetched.ok) return gitTrouble(choice.input, store.url, fetched.failure);
    return await hashIn(world, store, choice, refs.named);
  }
  if (!/^[0-9a-f]{4,64}$/.test(hash)) return await hashIn(world, store, choice, name);
  if (wholeHash.test(hash)) {
    const fetched = await fetchCommits(world, store, hash, store.isHuge ? ['--depth=1'] : []);
    // "not our ref", "no such remote ref": what the remote does not have is no trouble of the way to it.
    if (
      !fetched.ok &&
      !/not our ref|no such remote ref|couldn't find remote ref|unadvertised/i.test(
        tailOf(fetched.failure).join('\n'),
      )
    )
      return gitTrouble(choice.input, store.url, fetched.failure);
    return await hashIn(world, store, choice, hash);
  }
  const newest = await dateOfTip(world, store, refs.tip);
  if (!newest.ok) return gitTrouble(choice.input, store.url, newest.failure);
  const locked = numberOf(choice.locked, 'lastModified');
  const since = Math.min(newest.value ?? 0, locked ?? Infinity) - shortHashDays * daySeconds;
  const fetched = await fetchSince(world, store, refs.tip, since);
  if (!fetched.ok) return gitTrouble(choice.input, store.url, fetched.failure);
  return await hashIn(world, store, choice, hash, showDay(since));
};

/**
 * Finds the commit that a person means. Nothing is written but a repository of
 * nixup's own with commits and no files; an input in a repository of this
 * machine is asked where it is. Fails with `revision-refused`, in words.
 */
// Over 60 lines: one question after the other, each with its own end.
export const chooseRevision = async (
  world: ChooseWorld,
  choice: ChoiceOf,
): Promise<Result<ChosenRevision, Failure>> => {
  const { input, original, locked, wish } = choice;
  const none = whyNoChoice(original, locked);
  if (none !== null) return refuse(input, none.detail, none.remedy);
  const source = sourceAttributes(original, locked);
  const url = remoteUrl(source);
  const ref = textOf(source, 'ref') ?? null;
  if (url === null || !isFetchable(url) || ref?.startsWith('-') === true)
    return refuse(
      input,
      `${describeAttributes(source)} is nothing that git is asked for`,
      inFlakeNix,
    );
  const own = localFolder(url);
  const store: Store = {
    folder: own ?? commitStoreFolder(world, url),
    url,
    isOwn: own !== null,
    isHuge: isHugeRepository(source),
  };
  const name = wish.kind === 'revision' ? wish.name : null;
  const patterns = [
    'HEAD',
    ...(ref === null ? [] : [ref, `${ref}^{}`]),
    ...(name === null ? [] : [`refs/tags/${name}`, `refs/tags/${name}^{}`, `refs/heads/${name}`]),
  ];
  const asked = await world.exec(
    {
      file: 'git',
      args: ['ls-remote', '--symref', '--', url, ...patterns],
      env: { ...remoteEnvironment(world), GIT_ASKPASS: 'false' },
    },
    { quiet: true, timeoutMs: questionTimeoutMs },
  );
  if (!asked.ok) return gitTrouble(input, url, asked.failure);
  const refs = parseRemoteRefs(asked.value.stdout, ref, name);
  const { tip, branch } = refs;
  if (tip === null)
    return refuse(
      input,
      ref === null ? `${url} has no commit` : `${url} has no branch or tag ${ref}`,
      `See what it has: ${showCommand({ file: 'git', args: ['ls-remote', url] })}`,
    );
  const found =
    wish.kind === 'day'
      ? await atEndOfDay(world, store, choice, wish.day, { tip, branch })
      : await byName(world, store, choice, wish.name, { ...refs, tip });
  if (!found.ok) return found;
  const revision = found.value;
  const date = await dateOfCommit(world, store, revision);
  // Whether the branch has it is worth a look, and no reason to fail.
  const compared = await fetchSince(world, store, tip, (date ?? 0) - daySeconds);
  const onBranch = compared.ok ? await isOnBranch(world, store, revision, tip) : null;
  return success({
    revision,
    wish: wish.kind === 'day' ? wish.day : wish.name,
    date,
    branch,
    onBranch,
    tip,
  });
};
