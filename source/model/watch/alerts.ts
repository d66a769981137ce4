import { showSize } from '../words/format.ts';
import { showMoment } from '../words/format-time.ts';
import { settleMs, type TimeSpan } from './windows.ts';

/** An alert that fired in a window. Two of them are the same where name and labels are. */
export interface FiredAlert {
  readonly name: string;
  /** Without its name and its state. */
  readonly labels: Readonly<Record<string, string>>;
}

/** When it fired; null where it fired for a shorter time than the distance of the samples. */
export interface FiringTimes {
  readonly first: number | null;
  readonly last: number | null;
}

/** What the deploy itself did that makes an alert fire. */
export type AlertCause =
  /** The copy of the deploy took room at once, and a forecast sees it as a filling. Until it is seen no more. */
  | { readonly kind: 'copy'; readonly bytes: number; readonly until: number }
  | { readonly kind: 'restart'; readonly at: number }
  | { readonly kind: 'sleep'; readonly span: TimeSpan };

export interface WatchedAlert extends FiredAlert, FiringTimes {
  /**
   * - `new`: it did not fire in the seven days before the change
   * - `fired-before`: it did; it does not count against the change
   * - `resolved`: it fired at the time of the change and does not now
   * - `unknown`: a server that may know it did not tell what fired before
   */
  readonly change: 'new' | 'fired-before' | 'resolved' | 'unknown';
  readonly isFiring: boolean;
  /** What the deploy did that explains a new one; null: nothing that is known. */
  readonly cause: AlertCause | null;
}

/** Alerts before a change and since. */
interface AlertSets {
  /** That fired in the seven days before. */
  readonly before: readonly FiredAlert[];
  /** That fired at the time of the change. */
  readonly atChange: readonly FiredAlert[];
  readonly since: readonly (FiredAlert & FiringTimes)[];
  readonly now: readonly FiredAlert[];
  /** Whether all servers told what fired before, and what fired since. */
  readonly isWhole: { readonly before: boolean; readonly since: boolean };
}

export const alertKey = ({ name, labels }: FiredAlert): string =>
  JSON.stringify([
    name,
    Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  ]);

/** Sets compared: what is new, what fired before, what is over. Those that fired before and do not fire since are left out. */
export const compareAlerts = ({
  before,
  atChange,
  since,
  now,
  isWhole,
}: AlertSets): readonly WatchedAlert[] => {
  const firedBefore = new Set([...before, ...atChange].map(alertKey));
  const fires = new Set(now.map(alertKey));
  const sinceKeys = new Set(since.map(alertKey));
  const firedThen = new Set(atChange.map(alertKey));
  const firing = [
    ...since,
    // Firing now for less than a step of the samples.
    ...now
      .filter((one) => !sinceKeys.has(alertKey(one)))
      .map((one) => ({ ...one, first: null, last: null })),
  ].map((alert): WatchedAlert => {
    const key = alertKey(alert);
    const isFiring = fires.has(key);
    return {
      ...alert,
      change: !firedBefore.has(key)
        ? isWhole.before
          ? 'new'
          : 'unknown'
        : !isFiring && firedThen.has(key) && isWhole.since
          ? 'resolved'
          : 'fired-before',
      isFiring,
      cause: null,
    };
  });
  const told = new Set(firing.map(alertKey));
  const over = atChange
    .filter((one) => !told.has(alertKey(one)))
    .map(
      (one): WatchedAlert => ({
        ...one,
        first: null,
        last: null,
        change: isWhole.since ? 'resolved' : 'fired-before',
        isFiring: false,
        cause: null,
      }),
    );
  return [...firing, ...over];
};

/** What is known of a rule that forecasts the filling of a file system by a line through its last hours. */
export interface FillingRule {
  /** Length of the line, ms: the range of `predict_linear`. */
  readonly range: number;
  /** How far it is drawn, ms. */
  readonly horizon: number;
}

