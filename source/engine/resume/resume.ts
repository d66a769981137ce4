import { cutCommitWords } from '../../model/commit/cut-commit.ts';
import { asSentence } from '../../model/explain/explain.ts';
import { success } from '../../model/result.ts';
import { indexLockFailure } from '../../services/git/obstacles.ts';
import type { InterruptedRun, ResumeChoice } from '../../state/run.ts';
import { askCutCommit, forgetKept, oweCut } from '../commit/cut-commit.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith, type GoalEnding } from '../run/ending.ts';
import { closeInterrupted } from '../run/interrupted.ts';
import type { RunSession } from '../run/session.ts';
import { takeTo } from './back.ts';
import { type Concluded, nowOver, stillOpen } from './conclude.ts';
import { type FilesToFinish, filesStillToCome, prepareFilesToFinish } from './files-to-come.ts';
import { finishDeploy } from './finish.ts';
import { resumeLock } from './resume-lock.ts';

/** Hosts whose boot loader may still start another system once, and that nothing else checks. */
const bootedOnceWords = (context: EngineContext, run: InterruptedRun): readonly string[] =>
  run.restarts
    .filter((host) => !run.finishedHosts.includes(host))
    .flatMap((host) => {
      const to = run.targets[host];
      const current = context.state().hosts[host]?.facts?.current;
      return to === undefined || current === to
        ? []
        : [
            `The next boot of ${host} may start ${to} once; its default was not changed. See after a restart what it runs: nixup status ${host}`,
          ];
    });

/** Continues a run that had begun to deploy hosts or to roll them back. */
const resumeHosts = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  choice: ResumeChoice,
  hosts: readonly string[] | null,
  files: FilesToFinish | null,
): Promise<Concluded> => {
  const of = (systems: InterruptedRun['targets']): InterruptedRun['targets'] =>
    hosts === null
      ? systems
      : Object.fromEntries(Object.entries(systems).filter(([host]) => hosts.includes(host)));
  switch (choice) {
    case 'finish':
      // A rollback is finished as a rollback: its system is on the host, and perhaps not here.
      return run.mode === 'rollback'
        ? takeTo(context, session, run, of(run.targets), 'finished', files)
        : finishDeploy(context, session, run, Object.keys(of(run.targets)));
    case 'rollback':
      // The run was a rollback: undoing it leads to the systems that it took the hosts back from.
      if (run.mode === 'rollback')
        return stillOpen({
          exitCode: 3,
          summary:
            'Refused: the unfinished run was a rollback, and going back from it would bring hosts to the systems that they were taken back from. Finish it: nixup resume finish',
        });
      return takeTo(context, session, run, of(run.origins), 'rolled back');
    case 'leave':
      await closeInterrupted(context, run, 'left as it was');
      return nowOver({
        summary: [
          'The unfinished run is closed; every host was left as it is.',
          ...bootedOnceWords(context, run),
        ].join(' '),
      });
  }
};

/** Why nothing is done where the hosts that were named have no part in the run; null where some have. */
const refuseEmpty = (
  run: InterruptedRun,
  choice: ResumeChoice,
  hosts: readonly string[] | null,
): GoalEnding | null => {
  const meant = Object.keys(run.targets);
  if (choice === 'leave' || hosts === null || meant.length === 0) return null;
  if (meant.some((host) => hosts.includes(host))) return null;
  return {
    exitCode: 3,
    summary: `Refused: none of the hosts that were chosen is in the unfinished run. Its hosts are ${meant.join(', ')}. For all of them: nixup resume ${choice}`,
  };
};

/** Finishes, takes back or closes a run whose process ended before it did. Git says what became of its commit. */
export const runResume = async (
  context: EngineContext,
  session: RunSession,
  found: InterruptedRun,
  choice: ResumeChoice,
  hosts: readonly string[] | null = null,
): Promise<GoalEnding> => {
  const empty = refuseEmpty(found, choice, hosts);
  if (empty !== null) return empty;
  const asked = await askCutCommit(context, found);
  // Closing it as it is needs no git.
  if (!asked.ok && choice !== 'leave') return endWith(asked.failure);
  const cut = asked.ok ? asked.value : null;
  // A run is not closed while its commit may still be made.
  if (cut?.kind === 'busy') return endWith(indexLockFailure(cut.lock));
  const run = cut?.kind === 'made' ? { ...found, committed: cut.revision } : found;
  const files =
    choice === 'finish' ? await prepareFilesToFinish(context, session, run) : success(null);
  if (!files.ok) return endWith(files.failure);
  const { isOver, ending } =
    Object.keys(run.targets).length === 0
      ? await resumeLock(context, session, run, choice, files.value)
      : await resumeHosts(context, session, run, choice, hosts, files.value);
  if (!isOver) return ending;
  const owed = await oweCut(context, found, cut, choice);
  const after = [
    ...(owed === null ? [] : [owed]),
    ...(choice === 'leave' ? filesStillToCome(context, run.alsoBack) : []),
  ];
  if (cut === null)
    return after.length === 0
      ? ending
      : { ...ending, summary: [asSentence(ending.summary), ...after].join(' ') };
  const kept = await forgetKept(context, cut);
  const stays =
    choice === 'rollback' && cut.kind === 'made'
      ? ['The commit stays; to take it back too: nixup rollback --lock --commit']
      : [];
  return {
    ...ending,
    summary: [
      asSentence(ending.summary),
      ...cutCommitWords({ ...cut, kept }),
      ...stays,
      ...after,
    ].join(' '),
  };
};
