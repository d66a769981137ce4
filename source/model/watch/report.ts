import { showClockOff, showMoment } from '../words/format-time.ts';
import { counted } from '../words/sentences.ts';
import { alertSentence, isAlertWorse, type WatchedAlert } from './alerts.ts';
import { type Cries, criesWords } from './calibration.ts';
import { type JournalWatch, journalSentences } from './journal.ts';
import {
  type ComparedMetric,
  leastSamples,
  type MetricChange,
  type MetricVerdict,
  type UnknownReason,
} from './judge.ts';
import { allMetrics, type Metric, type MetricId, type MetricUnit, showMetric } from './metric.ts';
import { isScrapeWorse, type ScrapeWatch, scrapeSentence } from './scrapes.ts';
import { type TimeSpan, watchMs } from './windows.ts';

/** A metric of a host, and what is said of it. */
export interface JudgedMetric {
  readonly metric: MetricId;
  readonly verdict: MetricVerdict;
  /** How it is asked, in PromQL, for a person who wants to see for themselves; null where it was not asked. */
  readonly query: string | null;
  /** How often the rule said worse of it without a change; absent where that was not tried. */
  readonly cries?: Cries;
}

/** What the watch says of a host. */
export interface HostWatch {
  /** When the host was changed, ms since the epoch; null when nobody knows. */
  readonly changedAt: number | null;
  /** What is judged; null while it settles, and where nothing was asked. */
  readonly window: TimeSpan | null;
  readonly metrics: readonly JudgedMetric[];
  /** Who measured: absent for Prometheus. */
  readonly source?: 'sysstat';
  /** Files of sysstat that the host has and that could not be read; absent where all could. */
  readonly unreadFiles?: number;
  /** The host's clock minus ours, ms, where they are minutes apart; absent where they agree. */
  readonly clockOffMs?: number;
  /** What its own journal says; null where the host was not asked. */
  readonly journal: JournalWatch | null;
  /** The names of its exporter in the metrics, the one that it has now first; absent where nothing was asked. */
  readonly instances?: readonly string[];
  /** Whether Prometheus reached it; null or absent where that is not known. */
  readonly scrapes?: ScrapeWatch | null;
  /** Alerts since the change; absent where nothing was asked. */
  readonly alerts?: AlertWatch;
}

/** Alerts of a host since it was changed, compared with the seven days before. */
type AlertWatch =
  | {
      readonly kind: 'compared';
      readonly alerts: readonly WatchedAlert[];
      /** Why there may be more than these; absent where all servers answered. */
      readonly missing?: UnknownReason;
    }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason };

/** Whether something keeps numbers of the days before. */
export const hasHistory = (watch: Pick<HostWatch, 'source'> | undefined): boolean =>
  watch?.source === 'sysstat';

const isUnset = ({ verdict }: JudgedMetric): boolean =>
  verdict.kind === 'unknown' && verdict.reason.kind === 'not-configured';

/** Whether nothing is configured that has numbers of this host, and it keeps none itself. */
export const lacksNumbers = ({ metrics }: Pick<HostWatch, 'metrics'>): boolean =>
  metrics.length > 0 && metrics.every(isUnset);

/** What the watch says of the fleet as a whole. */
export interface FleetWatch {
  /** That name no host of it. */
  readonly alerts: AlertWatch;
  /** What the servers say about their own answers, and what is odd about them. */
  readonly notes: readonly string[];
}

/** One word for a host. */
export type WatchVerdict = MetricChange | 'early' | 'unknown' | 'not-configured';

/** A verdict in words. */
export const verdictWords: Readonly<Record<WatchVerdict, string>> = {
  worse: 'worse',
  better: 'better',
  'as-before': 'as before',
  early: 'too early for a verdict',
  unknown: 'unknown',
  'not-configured': 'metrics are not asked: no Prometheus is configured',
};

/** The same verdict for all metrics, where no server could be asked. */
export const allUnknown = (reason: UnknownReason): readonly JudgedMetric[] =>
  allMetrics.map(({ id }) => ({
    metric: id,
    verdict: { kind: 'unknown', reason },
    query: null,
  }));

