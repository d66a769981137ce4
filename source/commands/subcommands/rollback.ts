import { quoteWords } from '../../model/command.ts';
import { success } from '../../model/result.ts';
import { filesBackCommands, filesBackTexts } from '../../screen/dialogs/confirm-back.ts';
import { backByRestart, withoutRestarts } from '../../state/plans/rollback.ts';
import { worstStatus } from '../arguments/exit-status.ts';
import { allRead } from '../arguments/invocation.ts';
import { unlockTargets } from '../program/checks.ts';
import type { CommandRun } from '../program/command.ts';
import { confirmPlan, refusedStatus } from '../program/confirm-plan.ts';
import { doRun } from '../program/do-run.ts';
import { refused } from '../program/open.ts';

/** Takes hosts to the recorded system, or to a chosen generation. */
export const run: CommandRun<'rollback'> = async (invocation, context) =>
  await doRun(invocation, context, async (program) => {
    const { flags, words } = invocation;
    const { generation, reboot, lock, commit, push, ...rest } = invocation.own;
    allRead(rest);
    const surveyed = await program.survey({ probe: true, evaluate: false, words });
    if (!surveyed.ok) return surveyed;
    const chosen = program.hosts(words);
    if (!chosen.ok) return chosen;
    const bare = program.engine.rollback.plan(
      chosen.value,
      generation === null ? { kind: 'recorded' } : { kind: 'generation', number: generation },
    );
    await unlockTargets(program, bare, context.console);
    const previewed = await program.engine.rollback.preview(bare, { lock, commit, push });
    const plan = withoutRestarts(reboot ? backByRestart(previewed, 'all') : previewed);
    const confirmed = await confirmPlan(plan, flags, context.console, {
      verb: 'Roll back',
      further: (leftOut) => ({
        texts: filesBackTexts({ ...plan, leftOut }, { lock, commit, push }),
        commands: filesBackCommands({ ...plan, leftOut }),
      }),
      command: quoteWords(['nixup', 'rollback', ...words, '--yes']),
    });
    if (!confirmed.ok) return refused(3, confirmed.failure);
    const final = await program.engine.rollback.run(
      { ...plan, ...confirmed.value },
      { lock, commit, push },
    );
    const exitCode = worstStatus([final.exitCode, refusedStatus(confirmed.value.leftOut)]);
    return success({ result: { ...final, exitCode, ok: exitCode === 0 } });
  });
