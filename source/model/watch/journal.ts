import { dayMs } from '../words/durations.ts';
import { showDuration, showMoment } from '../words/format-time.ts';
import { counted } from '../words/sentences.ts';
import { medianOf } from './quartiles.ts';
import { baselineDays, type TimeSpan, watchMs } from './windows.ts';

/** What systemd itself notes in the journal of a host, by the kind of event. */
export type JournalKind = 'out-of-memory' | 'coredump' | 'failed' | 'restart';

export type JournalRecord =
  | { readonly kind: JournalKind; readonly at: number; readonly unit: string }
  /** A boot was over, so long after the machine was switched on (without firmware and loader). */
  | { readonly kind: 'boot'; readonly at: number; readonly tookMs: number }
  | { readonly kind: 'sleep' | 'wake' | 'clock-changed'; readonly at: number }
  /** Somebody or something switched to a system. */
  | {
      readonly kind: 'switched';
      readonly at: number;
      readonly toplevel: string;
      /** The service that did it; absent where that was a person or nixup, or nobody knows. */
      readonly by?: string;
    };

/** The records of the last days, the oldest first. */
export interface HostJournal {
  /** The first line that the journal still has, ms since the epoch. */
  readonly begins: number;
  /** It is in memory only: each restart begins a new one. */
  readonly isVolatile: boolean;
  /** There are more records than were read: the oldest are missing. */
  readonly isCut: boolean;
  readonly records: readonly JournalRecord[];
}

/** Something that happens more often since the change than on the worst of the days before. */
interface JournalFinding {
  readonly kind: JournalKind;
  readonly unit: string;
  readonly count: number;
  /** The most on one of the days before, in a window as long. */
  readonly worstBefore: number;
}

interface SlowBoot {
  readonly tookMs: number;
  /** The median of up to five boots before. */
  readonly usualMs: number;
}

interface Switcher {
  readonly unit: string;
  readonly at: number;
}

export type JournalWatch =
  | {
      readonly kind: 'read';
      readonly findings: readonly JournalFinding[];
      readonly slowBoot: SlowBoot | null;
      /** Days before the change that the journal still has, seven at most. */
      readonly days: number;
      /** Since the change. Journals of earlier versions have neither. */
      readonly sleeps?: readonly TimeSpan[];
      /** When each boot since the change was over. */
      readonly restarts?: readonly number[];
      /** When its clock was set since the change. */
      readonly clockChanges?: readonly number[];
      /** Services of the host that switched it in these days, each with the last time. */
      readonly switchers?: readonly Switcher[];
    }
  | {
      readonly kind: 'unknown';
      /** In words. */
      readonly why: string;
    };

/** One restart is no loop. */
const least: Readonly<Record<JournalKind, number>> = {
  'out-of-memory': 1,
  coredump: 1,
  failed: 1,
  restart: 2,
};

const bootsCompared = 5;
/** A boot that is over so shortly before a change is a part of it, ms. */
const bootBeforeMs = 5 * 60_000;
const slowerByMs = 15_000;
const slowerTimes = 1.5;

const slowBootOf = (records: readonly JournalRecord[], changedAt: number): SlowBoot | null => {
  const boots = records.flatMap((record) => (record.kind === 'boot' ? [record] : []));
  const last = boots.at(-1);
  const before = boots.filter(({ at }) => at <= changedAt).slice(-bootsCompared);
  if (last === undefined || last.at <= changedAt || before.length === 0) return null;
  const usualMs = medianOf(before.map(({ tookMs }) => tookMs));
  return last.tookMs > usualMs * slowerTimes && last.tookMs > usualMs + slowerByMs
    ? { tookMs: last.tookMs, usualMs }
    : null;
};

/** What is read of a journal: the days before a change, and the time after it until the watch is over. */
export const journalSpan = (changedAt: number, now: number): TimeSpan => ({
  from: changedAt - baselineDays * dayMs,
  to: Math.min(now, changedAt + watchMs),
});

/** From each sleep to the next wake, or to the end. */
const sleepsOf = (
  records: readonly JournalRecord[],
  { from, to }: TimeSpan,
): readonly TimeSpan[] => {
  const spans: TimeSpan[] = [];
  let asleepSince: number | null = null;
  for (const { kind, at } of records) {
    if (kind === 'sleep') asleepSince ??= at;
    if (kind === 'wake' && asleepSince !== null) {
      spans.push({ from: asleepSince, to: at });
      asleepSince = null;
    }
  }
  if (asleepSince !== null) spans.push({ from: asleepSince, to });
  return spans.filter((span) => span.to > from && span.from < to);
};

/** Moments at which the host was switched to a system, by its own journal. */
export const switchesOf = ({
  records,
}: HostJournal): readonly { readonly at: number; readonly toplevel: string }[] =>
  records.flatMap((record) => (record.kind === 'switched' ? [record] : []));