/** A host need not have each metric: one that it never had is left out. */
const isMeasured = ({ verdict }: JudgedMetric): boolean =>
  verdict.kind !== 'unknown' || verdict.reason.kind !== 'no-series' || verdict.reason.before;

/** While it slept nothing could reach it. */
const sleepsOf = ({ journal, window }: HostWatch): readonly TimeSpan[] =>
  journal?.kind === 'read' && window !== null
    ? (journal.sleeps ?? []).filter(({ from, to }) => to > window.from && from < window.to)
    : [];

/** A line of what Prometheus says beside the metrics: of its scrapes and of alerts. */
interface NotedLine {
  readonly words: string;
  /** It is worse than before the change. */
  readonly isWorse: boolean;
}

const alertLines = (alerts: AlertWatch | undefined): readonly NotedLine[] => {
  switch (alerts?.kind) {
    case undefined:
      return [];
    case 'unknown':
      return [{ words: `alerts: ${unknownWords(alerts.reason)}`, isWorse: false }];
    case 'compared':
      return [
        ...alerts.alerts.map((alert) => ({
          words: alertSentence(alert),
          isWorse: isAlertWorse(alert),
        })),
        ...(alerts.missing === undefined
          ? []
          : [{ words: `alerts: ${unknownWords(alerts.missing)}`, isWorse: false }]),
      ];
  }
};

const worseFirst = (lines: readonly NotedLine[]): readonly NotedLine[] =>
  lines.toSorted((one, other) => Number(other.isWorse) - Number(one.isWorse));

/** Alerts that name no host, and what the servers say about their own answers. */
export const fleetWatchNotes = (fleet: FleetWatch | null): readonly NotedLine[] =>
  fleet === null
    ? []
    : [
        ...worseFirst(alertLines(fleet.alerts)),
        ...fleet.notes.map((words) => ({ words, isWorse: false })),
      ];

/** What is lacking in the history of a host; null where nothing is. */
export const unreadFilesWords = (files: number | undefined): string | null =>
  files === undefined || files === 0
    ? null
    : `${counted(files, 'file')} of sysstat on the host could not be read: that time is not compared`;

/** The times of its journal and of its change are those of its own clock. */
const clockWords = (offMs: number | undefined): string | null =>
  offMs === undefined
    ? null
    : `its clock is ${showClockOff(offMs)} that of this machine: times that it tells are off by that`;

/** What scrapes and alerts say, what is worse first, and what is lacking. */
export const notedLines = (watch: HostWatch): readonly NotedLine[] => {
  const { scrapes, alerts } = watch;
  const unread = unreadFilesWords(watch.unreadFiles);
  const clock = clockWords(watch.clockOffMs);
  const sleeps = sleepsOf(watch);
  const scraped = scrapes == null ? null : scrapeSentence(scrapes, sleeps);
  return worseFirst([
    ...(scraped === null || scrapes == null
      ? []
      : [{ words: scraped, isWorse: isScrapeWorse(scrapes, sleeps) }]),
    ...alertLines(alerts),
    ...(unread === null ? [] : [{ words: unread, isWorse: false }]),
    ...(clock === null ? [] : [{ words: clock, isWorse: false }]),
  ]);
};

/**
 * The worst that is known counts. What is unknown is never fine; where no server is configured at
 * all, metrics say nothing.
 */
export const watchVerdict = (watch: HostWatch): WatchVerdict => {
  const { metrics, journal, alerts } = watch;
  if (journal !== null && journalSentences(journal).length > 0 && journal.kind === 'read')
    return 'worse';
  if (notedLines(watch).some(({ isWorse }) => isWorse)) return 'worse';
  const measured = metrics.filter(isMeasured);
  const kinds = new Set(measured.map(({ verdict }) => verdict.kind));
  if (kinds.has('worse')) return 'worse';
  if (measured.length > 0 && measured.every(isUnset))
    return journal?.kind === 'unknown' ? 'unknown' : 'not-configured';
  if (
    kinds.size === 0 ||
    kinds.has('unknown') ||
    journal?.kind === 'unknown' ||
    watch.scrapes?.kind === 'unknown' ||
    alerts?.kind === 'unknown' ||
    alerts?.missing !== undefined
  )
    return 'unknown';
  if (kinds.has('early')) return 'early';
  return kinds.has('better') ? 'better' : 'as-before';
};

