import type { HostEntry } from '../../model/host/host.ts';
import { watchVerdict } from '../../model/watch/report.ts';
import { type RunWatch, untilWords, watchOfAll } from '../../model/watch/run-watch.ts';
import { comparedPart } from '../../state/part-of-fleet.ts';
import { exitCodeOf } from '../../state/run.ts';
import type { EngineContext } from '../run/context.ts';
import type { GoalBody, GoalEnding } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';
import { type OpenServer, openServer, type Since, watchHosts } from './ask-watch.ts';
import { type MetricsEnding, metricsEnding, metricsSentences, type Watched } from './metrics.ts';
import { isOverNow, keepReports } from './run-watch.ts';
import { compareWithBaseline, entriesNow, joinSentences } from './verify.ts';

/** 1 wins over 5, 5 over 4, any of them over a run that was canceled or is well. */
const worstStatus = (...statuses: readonly number[]): number =>
  [1, 5, 4, 130].find((status) => statuses.includes(status)) ?? 0;

/** Hosts whose 24 hours are over and of which something is known. */
const closedHosts = (context: EngineContext, watched: Watched): readonly string[] =>
  [...watched].flatMap(([host, watch]) => {
    const verdict = watchVerdict(watch);
    const isOver = watch.changedAt === null || isOverNow(context, host, watch);
    return isOver && verdict !== 'unknown' && verdict !== 'early' ? [host] : [];
  });

/**
 * The step of the runbook after the metrics: worse is failed. It is done only for hosts whose 24 hours are over and
 * of which the metrics are known; the others are left, and it says what is open.
 */
const tellStage = (
  context: EngineContext,
  session: RunSession,
  watched: Watched,
  said: MetricsEnding,
): void => {
  const { watch } = context.state().stages;
  const now = context.world.clock.now();
  const { exitCode } = said;
  const sentences = metricsSentences(said);
  if (exitCode === 5) {
    if (watch.kind !== 'failed')
      session.stage('watch', { kind: 'failed', reason: sentences, at: now });
    return;
  }
  if (!('evidence' in watch)) return;
  const until = untilWords(watched, watchOfAll(context.state().watches), now);
  const evidence = [watch.evidence, until, sentences].filter((words) => words !== '').join('; ');
  const before = watch.hosts ?? [];
  const closed = new Set(closedHosts(context, watched));
  const done = before.filter((host) => !watched.has(host) || closed.has(host));
  const part = comparedPart(context.state(), done);
  session.stage(
    'watch',
    done.length === before.length
      ? { ...watch, evidence }
      : {
          kind: 'begun',
          hosts: part.done,
          left: part.left,
          of: part.done.length + part.left.length + part.waiting.length,
          evidence,
          at: now,
        },
  );
};

/** The time after a run; a host that was changed again is watched until then. */
const sinceOf = (context: EngineContext, { run, hosts }: RunWatch): Since =>
  new Map(
    hosts.map(({ host, changedAt }) => {
      const last = context.records.lastDeploy(host);
      const isAgain = last !== undefined && last.run !== run && last.at > changedAt;
      return [host, { changedAt, until: isAgain ? last.at : null }];
    }),
  );

/**
 * Health against the baseline, and the metrics of each host that can be deployed since it was changed, or
 * since a run, against the same hours of the days before.
 */
export const watchGoal =
  (
    context: EngineContext,
    entries: readonly HostEntry[],
    since: RunWatch | null = null,
  ): GoalBody =>
  async (session) => {
    const server = openServer(context);
    return await watchAll(context, session, entries, { since, server }).finally(server.close);
  };

/** The units first, then what hosts and the server say of the time since. */
const watchAll = async (
  context: EngineContext,
  session: RunSession,
  entries: readonly HostEntry[],
  { since, server }: { readonly since: RunWatch | null; readonly server: OpenServer },
): Promise<GoalEnding> => {
  const health = await compareWithBaseline(context, session, entries, 'watch');
  const { trouble, beside, advice } = health;
  if (session.signal.aborted || health.exitCode === 1)
    return {
      ...(health.exitCode === undefined ? {} : { exitCode: health.exitCode }),
      summary: joinSentences([trouble, beside, advice]),
    };
  const deployable = entriesNow(context, entries).filter(({ role }) => role.kind === 'deployable');
  const { watched, fleet } = await watchHosts(
    context,
    session.say,
    deployable,
    since === null ? null : sinceOf(context, since),
    server,
  );
  const said = metricsEnding(watched, fleet, health.isPrometheusTold);
  await keepReports(context, watched, deployable, {
    run: since?.run ?? null,
    problemsOf: ({ name }) => {
      const outcome = session.outcomes.get(name);
      return outcome?.status === 'unhealthy' && outcome.reason !== null ? [outcome.reason] : [];
    },
  });
  tellStage(context, session, watched, said);
  return {
    exitCode: worstStatus(
      health.exitCode ?? exitCodeOf([...session.outcomes.values()]),
      said.exitCode,
    ),
    // A message of few lines must not hide trouble behind what is only not known.
    summary: joinSentences([
      trouble,
      said.worse,
      said.early,
      beside,
      said.well,
      said.unknown,
      advice,
    ]),
  };
};
