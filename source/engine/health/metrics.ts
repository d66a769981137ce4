import pLimit from 'p-limit';
import { explainInLine } from '../../model/explain/explain.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { changesOf } from '../../model/host/last-change.ts';
import {
  type JournalWatch,
  journalSentences,
  journalSpan,
  judgeJournal,
} from '../../model/watch/journal.ts';
import {
  allUnknown,
  type HostWatch,
  metricSentence,
  type WatchVerdict,
  watchedLines,
  watchVerdict,
  weightOf,
} from '../../model/watch/report.ts';
import { startSentence } from '../../model/words/advice.ts';
import { dayMs } from '../../model/words/durations.ts';
import { hostList } from '../../model/words/sentences.ts';
import { createMonitoring, type Prometheus } from '../../services/board/monitoring.ts';
import { type HostToWatch, watchMetrics } from '../../services/watch/metrics.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

/** The time after a run: from when it changed each host until something else changed it. */
export type Since = ReadonlyMap<
  string,
  { readonly changedAt: number; readonly until: number | null }
>;

const toWatch = (context: EngineContext, entry: HostEntry, since: Since | null): HostToWatch => {
  const facts = context.state().hosts[entry.name]?.facts ?? null;
  const changes =
    facts === null
      ? { last: null, before: [] }
      : changesOf(facts, context.records.lastDeploy(entry.name));
  const { instances } = context.config.monitoring;
  return {
    host: entry.name,
    hostName: entry.hostName ?? entry.name,
    instance: Object.hasOwn(instances, entry.name) ? (instances[entry.name] ?? null) : null,
    changedAt: since === null ? changes.last : (since.get(entry.name)?.changedAt ?? null),
    until: since?.get(entry.name)?.until ?? null,
    otherChanges: changes.before,
  };
};

/** A clock that is further off than this is no clock of that server, ms. */
const mostOffMs = 30 * dayMs;

/** By the clock of the server that has the samples; by our own where it does not tell its time. */
const serverNow = async (prometheus: Prometheus, now: number): Promise<number> => {
  const time = await prometheus.time();
  return time.ok && Math.abs(time.value - now) < mostOffMs ? time.value : now;
};

/** What was said of each host. */
export type Watched = ReadonlyMap<string, HostWatch>;

const journalsAtOnce = 8;

/** What the journal of a host says, where the host answers and somebody knows when it was changed. */
const askJournal = async (
  context: EngineContext,
  entry: HostEntry,
  changedAt: number | null,
  until: number | null,
): Promise<JournalWatch | null> => {
  const host = context.state().hosts[entry.name];
  if (changedAt === null || host?.probe.kind !== 'answered') return null;
  const now = Math.min(until ?? Number.POSITIVE_INFINITY, context.world.clock.now());
  const journal = await context.hosts.journal(entry, journalSpan(changedAt, now));
  return journal.ok
    ? judgeJournal(journal.value, changedAt, now)
    : { kind: 'unknown', why: explainInLine(journal.failure) };
};

const withJournals = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  watched: Watched,
  since: Since | null,
): Promise<Watched> => {
  const limit = pLimit(journalsAtOnce);
  const whole = await Promise.all(
    entries.flatMap((entry) => {
      const watch = watched.get(entry.name);
      if (watch === undefined) return [];
      return limit(async (): Promise<readonly [string, HostWatch]> => {
        const until = since?.get(entry.name)?.until ?? null;
        const journal = await askJournal(context, entry, watch.changedAt, until);
        return [entry.name, { ...watch, journal }];
      });
    }),
  );
  return new Map(whole);
};

/**
 * Asks the metrics and journals of hosts since they were changed, by a run or by whomever, and tells each
 * verdict.
 */