const metricOf = (id: MetricId): Metric | undefined =>
  allMetrics.find((metric) => metric.id === id);

/** `CPU`; the name itself of a metric that this nixup does not know. */
export const titleOf = ({ metric }: JudgedMetric): string => metricOf(metric)?.title ?? metric;

/** How its numbers are written. */
export const unitOf = ({ metric }: JudgedMetric): MetricUnit => metricOf(metric)?.unit ?? 'number';

/** `19 % to 21 %`: the least and the most of the days before; one number where they are the same. */
export const beforeWords = ({ low, high }: ComparedMetric, unit: MetricUnit): string => {
  const [least, most] = [showMetric(low, unit), showMetric(high, unit)];
  return least === most ? least : `${least} to ${most}`;
};

/** `38 % against 21 % to 26 %`. */
const numbers = (facts: ComparedMetric, { unit }: Metric): string =>
  `${showMetric(facts.after.p50, unit)} against ${beforeWords(facts, unit)}`;

const directions: Readonly<Record<MetricChange, string>> = {
  worse: 'is above',
  better: 'is below',
  'as-before': 'is as on',
};

const compared = (
  metric: Metric,
  facts: ComparedMetric,
  direction: MetricChange,
  when: string,
): string => {
  const days = counted(facts.days, 'day');
  const where =
    direction === 'as-before' ? `the ${days} before` : `every one of the ${days} before`;
  const rise = facts.rises ? '; it rises since before the deploy' : '';
  return `${metric.title}${when} ${directions[direction]} ${where} at these hours: ${numbers(facts, metric)}${rise}`;
};

/** Why nothing can be said. */
const unknownWords = (reason: UnknownReason): string => {
  switch (reason.kind) {
    case 'not-configured':
      return `no Prometheus is configured${reason.host === undefined ? '' : `, and ${reason.host}`}`;
    case 'not-reachable':
      return reason.detail;
    case 'no-series':
      return reason.before ? 'there are no samples since the deploy' : 'it is not measured';
    case 'no-number':
      return 'no data: the value since the deploy is no number (NaN or infinite)';
    case 'down':
      return reason.how === 'down'
        ? 'Prometheus does not reach its exporter'
        : 'Prometheus does not scrape it any more';
    case 'settling':
      return reason.isAhead === true
        ? 'its change lies in the future by the clock that is asked: one of the clocks is wrong'
        : 'the host settles for 15 minutes after the deploy';
    case 'no-change':
      return 'when it was changed is not known';
    case 'few-samples':
      return reason.isEarly === true
        ? `too early: ${reason.samples} of ${leastSamples} samples since the host settled`
        : `${reason.samples} of the samples since the deploy are there, ${Math.round(reason.coverage * 100)} %; half of them are needed`;
    case 'few-days':
      return `${reason.days === 0 ? 'no day' : counted(reason.days, 'day')} before to compare with; 3 are needed`;
    case 'cut-by-deploy':
      return `${counted(reason.days, 'day')} to compare with; other deploys fall into ${reason.cut} more`;
  }
};

const earlyWords = { 'short-after': 'less than 6 h since the deploy', 'few-days': 'few days' };

/** A cry is worth as much as it is rare: told of what is worse, or leans to it. */
const isCry = ({ verdict }: JudgedMetric): boolean =>
  verdict.kind === 'worse' || (verdict.kind === 'early' && verdict.leaning === 'worse');

/**
 * How often the rule said the same of what is worse on days without a change, once for a host and without its full stop;
 * null where nothing is worse, and where that was not tried. Metrics with the same rate stand together.
 */
export const criesSentence = ({ metrics }: Pick<HostWatch, 'metrics'>): string | null => {
  const byRate = new Map<string, string[]>();
  for (const judged of metrics.filter(isCry)) {
    const { cries } = judged;
    if (cries === undefined || cries.days === 0) continue;
    const rate = `${cries.worse} of ${cries.days} days`;
    byRate.set(rate, [...(byRate.get(rate) ?? []), titleOf(judged)]);
  }
  return byRate.size === 0
    ? null
    : `without a change the rule said worse of ${[...byRate].map(([rate, titles]) => `${titles.join(', ')} on ${rate}`).join(', of ')}`;
};

