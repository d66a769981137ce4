import type { HostWork } from '../host/host.ts';
import { aboutHost } from '../words/about-host.ts';
import { hostList } from '../words/sentences.ts';
import type { RequestWatch } from './body.ts';

/** What is to be done with an open request, by how the fleet is. */
type Tending =
  | { readonly kind: 'merge' }
  | { readonly kind: 'close'; readonly reason: string }
  | { readonly kind: 'wait'; readonly why: string };

/** What was done with a host for the system of the request; null where nothing was. */
interface TendedHost {
  readonly name: string;
  readonly work: HostWork | null;
  readonly isHealthy: boolean;
}

const wait = (why: string): Tending => ({ kind: 'wait', why });

/**
 * A host that went back closes the request. It is merged when a host runs its system, each that does is
 * healthy, none failed, and the watch, where one runs, ended well. A host that sleeps waits for its turn.
 * Pure.
 */
export const tendingOf = (hosts: readonly TendedHost[], watch: RequestWatch): Tending => {
  for (const { name, work } of hosts) {
    if (work?.kind === 'rolledBack')
      return { kind: 'close', reason: `${aboutHost(name, work.reason)}; it was rolled back` };
    if (work?.kind === 'succeeded' && work.deed === 'rollback')
      return { kind: 'close', reason: `${name} was rolled back` };
  }
  const bad = hosts.filter(({ work }) => work?.kind === 'failed' || work?.kind === 'unhealthy');
  if (bad.length > 0)
    return wait(`${hostList(bad.map(({ name }) => name))} failed or is not healthy`);
  const running = hosts.filter(
    ({ work }) => work?.kind === 'succeeded' || work?.kind === 'unchanged',
  );
  if (running.length === 0) return wait('nixup brought it to no host yet');
  const silent = running.filter(({ isHealthy }) => !isHealthy);
  if (silent.length > 0)
    return wait(`the health of ${hostList(silent.map(({ name }) => name))} was not compared`);
  const untouched = hosts.filter(
    ({ work }) => work === null || work.kind === 'canceled' || work.kind === 'idle',
  );
  if (untouched.length > 0)
    return wait(`${hostList(untouched.map(({ name }) => name))} was not deployed`);
  if (watch.kind === 'pending') return wait(`the watch of ${watch.time} is not over`);
  if (watch.kind === 'due')
    return wait(`the watch of ${watch.time} is over and has no report: nixup watch`);
  if (watch.kind === 'ended' && !watch.isWell) return wait(`the watch says: ${watch.verdict}`);
  return { kind: 'merge' };
};
