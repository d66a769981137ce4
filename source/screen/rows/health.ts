import { oldCodeWords } from '../../model/host/old-code.ts';
import type { CheckTrouble } from '../../model/host/own-checks.ts';
import { memoLast } from '../../model/memo.ts';
import { sampledSentence } from '../../model/watch/counters.ts';
import { journalSentences, switcherSentences } from '../../model/watch/journal.ts';
import {
  lacksNumbers,
  notedLines,
  type WatchedLine,
  watchedLines,
} from '../../model/watch/report.ts';
import { criticalDown, criticalUnits, troubledUnits } from '../../state/hosts.ts';
import type { HostState } from '../../state/state.ts';

export type HealthRow =
  | {
      readonly kind: 'host';
      readonly id: string;
      readonly host: HostState;
      /** In the list of all hosts: what is said of it and is no trouble, such as why there is no verdict on it. */
      readonly reasons?: readonly string[];
    }
  | {
      readonly kind: 'unit';
      readonly id: string;
      readonly host: string;
      readonly unit: string;
      readonly critical: boolean;
      readonly problem: 'failed' | 'not running';
    }
  /** A check of the host's own that fails. */
  | {
      readonly kind: 'check';
      readonly id: string;
      readonly host: string;
      readonly trouble: CheckTrouble;
    }
  /** Services that still run code of an earlier system. */
  | {
      readonly kind: 'old-code';
      readonly id: string;
      readonly host: string;
      readonly words: string;
    }
  /** What the watch says of one metric. */
  | {
      readonly kind: 'metric';
      readonly id: string;
      readonly host: string;
      readonly line: WatchedLine;
    }
  /** What nixup measured of it while it followed, where nothing else keeps numbers. */
  | {
      readonly kind: 'sampled';
      readonly id: string;
      readonly host: string;
      readonly words: string;
    }
  /** What the journal of the host, scrapes and alerts say since it was changed. */
  | {
      readonly kind: 'noted';
      readonly id: string;
      readonly host: string;
      readonly words: string;
      /** Where it is said of several hosts at once; `host` is the first of them. */
      readonly hosts?: readonly string[];
      /** It became worse since then; absent where it was so before, or only is not known. */
      readonly isWorse?: true;
    };

/** Id of a unit's row; the name of a host holds no slash. */
const unitRowId = (host: string, unit: string): string => `${host}/${unit}`;

/** That nothing is configured is told too, with what the host itself keeps instead or why it keeps nothing. */
const watchedOf = ({ watch }: HostState): readonly WatchedLine[] =>
  watch === undefined ? [] : watchedLines(watch);

const notedOf = ({
  watch,
}: HostState): readonly { readonly words: string; readonly isWorse: boolean }[] =>
  watch === undefined
    ? []
    : [
        ...(watch.journal === null ? [] : journalSentences(watch.journal)).map((words) => ({
          words,
          isWorse: watch.journal?.kind === 'read',
        })),
        // Whoever switches the host may undo a deploy: that is told as loudly.
        ...switcherSentences(watch.journal).map((words) => ({ words, isWorse: true })),
        ...notedLines(watch),
      ];

/** What an earlier answer found says nothing of a host that does not answer now. */
const oldCodeOf = ({ facts, probe }: HostState): readonly string[] => {
  const words = probe.kind === 'failed' ? null : oldCodeWords(facts?.oldCode);
  return words === null ? [] : [words];
};

const oldCodeRowId = (host: string): string => `${host}/old code`;

/** Once something keeps numbers of the host, those count. */
const sampledOf = ({ sampled, watch }: HostState): readonly string[] =>
  sampled === undefined || watch === undefined || !lacksNumbers(watch)
    ? []
    : [sampledSentence(sampled)];

const metricRowId = (host: string, metric: string): string => `${host}/watch/${metric}`;

