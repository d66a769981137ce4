import { asSentence } from '../../model/explain/explain.ts';
import { journalSentences } from '../../model/watch/journal.ts';
import {
  type FleetWatch,
  fleetWatchNotes,
  type HostWatch,
  metricInShort,
  notedLines,
  type WatchVerdict,
  watchVerdict,
  weightOf,
  whyUnknown,
} from '../../model/watch/report.ts';
import { counted, hostList } from '../../model/words/sentences.ts';

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

/** The first reason of a host in few words, and how many more there are: the host has each as a sentence. */
const worstOf = (watch: HostWatch): string => {
  const worse = watch.metrics
    .filter(({ verdict }) => verdict.kind === 'worse')
    .toSorted((one, other) => weightOf(other) - weightOf(one));
  const noted = watch.journal?.kind === 'read' ? journalSentences(watch.journal) : [];
  const told = notedLines(watch).flatMap(({ words, isWorse }) => (isWorse ? [words] : []));
  const [first = '', ...more] = [...noted, ...told, ...worse.map(metricInShort)];
  return `${first}${more.length > 0 ? `, and ${more.length} more` : ''}`;
};

/** So many hosts are named beside how many they are. */
const namedAtMost = 3;

/** Of which hosts not all is known, and why where one reason fits in: the reason of each stands at the host. */
const unknownSentence = (watched: Watched, isServerTold: boolean): string => {
  const hosts = hostsWith(watched, 'unknown');
  if (hosts.length === 0) return '';
  const isSilent = (host: string): boolean => {
    const watch = watched.get(host);
    return (
      watch !== undefined &&
      watch.journal?.kind !== 'unknown' &&
      watch.metrics.every(
        ({ verdict }) => verdict.kind === 'unknown' && verdict.reason.kind === 'not-reachable',
      )
    );
  };
  if (isServerTold && hosts.every(isSilent)) return `Metrics unknown: ${hostList(hosts)}.`;
  const reasons = new Set(
    hosts.map((host) => {
      const watch = watched.get(host);
      return watch === undefined ? '' : whyUnknown(watch);
    }),
  );
  const [why] = reasons;
  return reasons.size === 1
    ? asSentence(`Unknown: ${hostList(hosts)}: ${why}`)
    : `Unknown for ${hosts.length} of ${counted(watched.size, 'host')}${hosts.length > namedAtMost ? '' : `: ${hostList(hosts)}`}; each host says why.`;
};

const asBefore = (watched: Watched): string => {
  const well = [...hostsWith(watched, 'as-before'), ...hostsWith(watched, 'better')];
  return well.length === 0
    ? ''
    : `${well.length === watched.size ? 'Metrics' : `Metrics of ${hostList(well)}`} are as before or better.`;
};

/** What the metrics say: each part as sentences, or empty, and the exit status that follows from them. */
export interface MetricsEnding {
  readonly exitCode: number;
  readonly worse: string;
  readonly early: string;
  readonly well: string;
  readonly unknown: string;
}

export const metricsEnding = (
  watched: Watched,
  fleet: FleetWatch | null = null,
  /** It was said before that Prometheus does not answer, and why. */
  isServerTold = false,
): MetricsEnding => {
  const early = hostsWith(watched, 'early');
  const detail = (host: string): string => {
    const watch = watched.get(host);
    return watch === undefined ? host : `${host}: ${worstOf(watch)}`;
  };
  const others = fleetWatchNotes(fleet).flatMap(({ words, isWorse }) => (isWorse ? [words] : []));
  const codes = [
    ...[...watched.values()].map((watch) => statuses[watchVerdict(watch)]),
    ...others.map(() => statuses.worse),
  ];
  return {
    exitCode: codes.includes(5) ? 5 : Math.max(0, ...codes),
    worse: [...others, ...hostsWith(watched, 'worse').map(detail)]
      .map((words) => `Worse: ${words}.`)
      .join(' '),
    early: early.length === 0 ? '' : `Too early for a verdict: ${hostList(early)}.`,
    well: asBefore(watched),
    unknown: unknownSentence(watched, isServerTold),
  };
};

/** All that the metrics say: trouble first, what is not known last. */
export const metricsSentences = ({ worse, early, well, unknown }: MetricsEnding): string =>
  [worse, early, well, unknown].filter((sentence) => sentence !== '').join(' ');
