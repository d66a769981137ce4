import { isInPlace, isPersistent } from '../../model/deploy/in-place.ts';
import { asSentence } from '../../model/explain/explain.ts';
import { success } from '../../model/result.ts';
import { showMoment } from '../../model/words/format-time.ts';
import { hostList } from '../../model/words/sentences.ts';
import { entriesOf } from '../../state/hosts.ts';
import { outcomeSentence } from '../../state/outcome.ts';
import type { HostOutcome, InterruptedRun } from '../../state/run.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith, type GoalEnding } from '../run/ending.ts';
import { closeInterrupted } from '../run/interrupted.ts';
import type { RunSession } from '../run/session.ts';
import { probeHosts } from '../survey/survey.ts';
import { type FilesToFinish, finishFiles } from './files-to-come.ts';

/** How a resume ended, and whether the unfinished run is over and closed with it. */
export interface Concluded {
  readonly isOver: boolean;
  readonly ending: GoalEnding;
}

/** The ending of a resume after which the unfinished run stays open. */
export const stillOpen = (ending: GoalEnding): Concluded => ({ isOver: false, ending });

export const nowOver = (ending: GoalEnding): Concluded => ({ isOver: true, ending });

export type ResumeEnding = 'finished' | 'rolled back';

/** Outcomes of a host with which the unfinished run is over for it. */
const isDecided = ({ status }: HostOutcome): boolean =>
  status === 'succeeded' ||
  status === 'unchanged' ||
  status === 'unhealthy' ||
  status === 'rolledBack';

/** Whether the flake was read and no longer has this host. */
const isGone = (context: EngineContext, host: string): boolean =>
  context.state().fleet.kind === 'listed' && context.state().hosts[host] === undefined;

/** Whether the records say that a later run tried it there, and that it ended badly. */
const wasTried = (
  { records }: EngineContext,
  run: InterruptedRun,
  host: string,
  to: string,
): boolean => {
  const sickness = records.sickness(host);
  return (
    (sickness?.toplevel === to && sickness.since > run.lastEventAt) ||
    records
      .setbacks()
      .some((one) => one.host === host && one.toplevel === to && one.at > run.lastEventAt)
  );
};

/**
 * Whether the run is over for a host that this resume left out: by what it runs, or by the records.
 */
const isOverWithout = (
  context: EngineContext,
  run: InterruptedRun,
  host: string,
  how: ResumeEnding,
): boolean => {
  if (isGone(context, host)) return true;
  const known = context.state().hosts[host];
  const to = how === 'finished' ? run.targets[host] : run.origins[host];
  if (known === undefined || to === undefined) return false;
  if (how === 'finished' && wasTried(context, run, host, to)) return true;
  if (known.probe.kind !== 'answered' || known.facts === null) return false;
  if (how === 'finished')
    return isInPlace(known.facts, to, run.mode === 'rollback' ? 'switch' : run.mode);
  // It may still be told to boot the new system once.
  const mayBootOnce = run.restarts.includes(host) && !run.finishedHosts.includes(host);
  return known.facts.current === to && isPersistent(known.facts, to) && !mayBootOnce;
};

/**
 * The unfinished run is over when it is over for each of its hosts that the flake
 * still has: for those of this resume by how they ended, for the others by what they run.
 */
export const concludeResume = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  names: readonly string[],
  how: ResumeEnding,
  /** What is done after the hosts, before the run is closed. */
  files: FilesToFinish | null = null,
): Promise<Concluded> => {
  const leftOut = names.filter((name) => !session.outcomes.has(name));
  await probeHosts(context, entriesOf(context.state(), leftOut));
  const unasked = leftOut.filter((name) => !isOverWithout(context, run, name, how));
  const open = names.filter((name) => {
    const outcome = session.outcomes.get(name);
    return outcome !== undefined && !isDecided(outcome) && !isGone(context, name);
  });
  const began = showMoment(run.startedAt);
  if (open.length > 0 || unasked.length > 0) {
    const why = [
      ...(open.length === 0
        ? []
        : [`${hostList(open)} ${open.length === 1 ? 'is' : 'are'} not where it was to be`]),
      ...(unasked.length === 0
        ? []
        : [`${hostList(unasked)} ${unasked.length === 1 ? 'was' : 'were'} left out of this`]),
    ].join('; ');
    const word = how === 'finished' ? 'finish' : 'rollback';
    return stillOpen({
      summary: `The run of ${began} is not over: ${why}. Again with: nixup resume ${word}`,
    });
  }
  const followed = files === null ? success([]) : await finishFiles(context, session, run, files);
  if (!followed.ok)
    return stillOpen(
      endWith(
        followed.failure,
        `${asSentence(outcomeSentence(session.results(), 'rollback'))} Not done: `,
      ),
    );
  await closeInterrupted(context, run, `${how} by ${session.id}`);
  return nowOver(
    how === 'finished'
      ? {
          summary:
            `The run of ${began} is finished: ${asSentence(outcomeSentence(session.results(), run.mode === 'rollback' ? 'rollback' : 'deploy'))} ${run.mode === 'rollback' ? followed.value.join(' ') : 'Next: nixup verify, nixup commit'}`.trim(),
        }
      : { summary: 'Every host runs the system it had before the unfinished run.' },
  );
};
