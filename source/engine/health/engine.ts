import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { notificationOfWatch } from '../../model/run/notification.ts';
import type { Calibration } from '../../model/watch/calibration.ts';
import type { ChartAnswer, ChartWindow, Trends } from '../../model/watch/chart.ts';
import type { ShortWindow } from '../../model/watch/counters.ts';
import type { MetricId } from '../../model/watch/metric.ts';
import { hasHistory } from '../../model/watch/report.ts';
import {
  fleetVerdict,
  type RunWatch,
  runWatchHeadline,
  type SignOff,
} from '../../model/watch/run-watch.ts';
import { hostCommands } from '../../services/host/commands.ts';
import {
  planServiceRestarts,
  planUnitRestart,
  type RestartPlan,
} from '../../state/plans/restart-services.ts';
import type { RunResult } from '../../state/run.ts';
import { tending } from '../commit/tend.ts';
import type { EngineContext } from '../run/context.ts';
import { notifyPerson } from '../run/notify.ts';
import type { EngineTools } from '../run/tools.ts';
import { dueHosts, watchesListed, watchOfRun } from '../run/watches.ts';
import { probeHosts } from '../survey/survey.ts';
import { acceptGoal } from './accept.ts';
import { watchHosts } from './ask-watch.ts';
import { calibrate, type TellCalibration } from './calibrate.ts';
import { readChart, readTrends } from './charts.ts';
import { createTrendsOfHosts, type TrendsOfHosts } from './host-trends.ts';
import { restartServicesGoal } from './restart-services.ts';
import { keepReports } from './run-watch.ts';
import { createSampling, type Sampling } from './sampling.ts';
import { verifyGoal } from './verify.ts';
import { watchGoal } from './watch-goal.ts';

export interface HealthEngine {
  verify(hosts: readonly string[]): Promise<RunResult>;
  /**
   * The same comparison as the last step of the runbook, as long after the deploy as one likes, and
   * what Prometheus says; `since`: not since each host was changed last, but since a run.
   */
  watch(hosts: readonly string[], since?: RunWatch | null): Promise<RunResult>;
  /** The hosts that a run changed, with what was said of them since; null where it changed none. */
  watchOf(run: string): Promise<RunWatch | null>;
  /** Makes the reports of watches whose 24 hours are over, from Prometheus and the journals. No run. */
  reportDue(): Promise<void>;
  /** What a person says of a host after a run; null takes it back. False where it cannot be recorded. */
  signOff(run: string, host: string, trouble: SignOff['trouble'] | null): Promise<boolean>;
  /** A metric of a host over time, in so many columns. */
  chart(
    host: string,
    asked: { readonly metric: MetricId; readonly window: ChartWindow },
    points: number,
  ): Promise<ChartAnswer | null>;
  /** A metric of each host in a few numbers. */
  trends(
    hosts: readonly string[],
    asked: { readonly metric: MetricId; readonly window: ChartWindow },
  ): Promise<Trends>;
  /**
   * Looks once at what these hosts count, where no server is asked and sysstat keeps nothing: what they did since the
   * first look. A host without two looks is left out.
   */
  sample(hosts: readonly string[]): Promise<ReadonlyMap<string, ShortWindow>>;
  /** Whether the configuration names a server of metrics. */
  hasMetrics(): boolean;
  /** How often the rule would have said worse in the last month. `tell` hears what is tried next. */
  calibrate(
    hosts: readonly string[],
    tell: TellCalibration,
    signal?: AbortSignal,
  ): Promise<readonly Calibration[]>;
  /** The health of these hosts as it is becomes what later runs compare with. */
  accept(hosts: readonly string[]): Promise<RunResult>;
  /** Asks these hosts which services still run code of an earlier system; what they say is in the state. */
  askOldCode(hosts: readonly string[]): Promise<void>;
  /** Which of these services can be restarted, by what the hosts said last. */
  planRestarts(hosts: readonly string[]): RestartPlan;
  /** Whether and how one unit can be restarted; asks the host what it is. */
  planUnitRestart(host: string, unit: string): Promise<Result<RestartPlan, Failure>>;
  /** Restarts exactly the services that were shown. */
  restart(plan: RestartPlan): Promise<RunResult>;
}

