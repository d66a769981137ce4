import { quoteWords } from '../../model/command.ts';
import { choiceWords, choosePaths, lockOnly, showFiles } from '../../model/commit/commit-plan.ts';
import { behindRemote, pushObstacle } from '../../model/commit/push-obstacle.ts';
import { type RequestProblem, requestWarnings } from '../../model/commit/request-plan.ts';
import { asSentence, explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { type Advice, adviceLine, advise, advised } from '../../model/words/advice.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunWish } from '../run/options.ts';
import { askForge } from './propose.ts';
import { carriedBelow } from './request-facts.ts';
import { problemOf } from './request-plan.ts';

const closed = (reason: string, next: Advice): Failure => ({
  code: 'gate-closed',
  host: null,
  reason,
  ...advised({ ...next, text: `Nothing was changed. ${next.text}` }),
});

/** What is done first, before the same is tried again or done in another way. */
const first = (what: string, instead: Advice): Advice => ({
  ...instead,
  text: `First: ${what}. ${instead.text}`,
});

const without = advise('To do the rest without a commit', 'nixup run --no-commit');

/** The same refusal, said before anything is done. */
const early = (what: string, failure: Failure, instead: Advice = without): Failure => {
  const { what: why, next } = explain(failure);
  return closed(`${what}: ${why}`, first(adviceLine(next), instead));
};

/** Hosts that a commit needs tested and that the run leaves out. */
const untestedHosts = (context: EngineContext, wish: RunWish): readonly string[] =>
  Object.values(context.state().hosts)
    .map(({ entry }) => entry)
    .filter(
      ({ name, role }) =>
        (role.kind === 'deployable' || role.kind === 'build-only') && !wish.hosts.includes(name),
    )
    .map(({ name }) => name);

/** How to do the rest of what was asked without the push. */
interface PushWays {
  readonly without: Advice;
  /** Said where the remote cannot be reached. */
  readonly later: string;
}

const runWays: PushWays = {
  without,
  later: 'The run continues; a push that fails is tried again by the next run.',
};

/** For a run that makes no commit, and pushes existing commits. */
const pushAloneWays: PushWays = {
  without: { text: 'To do the rest without a push: leave --push out' },
  later: 'The run continues.',
};

export const commitWays: PushWays = {
  without: advise('To commit without the push', 'nixup commit'),
  later: 'A push that fails is tried again by the next run.',
};

export const rollbackWays: PushWays = {
  without: { text: 'To roll back without the push: leave --push out' },
  later: 'A push that fails is tried again by the next run.',
};

/** The refusal of a push that nixup.toml forbids; null where it does not. */
export const neverPushes = ({ config, configFile }: EngineContext): Failure | null =>
  config.commit.push === 'never'
    ? {
        code: 'gate-closed',
        host: null,
        reason: `${configFile ?? 'the configuration'} says that nixup never pushes: [commit] push = "never"`,
        ...advised(advise('Change that, or push by hand', 'git push')),
      }
    : null;

/** What keeps a pull request from being opened, as far as the forge says it before; null where nothing is known. */
export const requestProblem = async (context: EngineContext): Promise<RequestProblem | null> => {
  const into = context.state().git?.branch ?? 'main';
  const asked = await askForge(context, { branch: 'BRANCH', into });
  return asked.ok ? null : problemOf(asked.failure);
};

/**
 * Why a pull request cannot be opened, said before anything is done. What may be over by then, and a request that a
 * person opens by a link, are told and refuse nothing.
 */
const requestGate = async (context: EngineContext): Promise<Failure | null> => {
  const problem = await requestProblem(context);
  if (problem === null) return null;
  const { kind, failure, why } = problem;
  if (kind === 'sure')
    return early(
      'the pull request at the end cannot be opened',
      failure,
      advise('To do the rest without it', 'nixup run --no-pr'),
    );
  const how = kind === 'by-hand' ? 'is left to a person' : 'may not be opened';
  context.emitter.emit({
    type: 'noticed',
    tone: 'warning',
    text: `The pull request at the end ${how}: ${why}`,
  });
  return null;
};

/** Tells early which commits of the branch come with the pull request at the end. */
const warnOfCarried = async (context: EngineContext): Promise<void> => {
  const { git } = context.state();
  const into = git?.branch ?? null;
  if (git === null || into === null) return;
  const carried = await carriedBelow(context, into, git.head);
  const [words, ...subjects] = requestWarnings({ into, commands: [], carried, undeployed: [] });
  if (words === undefined) return;
  const text = `${words} ${subjects.map((line) => line.trim()).join('; ')}`;
  context.emitter.emit({ type: 'noticed', tone: 'warning', text });
};

/**
 * Whether the push at the end of a run, of a rollback or after a commit can succeed, asked before
 * anything is done. A remote that cannot be reached is tried again later. A password that git asks
 * for at the terminal does not count: git asks when it pushes.
 */
export const pushGate = async (context: EngineContext, ways: PushWays): Promise<Failure | null> => {
  const never = neverPushes(context);
  if (never !== null) return never;
  const unpushable = pushObstacle(context.state().git);
  if (unpushable !== null) return unpushable;
  const behind = behindRemote(context.state().git);
  if (behind !== null) return closed(behind.reason, first(behind.first, ways.without));
  const rights = await context.git.canPush();
  if (!rights.ok)
    return rights.failure.code === 'git-refused'
      ? early('the push at the end would fail', rights.failure, ways.without)
      : null;
  if (rights.value.kind !== 'refused' || rights.value.isAsked) return null;
  const { refusal, failure } = rights.value;
  if (refusal.kind !== 'offline' && refusal.kind !== 'unreachable')
    return early('the push at the end would fail', failure, ways.without);
  context.emitter.emit({
    type: 'noticed',
    tone: 'warning',
    text: `The push at the end may fail: ${asSentence(explain(failure).what)} ${ways.later}`,
  });
  return null;
};

/**
 * Everything that would refuse the commit and the push at the end of a run,
 * asked before anything is done. Null when nothing is in the way.
 */
export const commitGate = async (
  context: EngineContext,
  wish: RunWish,
): Promise<Failure | null> => {
  if (!wish.deploy || !wish.commit) return wish.push ? pushGate(context, pushAloneWays) : null;
  const { git, gitProblem } = context.state();
  if (git === null)
    return closed(
      `the commit at the end cannot be: ${gitProblem ?? 'the flake is not in a git repository'}`,
      without,
    );
  const place = await context.git.pathOf('flake.lock');
  if (!place.ok) return early('the commit at the end would be refused', place.failure);
  const obstacle = await context.git.commitObstacle();
  if (obstacle !== null) return early('the commit at the end would be refused', obstacle);
  const chosen = choosePaths(place.value, git.dirty, wish.choice ?? lockOnly);
  if (chosen.kind === 'unchanged')
    return closed(
      `${chosen.path} did not change, so it cannot be committed with the lock`,
      without,
    );
  if (chosen.others.kind === 'unasked')
    return closed(
      `other tracked files changed: ${showFiles(chosen.others.paths)}. They would be tested and deployed with the lock`,
      {
        ...without,
        text: `Commit or stash them first, or say what becomes of them: ${choiceWords(chosen.others.paths)}. ${without.text}`,
      },
    );
  const missing = untestedHosts(context, wish);
  if (missing.length > 0)
    return closed(
      `a commit needs every host tested, and this run leaves out ${missing.join(', ')}`,
      advise(
        'For all hosts: nixup run. For these only, without a commit',
        quoteWords(['nixup', 'run', ...wish.hosts, '--no-commit']),
      ),
    );
  const behind = behindRemote(git);
  if (behind !== null) return closed(behind.reason, first(behind.first, without));
  if (wish.propose === true) {
    const unproposable = pushObstacle(git, 'Do without the pull request');
    if (unproposable !== null) return unproposable;
    const closedForge = await requestGate(context);
    if (closedForge === null) await warnOfCarried(context);
    return closedForge;
  }
  return wish.push ? pushGate(context, runWays) : null;
};
