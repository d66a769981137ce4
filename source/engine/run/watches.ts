import { ownOf } from '../../model/own-of.ts';
import {
  beginOf,
  type HostReport,
  phaseOf,
  type RunHost,
  type RunWatch,
  shownForDays,
  type WentBack,
} from '../../model/watch/run-watch.ts';
import { dayMs } from '../../model/words/durations.ts';
import type { DeployRecord } from '../records/schemas.ts';
import type { EngineContext } from './context.ts';

const byName = (one: RunHost, other: RunHost): number => (one.host < other.host ? -1 : 1);

const withReports = (
  { records }: EngineContext,
  run: string,
  hosts: readonly RunHost[],
): RunWatch => {
  const ofRun = (one: { readonly run: string }): boolean => one.run === run;
  return {
    run,
    // By name, and not by which host was done first.
    hosts: hosts.toSorted(byName),
    reports: records
      .reports()
      .filter(ofRun)
      .map(({ run: _run, ...report }): HostReport => report),
    signOffs: records
      .signOffs()
      .filter(ofRun)
      .map(({ run: _run, ...signOff }) => signOff),
  };
};

/** Hosts that its run took back, or a person after it: what they were changed by last is that way back. */
const withWentBack = ({ records }: EngineContext, watch: RunWatch): RunWatch => {
  const wentBack = records
    .lastDeploys()
    .filter(({ deed, run, of }) => deed === 'rollback' && (of ?? run) === watch.run)
    .map(
      ({ host, at, of }): WentBack => ({
        host,
        changedAt: at,
        ...(of === undefined ? {} : { isByHand: true as const }),
      }),
    )
    .toSorted(byName);
  return wentBack.length === 0 ? watch : { ...watch, wentBack };
};

/**
 * The watches after these deploys; the newest first. Last stand runs of which a person took every host back: nothing is
 * watched of them, and that is said.
 */
const watchesAfter = (
  context: EngineContext,
  deploys: readonly DeployRecord[],
): readonly RunWatch[] => {
  const byRun = new Map<string, RunHost[]>();
  for (const { deed, run, of, host, at } of deploys) {
    const changed = deed === 'rollback' ? of : run;
    if (changed === undefined) continue;
    const own = deed === 'rollback' ? [] : [{ host, changedAt: at }];
    byRun.set(changed, [...(byRun.get(changed) ?? []), ...own]);
  }
  return [...byRun]
    .map(([run, hosts]) => withWentBack(context, withReports(context, run, hosts)))
    .toSorted(
      (one, other) =>
        Number(one.hosts.length === 0) - Number(other.hosts.length === 0) ||
        beginOf(other) - beginOf(one),
    );
};

const isShown = ({ world }: EngineContext, { at }: DeployRecord): boolean =>
  world.clock.now() - at <= shownForDays * dayMs;

/** The watches after the last runs that deployed to hosts, by what each host was changed by last; the newest first. */
const runWatches = (context: EngineContext): readonly RunWatch[] =>
  watchesAfter(
    context,
    context.records.lastDeploys().filter((deploy) => isShown(context, deploy)),
  );

/**
 * The watches of hosts that were deployed to these systems. A watch that nobody asked in time has no
 * report any more, and is none.
 */
export const watchesOfSystems = (
  context: EngineContext,
  systems: Readonly<Record<string, string>>,
): readonly RunWatch[] => {
  const reports = context.records.reports();
  return watchesAfter(
    context,
    context.records
      .lastDeploys()
      .filter(
        (deploy) =>
          deploy.deed !== 'rollback' &&
          ownOf(systems, deploy.host) === deploy.toplevel &&
          (isShown(context, deploy) ||
            reports.some(({ run, host }) => run === deploy.run && host === deploy.host)),
      ),
  );
};

export const watchesListed = (context: EngineContext) => ({
  type: 'watches-listed' as const,
  watches: runWatches(context),
});

/** Hosts whose 24 hours are over, and that have no report yet. */
export const dueHosts = (context: EngineContext): readonly string[] =>
  runWatches(context).flatMap((watch) => {
    const phase = phaseOf(watch, context.world.clock.now());
    return phase.kind === 'due' ? phase.hosts : [];
  });

/** The hosts of a run of the history and when it changed each; null where the run changed none. */
export const watchOfRun = async (context: EngineContext, run: string): Promise<RunWatch | null> => {
  const known = runWatches(context).find((watch) => watch.run === run);
  const changed = new Map(known?.hosts.map(({ host, changedAt }) => [host, changedAt]));
  for (const event of await context.journal.read(run))
    if (
      event.type === 'host-worked' &&
      (event.work.kind === 'succeeded' || event.work.kind === 'unhealthy') &&
      !changed.has(event.host)
    )
      changed.set(event.host, event.work.at);
  if (changed.size === 0) return null;
  return withWentBack(
    context,
    withReports(
      context,
      run,
      [...changed].map(([host, changedAt]) => ({ host, changedAt })),
    ),
  );
};