/**
 * ` in the 24 h after 2026-11-20 08:00 UTC`: which time is compared, once that is not the time until now any more. Charts
 * show the time until now, so what they show may be another thing.
 */
export const whenWords = ({
  changedAt,
  window,
}: Pick<HostWatch, 'changedAt' | 'window'>): string =>
  changedAt !== null && window !== null && window.to >= changedAt + watchMs
    ? ` in the 24 h after ${showMoment(changedAt)} UTC`
    : '';

/** The same in a list: the year is that of the host's last change, which is days ago. */
const shortWhen = (watch: Pick<HostWatch, 'changedAt' | 'window'>): string =>
  whenWords(watch) === '' || watch.changedAt === null
    ? ''
    : ` in 24 h after ${showMoment(watch.changedAt).slice(5)}`;

/** What is said of a metric, as a sentence without its full stop; `when`: which time it is about. */
const metricSentence = ({ metric: id, verdict }: JudgedMetric, when = ''): string => {
  const metric = metricOf(id);
  if (metric === undefined) return id;
  switch (verdict.kind) {
    case 'unknown':
      return `${metric.title}: ${unknownWords(verdict.reason)}`;
    case 'early':
      return `${compared(metric, verdict.compared, verdict.leaning, when)} (${earlyWords[verdict.why]})`;
    case 'worse':
    case 'better':
    case 'as-before':
      return compared(metric, verdict.compared, verdict.kind, when);
  }
};

/** The same with how often the rule is wrong of it, for a page of this metric alone. */
export const metricWithCries = (judged: JudgedMetric, when = ''): string => {
  const words = isCry(judged) ? criesWords(judged.cries) : null;
  const said = metricSentence(judged, when);
  return words === null ? said : `${said}; ${words}`;
};

/** `CPU 51 %, before 19 % to 21 %`: beside a word for the verdict. */
export const metricInShort = (judged: JudgedMetric): string => {
  const { verdict } = judged;
  const metric = metricOf(judged.metric);
  if (metric === undefined || verdict.kind === 'unknown') return metricSentence(judged);
  const { unit, title } = metric;
  const now = showMetric(verdict.compared.after.p50, unit);
  return `${title} ${now}, before ${beforeWords(verdict.compared, unit)}`;
};

/** The same in as few words as a list has room for. */
const shortSentence = (judged: JudgedMetric, when: string): string => {
  const { metric: id, verdict } = judged;
  const metric = metricOf(id);
  if (metric === undefined || verdict.kind === 'unknown') return metricSentence(judged);
  const { days, after } = verdict.compared;
  const now = showMetric(after.p50, metric.unit);
  const before = beforeWords(verdict.compared, metric.unit);
  const word =
    verdict.kind === 'early'
      ? `${verdictWords[verdict.leaning]}? (${earlyWords[verdict.why]})`
      : verdictWords[verdict.kind];
  const same = when === '' ? ` (${counted(days, 'day')}, same hours)` : '';
  return `${metric.title} ${word}: ${now}${when}, before ${before}${same}`;
};

/** `CPU 11 % (11 % to 12 %)`: what it is, and the least and the most of the days before. */
const bracketed = (judged: JudgedMetric): string => {
  const { verdict } = judged;
  if (verdict.kind === 'unknown') return titleOf(judged);
  const unit = unitOf(judged);
  return `${titleOf(judged)} ${showMetric(verdict.compared.after.p50, unit)} (${beforeWords(verdict.compared, unit)})`;
};

/**
 * What is as before, in one sentence without its full stop; null where nothing is. `numbers`: each with the least and the
 * most of the days before, for a page that has nothing else of it.
 */
export const quietSentence = (
  watch: Pick<HostWatch, 'metrics' | 'changedAt' | 'window'>,
  as: 'names' | 'numbers',
): string | null => {
  const told = watch.metrics.filter(({ verdict }) => verdict.kind === 'as-before');
  return told.length === 0
    ? null
    : as === 'names'
      ? `as before${whenWords(watch)}: ${told.map(titleOf).join(', ')}`
      : `as before${whenWords(watch)}, the days before in brackets: ${told.map(bracketed).join(', ')}`;
};

