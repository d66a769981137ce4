import { type Command, quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise } from '../../model/words/advice.ts';
import { showCommit } from '../../model/words/format.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import { lostUpdates } from '../../parsers/lock/lost-updates.ts';
import {
  askGit,
  type GitPlace,
  type GitWorld,
  gitChange,
  gitQuestion,
  reasonOf,
  refusing,
} from '../git/command.ts';

const refused = refusing('take the commit to its branch');

const timeoutMs = 120_000;

const said = async (
  world: GitWorld,
  place: GitPlace,
  args: readonly string[],
): Promise<Result<string, Failure>> => {
  const answer = await askGit(world.exec, gitQuestion(place.root, args));
  return answer.ok ? success(answer.value.stdout.trim()) : answer;
};

/** The tip of a branch of the remote, with its commits here; null where there is no such branch. */
export const remoteTip = async (
  world: GitWorld,
  place: GitPlace,
  remote: string,
  branch: string,
): Promise<Result<string | null, Failure>> => {
  const ref = `refs/heads/${branch}`;
  const listed = await world.exec(gitChange(place.root, ['ls-remote', '--', remote, ref]), {
    quiet: true,
    timeoutMs,
  });
  if (!listed.ok) return listed;
  const line = listed.value.stdout.split('\n').find((one) => one.endsWith(`\t${ref}`));
  const tip = line?.split('\t')[0] ?? null;
  if (tip === null) return success(null);
  const known = await said(world, place, ['cat-file', '-t', tip]);
  if (known.ok) return success(tip);
  const fetched = await world.exec(
    gitChange(place.root, [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--',
      remote,
      ref,
    ]),
    { quiet: true, timeoutMs },
  );
  return fetched.ok ? success(tip) : fetched;
};

const filesBetween = async (
  world: GitWorld,
  place: GitPlace,
  one: string,
  other: string,
): Promise<Result<readonly string[], Failure>> => {
  const listed = await askGit(
    world.exec,
    gitQuestion(place.root, ['diff-tree', '-r', '-z', '--name-only', one, other]),
  );
  return listed.ok
    ? success(listed.value.stdout.split('\0').filter((path) => path !== ''))
    : listed;
};

const fileAt = async (
  world: GitWorld,
  place: GitPlace,
  revision: string,
  path: string,
): Promise<string | null> => {
  const shown = await askGit(
    world.exec,
    gitQuestion(place.root, ['show', '--no-textconv', `${revision}:${path}`]),
  );
  return shown.ok ? shown.value.stdout : null;
};

/** Three commits: the last one that both have, what the branch of the request has, and the new one. */
interface Sides {
  readonly base: string;
  readonly tip: string;
  readonly revision: string;
}

const sidesOf = async (
  world: GitWorld,
  place: GitPlace,
  { base, tip, revision }: Sides,
  path: string,
): Promise<readonly [string | null, string | null, string | null]> => [
  await fileAt(world, place, base, path),
  await fileAt(world, place, tip, path),
  await fileAt(world, place, revision, path),
];

/** What the branch has of files that both changed, and the commit would take back: inputs, and files. */
const takenBack = async (
  world: GitWorld,
  place: GitPlace,
  sides: Sides,
  paths: readonly string[],
): Promise<readonly string[]> => {
  const lost: string[] = [];
  for (const path of paths) {
    const [base, theirs, ours] = await sidesOf(world, place, sides, path);
    if (theirs === ours) continue;
    const inputs =
      path === `${place.prefix}flake.lock` && base !== null && theirs !== null && ours !== null
        ? lostUpdates(base, theirs, ours)
        : null;
    lost.push(...(inputs ?? [path]));
  }
  return lost;
};

/** Whether commits are signed by a setting: a merge is signed like them. */
const signs = async (world: GitWorld, place: GitPlace): Promise<boolean> => {
  const asked = await said(world, place, ['config', '--type=bool', '--get', 'commit.gpgsign']);
  return asked.ok && asked.value === 'true';
};

/** What makes the merge of both, as it is shown and as it runs. */
export const mergeCommand = async (
  world: GitWorld,
  place: GitPlace,
  branch: string,
  tip: string,
  revision: string,
): Promise<Command> =>
  gitChange(place.root, [
    'commit-tree',
    ...((await signs(world, place)) ? ['-S'] : []),
    '-p',
    tip,
    '-p',
    revision,
    '-m',
    `Bring ${branch} to ${showCommit(revision)}`,
    `${revision}^{tree}`,
  ]);

