import { showCommit } from '../../model/words/format.ts';
import type { InterruptedRun, ResumeChoice } from '../../state/run.ts';
import { subcommandOf } from '../../state/run-words.ts';
import { readLockIndex } from '../lock/history.ts';
import { runRestoreLock } from '../lock/restore.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith } from '../run/ending.ts';
import { closeInterrupted } from '../run/interrupted.ts';
import type { RunSession } from '../run/session.ts';
import { type Concluded, nowOver, stillOpen } from './conclude.ts';
import { type FilesToFinish, finishFiles } from './files-to-come.ts';

/** Its commit was made: the lock belongs to that commit, and is not put back alone. */
const closeCommitted = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  choice: ResumeChoice,
): Promise<Concluded> => {
  const short = showCommit(run.committed ?? '');
  if (choice === 'rollback')
    return stillOpen({
      exitCode: 3,
      summary: `Refused: the unfinished run had made its commit ${short}, and putting flake.lock back without it would leave the reverse of it in the working tree. Close the run: nixup resume finish. Then take the commit back: nixup rollback --lock --commit`,
    });
  await closeInterrupted(
    context,
    run,
    `Committed as ${short}; it was cut off after that, and closed by ${session.id}.`,
  );
  return nowOver({ summary: 'The unfinished run is closed.' });
};

/**
 * Closes a run that had begun no host: what it may have changed is the lock,
 * which is kept as it is now, or put back as it was before the run.
 */
export const resumeLock = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  choice: ResumeChoice,
  files: FilesToFinish | null = null,
): Promise<Concluded> => {
  if (run.committed !== undefined) return closeCommitted(context, session, run, choice);
  switch (choice) {
    case 'leave':
      await closeInterrupted(context, run, 'left as it was');
      return nowOver({ summary: 'The unfinished run is closed; everything was left as it is.' });
    case 'finish': {
      if (files !== null) {
        const followed = await finishFiles(context, session, run, files);
        if (!followed.ok) return stillOpen(endWith(followed.failure));
        await closeInterrupted(context, run, `finished by ${session.id}`);
        return nowOver({
          summary: ['The unfinished rollback is finished.', ...followed.value].join(' '),
        });
      }
      const again =
        run.alsoBack === undefined
          ? ` To do it again: nixup ${subcommandOf(run.goal)}${run.wantsPush === true ? ' --push' : ''}`
          : '';
      await closeInterrupted(context, run, `finished by ${session.id}`);
      return nowOver({
        summary: `The unfinished run is closed. It had started no host, and flake.lock stays as it is.${again}`,
      });
    }
    case 'rollback': {
      const { actions, damage } = await readLockIndex(context);
      // Nobody knows whether this run changed the lock.
      if (damage !== null && actions.at(-1)?.run !== run.id)
        return stillOpen(
          endWith({
            code: 'revert-refused',
            input: 'flake.lock',
            detail: `${damage}; the locks themselves are kept beside it. To keep the lock as it is: nixup resume leave`,
          }),
        );
      const isLast = actions.at(-1)?.run === run.id;
      const restored = isLast ? await runRestoreLock(context, session, 'undo') : null;
      if (restored?.ok === false) return stillOpen(endWith(restored.failure));
      await closeInterrupted(context, run, `rolled back by ${session.id}`);
      if (restored !== null)
        return nowOver({
          summary: 'flake.lock is as it was before the unfinished run, which is closed.',
        });
      return nowOver({
        summary: actions.some((action) => action.run === run.id)
          ? 'The unfinished run is closed. flake.lock was changed again after it and stays as it is; to undo the last change: nixup revert --undo'
          : 'The unfinished run is closed. It had started no host and had not changed flake.lock.',
      });
    }
  }
};
