import { memoLast } from '../../model/memo.ts';
import { counted } from '../../model/words/sentences.ts';
import type { Goal } from '../../state/run.ts';
import type { AppState } from '../../state/state.ts';

/** Runs that tell of each of their hosts when it is begun and when it is done with. */
const tellsOfHosts: ReadonlySet<Goal> = new Set<Goal>(['test', 'deploy', 'rollback']);

const countDone = memoLast(
  (names: readonly string[], hosts: AppState['hosts']): number =>
    names.filter((name) => {
      const kind = hosts[name]?.work.kind;
      return (
        kind !== 'queued' && kind !== 'waiting' && kind !== 'running' && kind !== 'rollingBack'
      );
    }).length,
);

/** `3 of 5 hosts`: how many the active run is done with, however that ended; null where that is not known. */
export const doneHostsWords = ({ run, hosts }: Pick<AppState, 'run' | 'hosts'>): string | null =>
  run.kind === 'active' && tellsOfHosts.has(run.goal) && run.hosts.length > 0
    ? `${countDone(run.hosts, hosts)} of ${counted(run.hosts.length, 'host')}`
    : null;
