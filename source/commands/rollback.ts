import { quoteWords } from '../model/command.ts';
import { explainInLine } from '../model/explain.ts';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';
import type { RunResult } from '../model/run.ts';
import { createGit } from '../services/git.ts';
import type { CommandContext, CommandRun } from './command.ts';
import { confirmPlan, refusedStatus } from './confirm-plan.ts';
import { doRun } from './do-run.ts';
import { worstStatus } from './exit-status.ts';
import type { Invocation } from './invocation.ts';
import { mergeResults } from './merge-results.ts';
import { type Program, refused } from './open-program.ts';
import { unlockTargets } from './unlock-targets.ts';

/** The newest commit of this branch that nixup made, by the journals. */
const lastCommit = (program: Program): Result<string, Failure> => {
  const commit = program.state().history.find((run) => run.result?.commit != null)?.result?.commit;
  return commit == null
    ? failed({
        code: 'git-refused',
        operation: 'revert',
        detail: 'no run of nixup made a commit here',
        remedy: 'Revert by hand: git revert REVISION',
      })
    : success(commit);
};

/** The hosts are back; what else was asked for was not done. */
const butNot = (result: RunResult, failure: Failure): RunResult => {
  return {
    ...result,
    ok: false,
    exitCode: 1,
    summary: `${result.summary} ${explainInLine(failure)}`,
  };
};

/** Lock and commit follow only when every host is back. */
const restoreFiles = async (
  invocation: Invocation,
  context: CommandContext,
  program: Program,
  result: RunResult,
): Promise<RunResult> => {
  const { flags } = invocation;
  if (!result.ok || !(flags.lock || flags.commit)) return result;
  const { lock, flakePath } = program.state();
  const changed =
    lock.kind === 'read' ? lock.changes.map(({ path }) => path.split('/')[0] ?? path) : [];
  let final = result;
  if (flags.lock && changed.length > 0)
    final = mergeResults(final, await program.engine.revert([...new Set(changed)]));
  if (flags.commit && final.ok) {
    const commit = lastCommit(program);
    if (!commit.ok) return butNot(final, commit.failure);
    const git = createGit(context.world, flakePath ?? context.world.workingFolder);
    const reverted = await git.revertCommit(commit.value);
    if (!reverted.ok) return butNot(final, reverted.failure);
    final = {
      ...final,
      commit: reverted.value.revision,
      summary: `${final.summary} Commit ${commit.value.slice(0, 12)} is reverted.`,
    };
  }
  return final;
};

/** Takes hosts to the recorded system, or to a chosen generation. */
export const run: CommandRun = async (invocation, context) =>
  await doRun(invocation, context, async (program) => {
    const { flags, words } = invocation;
    const surveyed = await program.survey({ probe: true, evaluate: false });
    if (!surveyed.ok) return surveyed;
    const chosen = program.hosts(words);
    if (!chosen.ok) return chosen;
    const bare = program.engine.planRollback(
      chosen.value,
      flags.generation === null
        ? { kind: 'recorded' }
        : { kind: 'generation', number: flags.generation },
    );
    await unlockTargets(program, bare, context.console);
    const plan = await program.engine.previewRollback(bare);
    const confirmed = await confirmPlan(plan, flags, context.console, {
      deed: 'Roll back',
      command: quoteWords(['nixup', 'rollback', ...words, '--yes']),
    });
    if (!confirmed.ok) return refused(3, confirmed.failure);
    const result = await program.engine.rollback(confirmed.value);
    const final = await restoreFiles(invocation, context, program, result);
    const exitCode = worstStatus([final.exitCode, refusedStatus(confirmed.value.leftOut)]);
    return success({ result: { ...final, exitCode, ok: exitCode === 0 } });
  });