/**
 * Until when a copy alone makes such a forecast fall below zero; null where it is too small for that.
 *
 * Room falls by `bytes` at once. So long after it that a share x of the line's range lies behind the fall, the
 * line through the range (least squares) has the slope -6·bytes·x·(1-x)/range, and its end lies at
 * free - bytes·x - 3·bytes·x·(1-x). Drawn to the horizon it is below zero between the roots of a parabola.
 */
export const fillingUntil = (
  rule: FillingRule,
  copy: { readonly at: number; readonly bytes: number; readonly freeBefore: number },
): number | null => {
  const steepness = 3 + (6 * rule.horizon) / rule.range;
  const middle = (steepness + 1) ** 2;
  const root = middle - (4 * steepness * copy.freeBefore) / copy.bytes;
  if (!(copy.bytes > 0) || root < 0) return null;
  const share = (steepness + 1 + Math.sqrt(root)) / (2 * steepness);
  return copy.at + Math.min(1, share) * rule.range;
};

/** Pauses of a host that its change announced, or that a person made. */
export interface Pauses {
  readonly restarts: readonly number[];
  readonly sleeps: readonly TimeSpan[];
}

/** A restart, from the shutdown on, takes no longer than this before its boot is over, ms. */
const restartMs = 10 * 60_000;

/** So long after a boot an alert may begin that is about the time before it, ms. */
const afterBootMs = 3 * 60_000;

/** What explains a new alert that is over by now: that began while the host was away. */
export const pauseCause = (
  { first, isFiring }: Pick<WatchedAlert, 'first' | 'isFiring'>,
  { restarts, sleeps }: Pauses,
  now: number,
): AlertCause | null => {
  const at = first ?? now;
  const restart = restarts.find((boot) => at >= boot - restartMs && at <= boot + afterBootMs);
  if (restart !== undefined && (!isFiring || now <= restart + settleMs))
    return { kind: 'restart', at: restart };
  const sleep = sleeps.find(({ from, to }) => at >= from && at <= to + afterBootMs);
  return sleep !== undefined && (!isFiring || now <= sleep.to + settleMs)
    ? { kind: 'sleep', span: sleep }
    : null;
};

/** Labels that tell a person which one of its name it is; the host is said beside it. */
const tellingLabels = [
  'mountpoint',
  'device',
  'name',
  'unit',
  'service',
  'container',
  'job',
] as const;

/** `NodeFilesystemSpaceFillingUp (/)`. */
const alertName = ({ name, labels }: FiredAlert): string => {
  const [first] = tellingLabels.flatMap((label) => labels[label] ?? []);
  return first === undefined ? name : `${name} (${first})`;
};

const clock = (at: number): string => `${showMoment(at).slice(11)} UTC`;

const causeWords = (cause: AlertCause): string => {
  switch (cause.kind) {
    case 'copy':
      return `this is the deploy's own copy (${showSize(cause.bytes)}), gone by ${clock(cause.until)}`;
    case 'restart':
      return `this is the restart of ${clock(cause.at)}`;
    case 'sleep':
      return `the host slept from ${clock(cause.span.from)} to ${clock(cause.span.to)}`;
  }
};

/** What is said of an alert, without a full stop. */
export const alertSentence = (alert: WatchedAlert): string => {
  const name = alertName(alert);
  switch (alert.change) {
    case 'new': {
      const when = alert.isFiring
        ? `fires${alert.first === null ? '' : ` since ${clock(alert.first)}`}`
        : `fired${alert.first === null || alert.last === null ? ' for a moment' : ` from ${clock(alert.first)} to ${clock(alert.last)}`}`;
      return alert.cause === null
        ? `new alert: ${name} ${when}; it did not in the 7 days before the change`
        : `alert ${name} ${when}: ${causeWords(alert.cause)}`;
    }
    case 'fired-before':
      return `alert ${name} ${alert.isFiring ? 'fires' : 'fired'}, as before the change`;
    case 'resolved':
      return `alert ${name} is resolved: it fired at the time of the change`;
    case 'unknown':
      return `alert ${name} ${alert.isFiring ? 'fires' : 'fired'}; whether it did before the change is not known`;
  }
};

export const isAlertWorse = ({ change, cause }: WatchedAlert): boolean =>
  change === 'new' && cause === null;
