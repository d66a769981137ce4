import { dayMs } from '../words/durations.ts';
import { showMoment } from '../words/format-time.ts';

/** Something on a host that switches it by itself: an upgrade service, or an agent that pulls. */
export interface Upgrader {
  /** The unit that starts it: its timer, or the service that stays. */
  readonly unit: string;
  /** When its timer fires next, the host's clock, ms since the epoch; null where it has none, or that is not known. */
  readonly nextAt: number | null;
}

/** `nixos-upgrade.timer, next at 2026-11-30 04:40`. */
export const upgraderWords = ({ unit, nextAt }: Upgrader): string =>
  nextAt === null ? unit : `${unit}, next at ${showMoment(nextAt)}`;

/** What was seen switching a host so long ago may be gone since, ms. */
const seenMs = 30 * dayMs;

/** `x.timer` and `x.service` are of one thing. */
const stemOf = (unit: string): string => unit.replace(/\.(?:service|timer)$/, '');

/**
 * What switches a host by itself, in words: what its unit files say, and services that were seen doing it, which may be any
 * program.
 */
export const switchedByWords = (
  upgraders: readonly Upgrader[],
  seen: readonly { readonly unit: string; readonly at: number }[],
  now: number,
): readonly string[] => {
  const known = new Set(upgraders.map(({ unit }) => stemOf(unit)));
  return [
    ...upgraders.map(upgraderWords),
    ...seen
      .filter(({ unit, at }) => !known.has(stemOf(unit)) && now - at < seenMs)
      .map(({ unit, at }) => `${unit}, which did on ${showMoment(at)},`),
  ];
};

/** What may undo a deploy or a rollback, as the end of a sentence; null where nothing does. */
export const undoWords = (upgraders: readonly Upgrader[] | undefined): string | null =>
  upgraders === undefined || upgraders.length === 0
    ? null
    : `${upgraders.map(upgraderWords).join('; ')} may switch it to another system, a rollback included`;
