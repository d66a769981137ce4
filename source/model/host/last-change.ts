import { dayMs } from '../words/durations.ts';
import type { HostFacts } from './host.ts';

/** When a host was changed, ms since the epoch. */
export interface HostChanges {
  /** When it began to run what it runs; null when nobody knows. */
  readonly last: number | null;
  /** Earlier changes. */
  readonly before: readonly number[];
}

/**
 * So close together are the signs of one change: a generation is made, the host is switched to it, nixup notes that, and
 * a boot so soon after is the one that started it, ms.
 */
const oneChangeMs = 3_600_000;

/**
 * From the links of the profile, whoever made them, and from what nixup did itself: a host that was
 * taken back runs a generation that is older than the change.
 */
export const changesOf = (
  { at, current, booted, uptimeSeconds, generations }: HostFacts,
  deployed: { readonly toplevel: string; readonly at: number } | undefined,
): HostChanges => {
  const own = generations.filter(({ path }) => path === current).map((one) => one.at);
  const known = [
    ...(own.length === 0 ? [] : [Math.max(...own)]),
    ...(deployed !== undefined && deployed.toplevel === current ? [deployed.at] : []),
  ];
  if (known.length === 0) return { last: null, before: [] };
  const began = Math.max(...known);
  const bootAt = uptimeSeconds === null ? null : at - uptimeSeconds * 1_000;
  const isStarter =
    bootAt !== null && booted === current && bootAt > began && bootAt - began < oneChangeMs;
  return {
    last: isStarter ? bootAt : began,
    // The generation of what it runs now is made in this change, a moment before it is proven.
    before: generations
      .filter((one) => one.at < began && !(one.path === current && began - one.at < oneChangeMs))
      .map((one) => one.at),
  };
};

/** Clocks that are less apart agree, ms: an answer may be so late. */
const sameClockMs = 2 * 60_000;

/**
 * How long a host has the system that it runs, by its own clock alone, ms: the link of its profile and its present time.
 * Null where no generation has that system, its clock was set back since, or it agrees with ours: then ours is as
 * good, and knows of which change. Pure.
 */
export const runsForMs = ({
  at,
  clockSkewMs,
  current,
  generations,
}: Pick<HostFacts, 'at' | 'clockSkewMs' | 'current' | 'generations'>): number | null => {
  const made = generations.findLast(({ path }) => path === current)?.at;
  if (made === undefined || clockSkewMs === null || Math.abs(clockSkewMs) < sameClockMs)
    return null;
  const elapsed = at + clockSkewMs - made;
  return elapsed < 0 ? null : elapsed;
};

/** So long before its first sign a change may have begun: what it copied is there before it is activated, ms. */
const leadMs = 5 * 60_000;

/** `20261129-172300` at the beginning of the name of a run: when it began. */
const runBegan = (run: string): number | null => {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/.exec(run);
  if (parts === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

/**
 * When the change that was over at `last` began: with its run, its generation or its restart, and a little earlier. What
 * happens from then on may be its own doing.
 */
export const changeBegan = (
  last: number,
  facts: Pick<HostFacts, 'current' | 'generations'>,
  deployed: { readonly toplevel: string; readonly run: string } | undefined,
): number => {
  const made = facts.generations.filter(({ path }) => path === facts.current).map(({ at }) => at);
  const run =
    deployed !== undefined && deployed.toplevel === facts.current ? runBegan(deployed.run) : null;
  const signs = [...made, ...(run === null ? [] : [run])].filter(
    (at) => at <= last && last - at < dayMs,
  );
  return Math.min(last, ...signs) - leadMs;
};

/**
 * With what the host's own journal tells of switches, whoever made them: a switch to what it runs is its last change
 * where it is later, and any other one is an earlier change.
 */
export const withSwitches = (
  { last, before }: HostChanges,
  current: string | null,
  switches: readonly { readonly at: number; readonly toplevel: string }[],
): HostChanges => {
  const latest = switches
    .filter(({ toplevel }) => toplevel === current)
    .reduce((most, { at }) => Math.max(most, at), last ?? Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(latest)) return { last, before };
  // What the host ran another system after is a change of its own.
  const other = switches
    .filter(({ toplevel, at }) => toplevel !== current && at < latest)
    .reduce((most, { at }) => Math.max(most, at), Number.NEGATIVE_INFINITY);
  const isOfChange = (at: number): boolean => at > other && latest - at < oneChangeMs;
  const earlier = [
    ...before,
    ...(last === null || isOfChange(last) ? [] : [last]),
    ...switches.flatMap(({ at, toplevel }) => (toplevel === current && isOfChange(at) ? [] : [at])),
  ];
  return {
    last: latest,
    before: [...new Set(earlier.filter((at) => at < latest))].toSorted((one, other) => one - other),
  };
};
