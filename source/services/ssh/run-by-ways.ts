import type { Failure } from '../../model/failure.ts';
import type { World } from '../world/world.ts';
import type { MovedHosts } from './moved-hosts.ts';
import { createRun, isLostContact, type RunOnHost } from './run.ts';
import type { SshSettings } from './ssh.ts';

/** The host may be reached by the other way: it does not answer by this one, or another key does. */
const mayBeElsewhere = (failure: Failure): boolean =>
  isLostContact(failure) ||
  failure.code === 'host-key-changed' ||
  failure.code === 'host-key-unknown';

/** Runs scripts on hosts, also on those that change address or host key meanwhile. */
export const createRunByWays = (world: World, moved: MovedHosts): RunOnHost => {
  const runs = new Map<SshSettings, RunOnHost>();
  const runBy = (settings: SshSettings): RunOnHost => {
    const known = runs.get(settings) ?? createRun(world, settings);
    runs.set(settings, known);
    return known;
  };
  return async (entry, script, options) => {
    const [usual, ...others] = moved.ways(entry);
    const first = await runBy(usual.settings)(usual.entry, script, options);
    if (first.ok) {
      moved.found(entry.name, usual);
      return first;
    }
    if (!mayBeElsewhere(first.failure)) return first;
    for (const way of others) {
      const answer = await runBy(way.settings)(way.entry, script, options);
      if (!answer.ok && mayBeElsewhere(answer.failure)) continue;
      moved.found(entry.name, way);
      return answer;
    }
    return first;
  };
};
