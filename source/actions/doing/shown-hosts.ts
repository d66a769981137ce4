import { filteredHosts } from '../../screen/rows/fleet.ts';
import type { ActionContext } from '../action.ts';
import { tell } from './tell.ts';

/** Of these hosts those that the filter of the fleet shows; where it leaves some out, that is said. */
export const shownHosts = (context: ActionContext, hosts: readonly string[]): readonly string[] => {
  const { app, ui } = context.state();
  const { filter } = ui.lists.fleet;
  const shown = new Set(
    filteredHosts(app.hostNames, app.hosts, filter).map(({ entry }) => entry.name),
  );
  const left = hosts.filter((host) => shown.has(host));
  if (left.length < hosts.length)
    tell(context, `only the hosts that the filter of the fleet shows (${filter})`);
  return left;
};