/** An agent that pulls may be any program: the host notes from which service it was switched. */
const switchersOf = (records: readonly JournalRecord[]): readonly Switcher[] => {
  const last = new Map<string, number>();
  for (const record of records)
    if (record.kind === 'switched' && record.by !== undefined) last.set(record.by, record.at);
  return [...last].map(([unit, at]) => ({ unit, at }));
};

/** From which services the host was switched, a sentence each without its full stop. */
export const switcherSentences = (watch: JournalWatch | null): readonly string[] =>
  watch?.kind !== 'read'
    ? []
    : (watch.switchers ?? []).map(
        ({ unit, at }) =>
          `the host was switched from the service ${unit} on ${showMoment(at)} UTC, which may undo a deploy or a rollback`,
      );

const isCounted = (
  record: JournalRecord,
): record is Extract<JournalRecord, { readonly unit: string }> => 'unit' in record;

/**
 * What is new in the journal of a host since it was changed: counts are no statistics, so what happens more often
 * than on the worst of the days before is told, and what never happened before.
 */
export const judgeJournal = (
  { begins, isVolatile, isCut, records }: HostJournal,
  changedAt: number,
  now: number,
): JournalWatch => {
  if (begins > changedAt)
    return {
      kind: 'unknown',
      why: `it begins ${showDuration(begins - changedAt)} after the change, and nothing is known of the time between (${
        isVolatile
          ? 'it is kept in memory, and a restart empties it: Storage=persistent in journald.conf keeps it'
          : 'what is older was removed to keep its size, SystemMaxUse in journald.conf, or was never kept'
      })`,
    };
  const until = Math.min(now, changedAt + watchMs);
  const length = until - changedAt;
  const days = Math.min(baselineDays, Math.floor((changedAt - begins) / dayMs));
  const counts = new Map<string, { readonly finding: JournalFinding; readonly before: number[] }>();
  for (const record of records) {
    if (!isCounted(record) || record.at > until) continue;
    const key = `${record.kind} ${record.unit}`;
    const known = counts.get(key) ?? {
      finding: { kind: record.kind, unit: record.unit, count: 0, worstBefore: 0 },
      before: Array.from({ length: baselineDays }, () => 0),
    };
    const sinceChange = record.at - changedAt;
    const day = Math.ceil(-sinceChange / dayMs);
    if (sinceChange > 0)
      counts.set(key, { ...known, finding: { ...known.finding, count: known.finding.count + 1 } });
    else if (day >= 1 && day <= baselineDays && record.at <= changedAt - day * dayMs + length) {
      known.before[day - 1] = (known.before[day - 1] ?? 0) + 1;
      counts.set(key, known);
    }
  }
  const findings = [...counts.values()].flatMap(({ finding, before }) => {
    const worstBefore = Math.max(...before);
    return finding.count > worstBefore && finding.count >= least[finding.kind]
      ? [{ ...finding, worstBefore }]
      : [];
  });
  const switchers = switchersOf(records);
  const momentsOf = (kind: 'boot' | 'clock-changed'): readonly number[] =>
    records.flatMap((record) =>
      // The boot that a change ended with is over a moment before it is found to be changed.
      record.kind === kind && record.at >= changedAt - bootBeforeMs && record.at <= until
        ? [record.at]
        : [],
    );
  return {
    kind: 'read',
    findings,
    slowBoot: slowBootOf(records, changedAt),
    days: isCut ? 0 : days,
    sleeps: sleepsOf(records, { from: changedAt, to: until }),
    restarts: momentsOf('boot'),
    clockChanges: momentsOf('clock-changed'),
    ...(switchers.length === 0 ? {} : { switchers }),
  };
};

const kindWords: Readonly<Record<JournalKind, (unit: string, count: number) => string>> = {
  'out-of-memory': (unit, count) =>
    `${unit} was ended for want of memory ${counted(count, 'time')}`,
  coredump: (unit, count) => `${unit} crashed ${counted(count, 'time')}`,
  failed: (unit, count) => `${unit} failed ${counted(count, 'time')}`,
  restart: (unit, count) => `${unit} was started again ${counted(count, 'time')} by itself`,
};

/** What is new, a sentence each without its full stop. */
export const journalSentences = (watch: JournalWatch): readonly string[] => {
  if (watch.kind === 'unknown') return [`journal: ${watch.why}`];
  const { findings, slowBoot, days } = watch;
  const against = (worst: number): string =>
    days === 0
      ? 'the journal has no day before to compare with'
      : worst === 0
        ? `never on the ${counted(days, 'day')} before`
        : `${worst} at most on one of the ${counted(days, 'day')} before`;
  return [
    ...findings.map(
      ({ kind, unit, count, worstBefore }) =>
        `${kindWords[kind](unit, count)} since the change; ${against(worstBefore)}`,
    ),
    ...(slowBoot === null
      ? []
      : [
          `the boot took ${showDuration(slowBoot.tookMs)}, usually ${showDuration(slowBoot.usualMs)}`,
        ]),
  ];
};