/** The host, units that are not as they should be, and each metric that was asked of it. */
export const healthRowsOf = (host: HostState): readonly HealthRow[] => {
  const { name } = host.entry;
  const critical = criticalUnits(host);
  // What failed at an earlier look is not known to fail now.
  const isSilent = host.probe.kind === 'failed';
  const failing = isSilent ? [] : troubledUnits(host);
  const down = isSilent ? [] : criticalDown(host).filter((unit) => !failing.includes(unit));
  const rowOf = (unit: string, problem: 'failed' | 'not running'): HealthRow => ({
    kind: 'unit',
    id: unitRowId(name, unit),
    host: name,
    unit,
    critical: critical.includes(unit),
    problem,
  });
  return [
    { kind: 'host', id: name, host },
    ...failing.map((unit) => rowOf(unit, 'failed')),
    ...down.map((unit) => rowOf(unit, 'not running')),
    ...(isSilent ? [] : (host.failingChecks ?? [])).map(
      (trouble): HealthRow => ({
        kind: 'check',
        id: `${name}/check ${trouble.check}`,
        host: name,
        trouble,
      }),
    ),
    ...oldCodeOf(host).map(
      (words): HealthRow => ({ kind: 'old-code', id: oldCodeRowId(name), host: name, words }),
    ),
    ...notedOf(host).map(
      ({ words, isWorse }, index): HealthRow => ({
        kind: 'noted',
        id: metricRowId(name, `journal ${index}`),
        host: name,
        words,
        ...(isWorse ? { isWorse } : {}),
      }),
    ),
    ...watchedOf(host).map(
      (line): HealthRow => ({
        kind: 'metric',
        id: metricRowId(name, line.judged.metric),
        host: name,
        line,
      }),
    ),
    ...sampledOf(host).map(
      (words): HealthRow => ({
        kind: 'sampled',
        id: metricRowId(name, 'sampled'),
        host: name,
        words,
      }),
    ),
  ];
};

/** In the list of all hosts only what moved or is unknown is shown. */
const isNews = (row: HealthRow): boolean =>
  row.kind !== 'metric' || row.line.judged.verdict.kind !== 'as-before';

/** Why nothing is known of any metric, in words that name no number of the host. */
const reasonOf = (row: HealthRow): string | null =>
  row.kind === 'metric' &&
  row.line.judged.verdict.kind === 'unknown' &&
  row.line.words === row.line.short
    ? row.line.words
    : null;

/** The same reason of several hosts stands once, below all of them. */
const withSharedReasons = (rows: readonly HealthRow[]): readonly HealthRow[] => {
  const hostsOf = new Map<string, string[]>();
  for (const row of rows) {
    const reason = reasonOf(row);
    if (reason === null || row.kind === 'host') continue;
    const known = hostsOf.get(reason);
    if (known === undefined) hostsOf.set(reason, [row.host]);
    else known.push(row.host);
  }
  const shared = [...hostsOf].filter(([, hosts]) => hosts.length > 1);
  const said = new Set(shared.map(([reason]) => reason));
  return [
    ...rows.filter((row) => !said.has(reasonOf(row) ?? '')),
    ...shared.map(
      ([reason, hosts]): HealthRow => ({
        kind: 'noted',
        id: metricRowId(hosts[0] ?? '', `all: ${reason}`),
        host: hosts[0] ?? '',
        words: `${hosts.join(', ')}: ${reason}`,
        hosts,
      }),
    ),
  ];
};

/**
 * What is said of a host and is no trouble: why there is no verdict on it, and what was so before. It stands in one row
 * with the host; null for any other row.
 */
const besideVerdict = (row: HealthRow): string | null => {
  if (row.kind === 'noted')
    return row.hosts === undefined && row.isWorse !== true ? row.words : null;
  if (row.kind !== 'metric') return null;
  const { verdict } = row.line.judged;
  const isReason =
    reasonOf(row) !== null || (verdict.kind === 'early' && verdict.leaning === 'as-before');
  return isReason ? row.line.short.replace(/^metrics: /, '') : null;
};

/** One row a host: what opens no page of its own and is no trouble goes into its own row. */
const withReasons = (rows: readonly HealthRow[]): readonly HealthRow[] => {
  const reasonsOf = Map.groupBy(
    rows.flatMap((row) => {
      const reason = besideVerdict(row);
      return row.kind === 'host' || reason === null ? [] : [{ host: row.host, reason }];
    }),
    ({ host }) => host,
  );
  return rows.flatMap((row): readonly HealthRow[] => {
    if (besideVerdict(row) !== null) return [];
    const reasons = row.kind === 'host' ? reasonsOf.get(row.id) : undefined;
    return row.kind === 'host' && reasons !== undefined
      ? [{ ...row, reasons: reasons.map(({ reason }) => reason) }]
      : [row];
  });
};

/**
 * Every host, and under it the units that are not as they should be, and metrics that moved; last why nothing is known
 * of several of them.
 */
export const healthRows = memoLast(
  (
    names: readonly string[],
    hosts: Readonly<Record<string, HostState>>,
    filter: string,
  ): readonly HealthRow[] =>
    withReasons(
      withSharedReasons(
        names
          .flatMap((name) => hosts[name] ?? [])
          .filter((host) => host.entry.role.kind === 'deployable')
          .flatMap((host) => healthRowsOf(host).filter(isNews))
          .filter((row) => row.id.toLowerCase().includes(filter.toLowerCase())),
      ),
    ),
);
