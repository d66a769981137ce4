import type { AppState } from '../../state/state.ts';
import type { Ui } from '../ui.ts';
import { filteredHosts } from './fleet.ts';

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

/** Said wherever the filter leaves a host out. */
export const narrowedWords = (filter: string): string =>
  `only the hosts that the filter of the fleet shows (${filter})`;