export const watchHosts = async (
  context: EngineContext,
  say: RunSession['say'],
  entries: readonly HostEntry[],
  since: Since | null = null,
): Promise<Watched> => {
  const { world, config } = context;
  const hosts = entries.map((entry) => toWatch(context, entry, since));
  const { prometheus } = createMonitoring(world, config.monitoring);
  const watched: Watched =
    prometheus === null
      ? new Map(
          hosts.map(({ host, changedAt }) => [
            host,
            {
              changedAt,
              window: null,
              metrics: allUnknown({ kind: 'not-configured' }),
              journal: null,
            },
          ]),
        )
      : await watchMetrics(prometheus, hosts, await serverNow(prometheus, world.clock.now()));
  const whole = await withJournals(context, entries, watched, since);
  for (const [host, watch] of whole) say({ type: 'host-watched', host, watch });
  return whole;
};

/** Status of `nixup watch` for the worst verdict: 5 worse, 4 unknown or too early. */
const statuses: Readonly<Record<WatchVerdict, number>> = {
  worse: 5,
  unknown: 4,
  early: 4,
  'as-before': 0,
  better: 0,
  'not-configured': 0,
};

const hostsWith = (watched: Watched, verdict: WatchVerdict): readonly string[] =>
  [...watched].flatMap(([host, watch]) => (watchVerdict(watch) === verdict ? [host] : []));

/** The first reason of a host, and how many more there are. */
const worstOf = (watch: HostWatch): string => {
  const worse = watch.metrics
    .filter(({ verdict }) => verdict.kind === 'worse')
    .toSorted((one, other) => weightOf(other) - weightOf(one));
  const noted = watch.journal?.kind === 'read' ? journalSentences(watch.journal) : [];
  const [first = '', ...more] = [...noted, ...worse.map(metricSentence)];
  return `${first}${more.length > 0 ? `, and ${more.length} more` : ''}`;
};

/** Why nothing is known of a host. */
const whyUnknown = (watch: HostWatch): string =>
  watch.journal?.kind === 'unknown'
    ? (journalSentences(watch.journal)[0] ?? '')
    : (watchedLines(watch).find(({ judged }) => judged.verdict.kind === 'unknown')?.words ??
      'Prometheus has no metrics');

/** Hosts of which the same is unknown stand in one sentence. */
const unknownSentences = (watched: Watched): readonly string[] => {
  const byReason = new Map<string, string[]>();
  for (const host of hostsWith(watched, 'unknown')) {
    const watch = watched.get(host);
    const why = watch === undefined ? '' : whyUnknown(watch);
    byReason.set(why, [...(byReason.get(why) ?? []), host]);
  }
  return [...byReason].map(([why, hosts]) => `Unknown: ${hostList(hosts)}: ${why}.`);
};

const asBefore = (watched: Watched): string => {
  const well = [...hostsWith(watched, 'as-before'), ...hostsWith(watched, 'better')];
  return well.length === 0
    ? ''
    : `${well.length === watched.size ? 'Metrics' : `Metrics of ${hostList(well)}`} are as before or better.`;
};

/** What the metrics say, in sentences, and the exit status that follows from it. */
export const metricsEnding = (
  watched: Watched,
): { readonly exitCode: number; readonly sentences: string } => {
  const worse = hostsWith(watched, 'worse');
  const early = hostsWith(watched, 'early');
  const detail = (host: string, words: (watch: HostWatch) => string): string => {
    const watch = watched.get(host);
    return watch === undefined ? host : `${host}: ${words(watch)}`;
  };
  const sentences = [
    ...worse.map((host) => `Worse: ${detail(host, worstOf)}.`),
    ...unknownSentences(watched),
    ...(early.length === 0 ? [] : [`Too early for a verdict: ${hostList(early)}.`]),
    asBefore(watched),
  ].filter((sentence) => sentence !== '');
  const codes = [...watched.values()].map((watch) => statuses[watchVerdict(watch)]);
  return {
    exitCode: codes.includes(5) ? 5 : Math.max(0, ...codes),
    sentences: startSentence(sentences.join(' ')),
  };
};
