import type { Command } from '../../model/command.ts';
import { isInPlace, isPersistent } from '../../model/deploy/in-place.ts';
import { hostCommands } from '../../services/host/commands.ts';
import type { ResumeChoice } from '../../state/run.ts';
import { withKept } from '../deploy/preview-plan.ts';
import type { EngineContext } from '../run/context.ts';

/**
 * The commands by which a resume takes these hosts of the unfinished run to their systems, by the
 * facts of now. A host with an activation that nobody decided is left out: its supervisor goes on
 * with what was started, or goes back by itself.
 */
export const resumeCommands = (
  context: EngineContext,
  choice: ResumeChoice,
  names: readonly string[] | null,
): readonly Command[] => {
  const { interrupted: run, hosts } = context.state();
  if (run === null || choice === 'leave') return [];
  if (choice === 'rollback' && run.mode === 'rollback') return [];
  const isBack = choice === 'rollback' || run.mode === 'rollback';
  const mode = run.mode === 'rollback' ? 'switch' : run.mode;
  return Object.entries(choice === 'finish' ? run.targets : run.origins).flatMap(([name, to]) => {
    const { entry, facts, probe } = hosts[name] ?? {};
    if (names !== null && !names.includes(name)) return [];
    if (entry === undefined || facts == null || probe?.kind === 'failed') return [];
    if (facts.supervision != null) return [];
    const isDone = isBack
      ? facts.current === to && isPersistent(facts, to)
      : isInPlace(facts, to, mode);
    if (isDone) return [];
    const kept = withKept(context, entry, facts);
    const isRestarted = choice === 'finish' && run.restarts.includes(name);
    if (isBack)
      return isRestarted
        ? hostCommands.restartBack(entry, facts, to)
        : hostCommands.rollback(entry, facts, to);
    return isRestarted
      ? hostCommands.restart(entry, kept, to)
      : hostCommands.deploy(entry, kept, to, mode);
  });
};
