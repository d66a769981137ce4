import { journalSentences } from '../../model/watch/journal.ts';
import {
  type FleetWatch,
  fleetWatchNotes,
  type HostWatch,
  metricSentence,
  notedLines,
  type WatchVerdict,
  watchedLines,
  watchVerdict,
  weightOf,
} from '../../model/watch/report.ts';
import { startSentence } from '../../model/words/advice.ts';
import { hostList } from '../../model/words/sentences.ts';

/** What was said of each host. */
export type Watched = ReadonlyMap<string, HostWatch>;

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
  const told = notedLines(watch).flatMap(({ words, isWorse }) => (isWorse ? [words] : []));
  const [first = '', ...more] = [...noted, ...told, ...worse.map(metricSentence)];
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
  fleet: FleetWatch | null = null,
): { readonly exitCode: number; readonly sentences: string } => {
  const worse = hostsWith(watched, 'worse');
  const early = hostsWith(watched, 'early');
  const detail = (host: string, words: (watch: HostWatch) => string): string => {
    const watch = watched.get(host);
    return watch === undefined ? host : `${host}: ${words(watch)}`;
  };
  const others = fleetWatchNotes(fleet).flatMap(({ words, isWorse }) => (isWorse ? [words] : []));
  const sentences = [
    ...others.map((words) => `Worse: ${words}.`),
    ...worse.map((host) => `Worse: ${detail(host, worstOf)}.`),
    ...unknownSentences(watched),
    ...(early.length === 0 ? [] : [`Too early for a verdict: ${hostList(early)}.`]),
    asBefore(watched),
  ].filter((sentence) => sentence !== '');
  const codes = [
    ...[...watched.values()].map((watch) => statuses[watchVerdict(watch)]),
    ...others.map(() => statuses.worse),
  ];
  return {
    exitCode: codes.includes(5) ? 5 : Math.max(0, ...codes),
    sentences: startSentence(sentences.join(' ')),
  };
};
