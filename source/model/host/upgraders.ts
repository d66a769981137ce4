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

/** What may undo a deploy or a rollback, as the end of a sentence; null where nothing does. */
export const undoWords = (upgraders: readonly Upgrader[] | undefined): string | null =>
  upgraders === undefined || upgraders.length === 0
    ? null
    : `${upgraders.map(upgraderWords).join('; ')} may switch it to another system, a rollback included`;