/** The 24 hours of a run are over: said on the screen, and to who waits. */
const tellEnd = async (context: EngineContext, watch: RunWatch): Promise<void> => {
  const now = context.world.clock.now();
  const verdict = fleetVerdict(watch);
  const headline = runWatchHeadline(watch, now);
  context.emitter.emit({
    type: 'noticed',
    tone: verdict === 'worse' ? 'warning' : 'info',
    text: `The watch of the run ${watch.run} is over: ${headline}.`,
  });
  await notifyPerson(
    context,
    notificationOfWatch(watch.run, verdict, verdict === 'worse', headline, now),
  );
};

const unitRestart = async (
  context: EngineContext,
  entry: HostEntry,
  unit: string,
): Promise<Result<RestartPlan, Failure>> => {
  const { hosts, state } = context;
  const facts = await hosts.units.facts(entry, unit);
  if (!facts.ok) return facts;
  const known = state().hosts[entry.name];
  const commands = hostCommands.restartServices;
  return success(planUnitRestart(known, entry.name, unit, facts.value, commands));
};

// Over 60 lines: a table of what can be asked, most of it one line each.
export const createHealthEngine = (
  { context, entries, start, emit }: EngineTools,
  sampling: Sampling = createSampling(),
  ofHosts: TrendsOfHosts = createTrendsOfHosts(sampling.samplesOf),
): HealthEngine => ({
  verify: (hosts) =>
    start('verify', hosts, tending(context(), verifyGoal(context(), entries(hosts))), 'looks'),
  watch: (hosts, since = null) =>
    start('watch', hosts, tending(context(), watchGoal(context(), entries(hosts), since)), 'looks'),
  watchOf: (run) => watchOfRun(context(), run),
  reportDue: async () => {
    const due = entries(dueHosts(context()));
    if (due.length === 0) return;
    const { watched } = await watchHosts(context(), (event) => emit(event), due);
    await keepReports(context(), watched, due);
    for (const watch of context().state().watches)
      if (watch.hosts.some(({ host }) => watched.has(host))) await tellEnd(context(), watch);
  },
  signOff: async (run, host, trouble) => {
    const { records, world } = context();
    const kept =
      trouble === null
        ? await records.dropSignOff(run, host)
        : await records.keepSignOff({
            run,
            host,
            at: world.clock.now(),
            by: world.userName,
            trouble: [...trouble],
          });
    emit(watchesListed(context()));
    return kept.ok;
  },
  chart: async (host, asked, points) => {
    const [entry] = entries([host]);
    return entry === undefined
      ? null
      : await readChart(context(), entry, asked, points, sampling.samplesOf(host));
  },
  trends: (hosts, asked) => readTrends(context(), entries(hosts), asked, ofHosts),
  sample: async (hosts) => {
    const state = context().state();
    const own = entries(hosts).filter(({ name }) => !hasHistory(state.hosts[name]?.watch));
    if (context().config.monitoring.prometheus !== null) return new Map();
    await sampling.look(context(), own);
    const windows = own.flatMap(({ name }) => {
      const window = sampling.windowOf(name, state.hosts[name]?.watch?.changedAt ?? null);
      return window === null ? [] : [[name, window] as const];
    });
    for (const [host, window] of windows) emit({ type: 'host-sampled', host, window });
    return new Map(windows);
  },
  hasMetrics: () => context().config.monitoring.prometheus !== null,
  calibrate: (hosts, tell, signal) => calibrate(context(), entries(hosts), tell, signal),
  accept: (hosts) => start('accept', hosts, acceptGoal(context(), entries(hosts))),
  askOldCode: async (hosts) => await probeHosts(context(), entries(hosts), 'whole'),
  planRestarts: (hosts) =>
    planServiceRestarts(context().state(), hosts, hostCommands.restartServices),
  planUnitRestart: async (host, unit) => {
    const [entry] = entries([host]);
    return entry === undefined
      ? failed({ code: 'host-unknown', name: host, nearest: null })
      : await unitRestart(context(), entry, unit);
  },
  restart: (plan) =>
    start(
      'restart',
      plan.targets.map(({ host }) => host),
      restartServicesGoal(context(), plan),
    ),
});