/** A merge of both, whose tree is that of the commit. */
const mergeOf = async (
  world: GitWorld,
  place: GitPlace,
  branch: string,
  tip: string,
  revision: string,
): Promise<Result<string, Failure>> => {
  const command = await mergeCommand(world, place, branch, tip, revision);
  const merged = await world.exec(command, { quiet: true, timeoutMs });
  return merged.ok
    ? success(merged.value.stdout.trim())
    : failed(
        refused(
          `no commit could be made on top of ${branch}: ${reasonOf(merged.failure)}`,
          advise('see the branch', quoteWords(['git', '-C', place.root, 'log', tip])),
        ),
      );
};

const firstOf = (names: readonly string[]): string =>
  `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;

/**
 * A commit that the branch of a request can be moved to without losing what it has: the commit itself,
 * where it comes after it; else a merge of both, whose tree is that of the commit. That is refused where
 * the merge would take back what the branch has: changes of other files, or updates of other inputs.
 */
export const carriedCommit = async (
  world: GitWorld,
  place: GitPlace,
  {
    remote,
    branch,
    revision,
  }: { readonly remote: string; readonly branch: string; readonly revision: string },
): Promise<Result<string, Failure>> => {
  const tip = await remoteTip(world, place, remote, branch);
  if (!tip.ok) return tip;
  if (tip.value === null) return success(revision);
  const base = await said(world, place, ['merge-base', tip.value, revision]);
  if (!base.ok)
    return failed(
      refused(
        `the branch ${branch} has no commit in common with this one`,
        advise('merge or close its request, then', 'nixup commit --pr'),
      ),
    );
  if (base.value === tip.value) return success(revision);
  if (base.value === revision) return success(tip.value);
  const [theirs, ours] = [
    await filesBetween(world, place, base.value, tip.value),
    await filesBetween(world, place, base.value, revision),
  ];
  if (!theirs.ok) return theirs;
  if (!ours.ok) return ours;
  const [both, foreign] = [
    theirs.value.filter((path) => ours.value.includes(path)),
    theirs.value.filter((path) => !ours.value.includes(path)),
  ];
  if (foreign.length > 0)
    return failed(
      refused(
        `the branch ${branch} has changes of somebody else: ${firstOf(foreign)}`,
        advise('merge or close it, then', 'nixup commit --pr'),
      ),
    );
  const lost = await takenBack(world, place, { base: base.value, tip: tip.value, revision }, both);
  if (lost.length > 0)
    return failed(
      refused(
        `the branch ${branch} has changes that this commit would take back: ${firstOf(lost)}`,
        advise('merge or close it, then', 'nixup commit --pr'),
      ),
    );
  return mergeOf(world, place, branch, tip.value, revision);
};

const namedCommits = 50;

/** A branch of the remote as this repository knows it, without asking the remote; null where it knows none. */
export const knownTip = async (
  world: GitWorld,
  place: GitPlace,
  remote: string,
  branch: string,
): Promise<string | null> => {
  const ref = `refs/remotes/${remote}/${branch}`;
  const tip = await said(world, place, ['rev-parse', '--verify', '--quiet', ref]);
  return tip.ok ? tip.value : null;
};

/** The last commit that this one shares with the branch of the remote, as far as it is known here; null where it is not. */
export const forkOf = async (
  world: GitWorld,
  place: GitPlace,
  { remote, into }: { readonly remote: string; readonly into: string },
  revision: string,
): Promise<string | null> => {
  const known = await knownTip(world, place, remote, into);
  if (known === null) return null;
  const base = await said(world, place, ['merge-base', known, revision]);
  return base.ok ? base.value : null;
};

/** Commits up to this one that the branch of the remote does not have, the newest first: `abc Its subject`. */
export const unpushedSubjects = async (
  world: GitWorld,
  place: GitPlace,
  { remote, into }: { readonly remote: string; readonly into: string },
  revision: string,
): Promise<readonly string[]> => {
  const known = await knownTip(world, place, remote, into);
  if (known === null) return [];
  const listed = await said(world, place, [
    'log',
    '--no-show-signature',
    '--format=%H %s',
    `--max-count=${namedCommits + 1}`,
    `${known}..${revision}`,
  ]);
  const lines = listed.ok ? listed.value.split('\n').filter((line) => line !== '') : [];
  return [
    ...lines.slice(0, namedCommits).map((line) => {
      const [commit = '', ...subject] = line.split(' ');
      return `${showCommit(commit)} ${withoutControls(subject.join(' '))}`;
    }),
    ...(lines.length > namedCommits ? ['and more'] : []),
  ];
};
