import type { HostEntry } from '../../model/host/host.ts';
import { watchVerdict } from '../../model/watch/report.ts';
import { exitCodeOf } from '../../state/run.ts';
import type { EngineContext } from '../run/context.ts';
import type { GoalBody } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';
import { metricsEnding, type Watched, watchHosts } from './metrics.ts';
import { verifyGoal } from './verify.ts';

/** 1 wins over 5, 5 over 4, any of them over a run that was canceled or is well. */
const worstStatus = (...statuses: readonly number[]): number =>
  [1, 5, 4, 130].find((status) => statuses.includes(status)) ?? 0;

/** A summary that ends with a command has no full stop, and stands last. */
const withMetrics = (summary: string, sentences: string): string =>
  summary.endsWith('.') ? `${summary} ${sentences}` : `${sentences} ${summary}`;

/** The step of the runbook after the metrics: worse is failed, and what is not known yet is said. */
const tellStage = (context: EngineContext, session: RunSession, watched: Watched): void => {
  const { watch } = context.state().stages;
  const verdicts = [...watched.values()].map(watchVerdict);
  const { sentences } = metricsEnding(watched);
  if (verdicts.includes('worse') && watch.kind !== 'failed')
    session.stage('watch', { kind: 'failed', reason: sentences, at: context.world.clock.now() });
  else if ('evidence' in watch && sentences !== '')
    session.stage('watch', { ...watch, evidence: `${watch.evidence}; ${sentences}` });
};

/**
 * Health against the baseline, and the metrics of each host that can be deployed since it was changed
 * against the same hours of the days before.
 */
export const watchGoal =
  (context: EngineContext, entries: readonly HostEntry[]): GoalBody =>
  async (session) => {
    const ending = await verifyGoal(context, entries, 'watch')(session);
    if (session.signal.aborted || ending.exitCode === 1) return ending;
    const deployable = entries.filter(({ role }) => role.kind === 'deployable');
    const watched = await watchHosts(context, session, deployable);
    const { exitCode, sentences } = metricsEnding(watched);
    tellStage(context, session, watched);
    return {
      ...ending,
      exitCode: worstStatus(
        ending.exitCode ?? exitCodeOf([...session.outcomes.values()]),
        exitCode,
      ),
      summary: sentences === '' ? ending.summary : withMetrics(ending.summary, sentences),
    };
  };