/** How far a change is above its floor: what moved most stands first. */
export const weightOf = ({ metric: id, verdict }: JudgedMetric): number => {
  const metric = metricOf(id);
  if (metric === undefined || verdict.kind === 'unknown') return 0;
  return Math.abs(verdict.compared.change) / metric.floor.absolute;
};

/** A line of what is said of a host, and the metric whose numbers stand behind it. */
export interface WatchedLine {
  readonly judged: JudgedMetric;
  /** All that the line is said of, where those are several. */
  readonly all?: readonly JudgedMetric[];
  readonly words: string;
  /** The words for a list; all of them where there is no shorter way to say it. */
  readonly short: string;
}

/** `CPU`, `13 metrics`: what a line is said of. */
export const titleOfLine = ({ judged, all = [judged] }: WatchedLine): string =>
  all.length === 1 ? titleOf(judged) : counted(all.length, 'metric');

/** Metrics that are unknown for the same reason stand in one line. */
const unknownLines = (unknown: readonly JudgedMetric[], isAll: boolean): readonly WatchedLine[] => {
  const byReason = new Map<string, JudgedMetric[]>();
  for (const judged of unknown) {
    if (judged.verdict.kind !== 'unknown') continue;
    const reason = unknownWords(judged.verdict.reason);
    const known = byReason.get(reason);
    if (known === undefined) byReason.set(reason, [judged]);
    else known.push(judged);
  }
  return [...byReason].flatMap(([reason, all]): readonly WatchedLine[] => {
    const [judged] = all;
    if (judged === undefined) return [];
    const words = `${isAll && byReason.size === 1 ? 'metrics' : all.map(titleOf).join(', ')}: ${reason}`;
    return [{ judged, all, words, short: words }];
  });
};

/** Metrics that are as before so far stand in one line for each reason why that is no verdict yet. */
const earlyLines = (early: readonly JudgedMetric[], when: string): readonly WatchedLine[] =>
  (['short-after', 'few-days'] as const).flatMap((why) => {
    const own = early.filter(({ verdict }) => verdict.kind === 'early' && verdict.why === why);
    const [first] = own;
    if (first === undefined) return [];
    const begun = `as before so far (${earlyWords[why]})`;
    return [
      {
        judged: first,
        all: own,
        words: `${begun}${when}: ${own.map(titleOf).join(', ')}`,
        short: `${counted(own.length, 'metric')} ${begun}`,
      },
    ];
  });

/** What is said of each metric that the host has: what moved most first, then what is unknown, then the rest. */
export const watchedLines = (watch: HostWatch): readonly WatchedLine[] => {
  const { metrics } = watch;
  const measured = metrics.filter(isMeasured);
  const said = (judged: JudgedMetric): WatchedLine => ({
    judged,
    words: metricSentence(judged),
    short: shortSentence(judged, shortWhen(watch)),
  });
  const isQuiet = ({ verdict }: JudgedMetric): boolean => verdict.kind === 'as-before';
  const unknown = measured.filter(({ verdict }) => verdict.kind === 'unknown');
  const early = measured.filter(
    ({ verdict }) => verdict.kind === 'early' && verdict.leaning === 'as-before',
  );
  const moved = measured.filter(
    (one) => !isQuiet(one) && !unknown.includes(one) && !early.includes(one),
  );
  const [first] = metrics;
  // A host without any metric is unknown too: a verdict never stands without its reason.
  if (measured.length === 0 && first !== undefined) {
    const words = `metrics: ${watch.source === 'sysstat' ? 'sysstat' : 'Prometheus'} has no metrics of this host`;
    return [{ judged: first, all: metrics, words, short: words }];
  }
  return [
    ...moved.toSorted((one, other) => weightOf(other) - weightOf(one)).map(said),
    ...unknownLines(unknown, unknown.length === measured.length),
    ...earlyLines(early, whenWords(watch)),
    ...measured.filter(isQuiet).map(said),
  ];
};

/** Why nothing is known of a host that is unknown: the first reason. */
export const whyUnknown = (watch: HostWatch): string =>
  watch.journal?.kind === 'unknown'
    ? (journalSentences(watch.journal)[0] ?? '')
    : (watchedLines(watch).find(({ judged }) => judged.verdict.kind === 'unknown')?.words ??
      notedLines(watch)[0]?.words ??
      'nothing was asked');
