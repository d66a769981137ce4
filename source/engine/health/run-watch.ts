import { compareHealth } from '../../model/host/health.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { runsForMs } from '../../model/host/last-change.ts';
import { oldCodeWords } from '../../model/host/old-code.ts';
import { journalSentences } from '../../model/watch/journal.ts';
import {
  criesSentence,
  type HostWatch,
  notedLines,
  watchedLines,
  watchVerdict,
} from '../../model/watch/report.ts';
import { type HostReport, isWatchOver } from '../../model/watch/run-watch.ts';
import type { ReportRecord } from '../records/schemas.ts';
import type { EngineContext } from '../run/context.ts';
import { watchesListed } from '../run/watches.ts';

/** Units that fail or do not run now, and did not before the deploy. */
const unitProblems = (context: EngineContext, entry: HostEntry): readonly string[] => {
  const host = context.state().hosts[entry.name];
  if (host?.probe.kind !== 'answered' || host.facts === null) return [];
  const baseline = context.records.baseline(entry.name);
  if (baseline === undefined) return [];
  const verdict = compareHealth(baseline, host.facts, entry);
  return verdict.kind === 'unhealthy' ? verdict.problems : [];
};

/** What still runs old code on a host, as it said when it was asked; null where nothing does, or it does not answer. */
const oldCodeOf = (context: EngineContext, { name }: HostEntry): string | null => {
  const host = context.state().hosts[name];
  return host?.probe.kind === 'answered' ? oldCodeWords(host.facts?.oldCode) : null;
};

/** Whether the 24 hours of a host are over, by all clocks that are known. */
export const isOverNow = (
  { state, world }: EngineContext,
  host: string,
  watch: HostWatch,
): boolean => {
  const known = state().hosts[host];
  const facts = known?.probe.kind === 'answered' ? known.facts : null;
  return isWatchOver(watch, world.clock.now(), facts === null ? null : runsForMs(facts));
};

/** What is said of a host: what is wrong with it now, what changed, what still runs old code, and what is not known. */
const reportOfHost = (
  watch: HostWatch,
  problems: readonly string[],
  oldCode: string | null,
  now: number,
  isOver: boolean,
): Omit<HostReport, 'host'> => {
  const verdict = watchVerdict(watch);
  const cries = criesSentence(watch);
  const said =
    verdict === 'not-configured'
      ? []
      : watchedLines(watch)
          .filter(({ judged }) => judged.verdict.kind !== 'as-before')
          // The numbers of many metrics in one line are read by nobody: Health has them as a table.
          .map(({ all = [], words, short }) => (all.length > 1 ? short : words));
  return {
    at: now,
    verdict: problems.length > 0 ? 'worse' : verdict,
    lines: [
      ...problems,
      ...(watch.journal === null
        ? ['its journal was not read: the host does not answer']
        : journalSentences(watch.journal)),
      ...(verdict === 'not-configured' ? [] : notedLines(watch).map(({ words }) => words)),
      ...said,
      ...(cries === null ? [] : [cries]),
      ...(oldCode === null ? [] : [oldCode]),
    ],
    isFinal: isOver && watch.journal !== null,
  };
};

/** Keeps what was said of hosts with the runs that changed them, and tells the watches. */
export const keepReports = async (
  context: EngineContext,
  watched: ReadonlyMap<string, HostWatch>,
  entries: readonly HostEntry[],
  {
    run = null,
    problemsOf = (entry) => unitProblems(context, entry),
  }: {
    /** The run that they are reports of; null: that which changed each host last. */
    readonly run?: string | null;
    /** What is wrong with a host now, and was not before the deploy. */
    readonly problemsOf?: (entry: HostEntry) => readonly string[];
  } = {},
): Promise<void> => {
  const { records, emitter, world } = context;
  const now = world.clock.now();
  const made = entries.flatMap((entry): readonly ReportRecord[] => {
    const watch = watched.get(entry.name);
    const deployed = records.lastDeploy(entry.name);
    const of = run ?? (deployed?.deed === 'rollback' ? undefined : deployed?.run);
    if (watch === undefined || of === undefined) return [];
    const isOver = isOverNow(context, entry.name, watch);
    const report = reportOfHost(watch, problemsOf(entry), oldCodeOf(context, entry), now, isOver);
    return [{ run: of, host: entry.name, ...report, lines: [...report.lines] }];
  });
  if (made.length > 0) await records.keepReports(made);
  emitter.emit(watchesListed(context));
};
