import { seenHosts } from '../../screen/rows/seen-hosts.ts';
import type { AppStore } from '../../store.ts';

/** Looked at so often at most, ms: it is asked for with each host that is asked. */
const everyMs = 100;

/** Hosts that are on the screen. */
export const createSeenHosts = (
  store: AppStore,
  now: () => number,
): (() => ReadonlySet<string>) => {
  let seen: ReadonlySet<string> = new Set();
  let lookedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (Math.abs(now() - lookedAt) < everyMs) return seen;
    lookedAt = now();
    const { app, ui } = store.getState();
    seen = seenHosts(app, ui);
    return seen;
  };
};
