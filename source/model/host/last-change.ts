import type { HostFacts } from './host.ts';

/** When a host was changed, ms since the epoch. */
export interface HostChanges {
  /** When it began to run what it runs; null when nobody knows. */
  readonly last: number | null;
  /** Earlier changes. */
  readonly before: readonly number[];
}

/** A boot so soon after its generation was made is the one that started it, ms. */
const bootAfterMs = 3_600_000;

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
    bootAt !== null && booted === current && bootAt > began && bootAt - began < bootAfterMs;
  return {
    last: isStarter ? bootAt : began,
    before: generations.map((one) => one.at).filter((other) => other < began),
  };
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
  const earlier = [...before, ...(last === null ? [] : [last]), ...switches.map(({ at }) => at)];
  return {
    last: latest,
    before: [...new Set(earlier.filter((at) => at < latest))].toSorted((one, other) => one - other),
  };
};
