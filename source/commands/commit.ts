import path from 'node:path';
import type { CommitPlan } from '../model/commit-plan.ts';
import { explainInLine } from '../model/explain.ts';
import type { Failure } from '../model/failure.ts';
import { pushObstacle } from '../model/push-obstacle.ts';
import { type Result, success } from '../model/result.ts';
import type { RunResult } from '../model/run.ts';
import { openPullRequest } from '../services/forges/pull-request.ts';
import { createGit } from '../services/git.ts';
import type { CommandContext, CommandRun } from './command.ts';
import { doRun } from './do-run.ts';
import { editText } from './edit-text.ts';
import type { Invocation } from './invocation.ts';
import { mergeResults } from './merge-results.ts';
import { type Program, type Refused, refused } from './open-program.ts';

const chooseMessage = async (
  { flags }: Invocation,
  { world, console }: CommandContext,
  plan: CommitPlan,
): Promise<Result<string, Refused>> => {
  let { message } = plan;
  if (flags.message !== null) {
    const file = path.resolve(world.workingFolder, flags.message);
    const read = await world.files.read(file);
    if (!read.ok) return refused(2, read.failure);
    if (read.value === undefined)
      return refused(2, {
        code: 'file-failed',
        operation: 'read',
        path: file,
        detail: 'there is no such file',
      });
    message = read.value;
  }
  if (!flags.edit) return success(message);
  if (!console.canAsk)
    return refused(2, {
      code: 'gate-closed',
      host: null,
      reason: '--edit needs a terminal',
      remedy: 'Give the message in a file: nixup commit --message FILE',
    });
  const edited = await editText(message, 'COMMIT_EDITMSG', world.environment);
  return edited.ok ? edited : refused(1, edited.failure);
};

/** A commit that was made, and what could not be done with it. */
const butNot = (committed: RunResult, failure: Failure): RunResult => {
  return {
    ...committed,
    ok: false,
    exitCode: 1,
    summary: `${committed.summary} ${explainInLine(failure)}`,
  };
};

/**
 * Pushes the commit to a branch of its own and opens a pull request into the
 * branch that it was made on. The local branch stays where it is.
 */
const propose = async (
  { world }: CommandContext,
  program: Program,
  committed: RunResult,
  message: string,
): Promise<RunResult> => {
  const { git: repository, flakePath } = program.state();
  const into = repository?.branch ?? null;
  const remoteUrl = repository?.remoteUrl ?? null;
  if (repository === null || into === null || remoteUrl === null)
    return butNot(committed, {
      code: 'git-refused',
      operation: 'open a pull request',
      detail: into === null ? 'HEAD is detached' : 'the repository has no remote',
      remedy: 'Push it by hand: git push',
    });
  const branch = `nixup/${(committed.commit ?? '').slice(0, 12)}`;
  const git = createGit(world, flakePath ?? world.workingFolder);
  const pushed = await git.push({ branch: into, remoteRef: `refs/heads/${branch}` });
  if (!pushed.ok) return butNot(committed, pushed.failure);
  const [title = '', ...body] = message.split('\n');
  const opened = await openPullRequest(world, repository.root, remoteUrl, {
    branch,
    into,
    title,
    body: body.join('\n').trim(),
  });
  return opened.ok
    ? { ...committed, summary: `${committed.summary} The pull request: ${opened.value}` }
    : butNot(committed, opened.failure);
};

/** Commits exactly the tested tree, with a message made of facts. */
export const run: CommandRun = async (invocation, context) =>
  await doRun(invocation, context, async (program) => {
    const { engine, state } = program;
    const surveyed = await program.survey({ probe: true, evaluate: true });
    if (!surveyed.ok) return surveyed;
    const plan = await engine.planCommit();
    const { git } = state();
    const { push, pr } = invocation.flags;
    const unpushable = push || pr ? pushObstacle(git) : null;
    if (unpushable !== null) return refused(3, unpushable);
    const isClean = git !== null && git.dirty.length === 0 && git.conflicted.length === 0;
    if (plan.obstacle !== null && !isClean)
      return refused(3, {
        code: 'gate-closed',
        host: null,
        reason: plan.obstacle,
        remedy: 'Nothing was committed.',
      });
    const nothing = {
      ok: true,
      exitCode: 0,
      hosts: {},
      commit: null,
      build: null,
      summary: 'Nothing to commit: the tree is clean.',
    };
    if (isClean && !invocation.flags.push) return success({ result: nothing });
    if (isClean) return success({ result: mergeResults(nothing, await engine.push()) });
    const message = await chooseMessage(invocation, context, plan);
    if (!message.ok) return message;
    if (message.value.trim() === '')
      return refused(3, {
        code: 'gate-closed',
        host: null,
        reason: 'the message is empty',
        remedy: 'Nothing was committed.',
      });
    const committed = await engine.commit({ ...plan, message: message.value });
    if (!committed.ok) return success({ result: committed });
    if (invocation.flags.pr)
      return success({ result: await propose(context, program, committed, message.value) });
    if (!invocation.flags.push) return success({ result: committed });
    return success({ result: mergeResults(committed, await engine.push()) });
  });
