import type { AppState } from '../../state/state.ts';
import type { Ui } from '../ui.ts';
import { filteredHosts } from './fleet.ts';
import { healthRows } from './health.ts';
import { markedIds } from './lists.ts';
import { markedInHealth } from './targets.ts';

/** The hosts that a key for all hosts acts on. */
interface ShownHosts {
  readonly hosts: readonly string[];
  /** The filter of the fleet, where it leaves a host out. */
  readonly narrowed: string | null;
}

/** Of these hosts those that the filter of the fleet shows. Pure. */
export const shownOf = (
  { app, ui }: { readonly app: AppState; readonly ui: Ui },
  hosts: readonly string[],
): ShownHosts => {
  const { filter } = ui.lists.fleet;
  if (filter === '') return { hosts, narrowed: null };
  const shown = new Set(
    filteredHosts(app.hostNames, app.hosts, filter).map(({ entry }) => entry.name),
  );
  const left = hosts.filter((host) => shown.has(host));
  return { hosts: left, narrowed: left.length < hosts.length ? filter : null };
};

/** The hosts that have a row in the view Health, where it is open and filtered; null else. */
const shownInHealth = (app: AppState, ui: Ui): ReadonlySet<string> | null => {
  if (ui.screen.kind !== 'view' || ui.screen.view !== 'health') return null;
  const { filter } = ui.lists.health;
  return filter === ''
    ? null
    : new Set(
        healthRows(app.hostNames, app.hosts, filter).flatMap((row) =>
          row.kind === 'host' ? row.id : row.kind === 'noted' ? (row.hosts ?? row.host) : row.host,
        ),
      );
};

/**
 * The hosts that are only looked at: the marked ones, else those that the view shows: Health has a filter of its own.
 * `hidden`: whose filter leaves a host out, and which it is. Pure.
 */
export const lookedAt = (
  screen: { readonly app: AppState; readonly ui: Ui },
  hosts: readonly string[],
): {
  readonly hosts: readonly string[];
  readonly hidden: { readonly by: 'fleet' | 'Health'; readonly filter: string } | null;
} => {
  const { app, ui } = screen;
  const inHealth = markedInHealth(app, ui);
  const marked = inHealth.length > 0 ? inHealth : markedIds(app, ui, 'fleet');
  const chosen = hosts.filter((host) => marked.includes(host));
  if (chosen.length > 0) return { hosts: chosen, hidden: null };
  const { hosts: shown, narrowed } = shownOf(screen, hosts);
  const health = shownInHealth(app, ui);
  const left = health === null ? shown : shown.filter((host) => health.has(host));
  return {
    hosts: left,
    hidden:
      health !== null && left.length < shown.length
        ? { by: 'Health', filter: ui.lists.health.filter }
        : narrowed === null
          ? null
          : { by: 'fleet', filter: narrowed },
  };
};

/** Said wherever the filter leaves a host out. */
export const narrowedWords = (filter: string): string =>
  `only the hosts that the filter of the fleet shows (${filter})`;
