import type { InterruptedRun } from '../../model/run.ts';
import type { EngineContext } from '../context.ts';
import type { ResumeChoice } from '../contract.ts';
import type { GoalEnding } from '../goal-ending.ts';
import type { RunSession } from '../run-session.ts';
import { closeInterrupted } from './close-interrupted.ts';
import { takeTo } from './resume-back.ts';
import { finishDeploy } from './resume-finish.ts';
import { resumeLock } from './resume-lock.ts';

/** Hosts that may still be told to boot another system once, for which nothing else looks any more. */
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

/** Goes on with a run that had begun to take hosts somewhere. */
const resumeHosts = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  choice: ResumeChoice,
): Promise<GoalEnding> => {
  switch (choice) {
    case 'finish':
      // A rollback is finished as one: its system is on the host, and perhaps not here.
      return run.mode === 'rollback'
        ? takeTo(context, session, run, run.targets, 'finished')
        : finishDeploy(context, session, run);
    case 'rollback':
      // Its hosts were on the way back already: the other way leads to what they were taken back from.
      if (run.mode === 'rollback')
        return {
          exitCode: 3,
          summary:
            'Refused: the unfinished run was a rollback, and going back from it would bring hosts to the systems that they were taken back from. Finish it: nixup resume finish',
        };
      return takeTo(context, session, run, run.origins, 'rolled back');
    case 'leave':
      await closeInterrupted(context, run, 'left as it was');
      return {
        summary: [
          'The unfinished run is closed; every host was left as it is.',
          ...bootedOnceWords(context, run),
        ].join(' '),
      };
  }
};

/** Finishes, takes back or closes a run whose process ended before it did. */
export const runResume = (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  choice: ResumeChoice,
): Promise<GoalEnding> =>
  Object.keys(run.targets).length === 0
    ? resumeLock(context, session, run, choice)
    : resumeHosts(context, session, run, choice);
