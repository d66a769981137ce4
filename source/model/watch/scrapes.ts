import { showMoment } from '../words/format-time.ts';
import type { TimeSpan } from './windows.ts';

/** What Prometheus recorded of its scrapes of a host in one window. */
export interface Scrapes {
  /** The share of scrapes that succeeded, 0 to 1. */
  readonly up: number;
  /** Scrapes that were recorded, whether they succeeded or not. */
  readonly samples: number;
}

/** What is known of the scrapes of a host since it was changed. */
export interface ScrapeEvidence {
  /** Null: nothing was recorded since the change. */
  readonly after: Scrapes | null;
  /** The last scrape: whether it succeeded; null where there is none any more. */
  readonly last: boolean | null;
  /** Whether the last scrape before the change succeeded; null where there was none. */
  readonly atChange: boolean | null;
  /** The same hours of the days before. */
  readonly days: readonly Scrapes[];
  /** Scrapes of the window without any gap; null where the server does not tell how often it asks. */
  readonly expected: number | null;
  /** The most that the server recorded of any host in the window. */
  readonly mostRecorded: number;
}

/**
 * Whether Prometheus reached the exporter of a host. A host that is down and a server that was down look alike
 * in a chart: the first has scrapes that failed, the second has none.
 */
export type ScrapeWatch =
  | { readonly kind: 'whole' }
  /** The last scrape failed. `before`: the last one before the change did too. */
  | { readonly kind: 'down'; readonly before: boolean }
  /** A server that may know of it did not answer. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** It was scraped before, and is not scraped any more. */
  | { readonly kind: 'lost' }
  /** Scrapes failed, more of them than on the worst of the days before. Shares, 0 to 1. */
  | { readonly kind: 'gaps'; readonly failed: number; readonly worstBefore: number }
  /** Nothing failed, and a part of the window was not recorded; by the server for no host, or for this host alone. */
  | {
      readonly kind: 'not-recorded';
      readonly missing: number;
      readonly of: 'all-hosts' | 'this-host';
    };

/** A smaller share is what a restart of a server, or the bounds of a window make. */
const leastMissing = 0.05;

const leastFailed = 0.02;

/** Pure; null where nothing was recorded at all, neither before nor since. */
export const judgeScrapes = (evidence: ScrapeEvidence): ScrapeWatch | null => {
  const { after, last, atChange, days, expected, mostRecorded } = evidence;
  if (last === false) return { kind: 'down', before: atChange === false };
  if (last === null)
    return after !== null || days.length > 0 || atChange !== null ? { kind: 'lost' } : null;
  if (after === null) return null;
  const failed = 1 - after.up;
  const worstBefore = Math.max(0, ...days.map(({ up }) => 1 - up));
  if (failed >= leastFailed && failed > worstBefore) return { kind: 'gaps', failed, worstBefore };
  // Whoever scrapes more often since then, or less, has not missed what was not to be there.
  const usual = days.length === 0 ? null : Math.max(...days.map(({ samples }) => samples));
  const whole = Math.max(
    1,
    Math.min(expected ?? usual ?? mostRecorded, usual ?? expected ?? mostRecorded),
  );
  const missing = 1 - Math.min(1, after.samples / whole);
  if (missing < leastMissing) return { kind: 'whole' };
  const missingOfAll = 1 - Math.min(1, mostRecorded / whole);
  return {
    kind: 'not-recorded',
    missing,
    of: missing - missingOfAll < leastMissing ? 'all-hosts' : 'this-host',
  };
};

const percent = (share: number): string => `${Math.max(1, Math.round(share * 100))} %`;

/** What it says, without a full stop; null where there is nothing to say. */
export const scrapeSentence = (
  watch: ScrapeWatch,
  sleeps: readonly TimeSpan[] = [],
): string | null => {
  switch (watch.kind) {
    case 'whole':
      return null;
    case 'down':
      return watch.before
        ? 'Prometheus does not reach its exporter, and did not before the change either'
        : 'Prometheus does not reach its exporter any more: the host or the exporter is down';
    case 'unknown':
      return `what Prometheus recorded of its scrapes is not known: ${watch.why}`;
    case 'lost':
      return 'Prometheus does not scrape it any more: its target is gone from the configuration of the server, or has another name';
    case 'gaps':
      return `${percent(watch.failed)} of its scrapes failed since the change${
        sleeps.length > 0
          ? `; it slept ${sleeps.map(({ from, to }) => `${showMoment(from)} to ${showMoment(to).slice(11)}`).join(', ')} UTC`
          : watch.worstBefore > 0
            ? `, ${percent(watch.worstBefore)} at most on one of the days before`
            : ', none on the days before'
      }`;
    case 'not-recorded':
      return watch.of === 'all-hosts'
        ? `Prometheus itself recorded nothing for ${percent(watch.missing)} of the time since the change: it was down, or it could not write`
        : `Prometheus recorded nothing of this host for ${percent(watch.missing)} of the time since the change, though it did of others: its target was added later, or was away`;
  }
};

/** Whether it is worse than before: what was so before, what a sleep explains, and what the server missed is not. */
export const isScrapeWorse = (watch: ScrapeWatch, sleeps: readonly TimeSpan[] = []): boolean => {
  switch (watch.kind) {
    case 'whole':
    case 'not-recorded':
    case 'unknown':
      return false;
    case 'down':
      return !watch.before;
    case 'lost':
      return true;
    case 'gaps':
      return sleeps.length === 0;
  }
};
