import { runningGeneration } from '../../model/host/generation.ts';
import type { HostPosition, HostWork } from '../../model/host/host.ts';
import type { HostPackages } from '../../model/packages/packages-state.ts';
import { watchVerdict } from '../../model/watch/report.ts';
import { compareNaturally } from '../../model/words/natural-order.ts';
import { comparedNow, criticalDown, runningRevision, troubledUnits } from '../../state/hosts.ts';
import {
  type FleetHost,
  isRemembered,
  nameOf,
  type ShownFleet,
  shownAnswer,
  shownFleet,
  shownPosition,
  shownTrouble,
} from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';
import { troubles } from '../../state/trouble.ts';
import type { SortColumn } from '../ui.ts';

/** What a host is sorted by: the first that differs decides. Null stands for not known, and is always last. */
type Key = readonly (number | string)[] | null;

const runs = (host: FleetHost) => {
  const answer = shownAnswer(host);
  return isRemembered(host) || host.facts === null
    ? { generation: answer?.generation ?? null, revision: answer?.revision ?? null }
    : { generation: runningGeneration(host.facts) ?? null, revision: runningRevision(host) };
};

/** What needs somebody first, then what works, then what is done. */
const workOrder: readonly HostWork['kind'][] = [
  'failed',
  'rolledBack',
  'unhealthy',
  'rollingBack',
  'running',
  'waiting',
  'queued',
  'pending',
  'canceled',
  'skipped',
  'built',
  'succeeded',
  'unchanged',
  'idle',
];

const behind = (position: HostPosition): number =>
  position.kind === 'stale' ? (position.commitsBehind ?? 0) : 0;

const positionKey = (host: FleetHost): Key => [
  troubles.indexOf(shownTrouble(host)),
  -behind(shownPosition(host)),
];

const changesKey = (host: FleetHost, packages: HostPackages | undefined): Key => {
  const compared = isRemembered(host) ? undefined : comparedNow(host, packages);
  if (compared?.kind !== 'compared') return null;
  const { changes } = compared.difference;
  const hasKernel = changes.some(({ name, kind }) => name === 'linux' && kind !== 'rebuilt');
  return [hasKernel ? 0 : 1, -changes.length];
};

const workKey = (host: FleetHost, packages: HostPackages | undefined): Key => [
  isRemembered(host) ? workOrder.length : workOrder.indexOf(host.work.kind),
  ...(changesKey(host, packages) ?? [2]),
];

/** Critical units that are down count before those that failed, and a watch that found it worse before one that did not. */
const healthKey = (host: FleetHost): Key => {
  if (isRemembered(host) || host.facts === null) {
    const answer = shownAnswer(host);
    return answer === null ? null : [-answer.down.length, -answer.failed.length];
  }
  if (host.probe.kind === 'failed' || host.entry.role.kind !== 'deployable') return null;
  const isWorse = host.watch !== undefined && watchVerdict(host.watch) === 'worse';
  return [-criticalDown(host).length, -troubledUnits(host).length, isWorse ? 0 : 1];
};

const keyOf = (column: SortColumn, host: FleetHost, packages: HostPackages | undefined): Key => {
  switch (column) {
    case 'host':
      return [nameOf(host)];
    case 'generation': {
      const { generation } = runs(host);
      return generation === null ? null : [generation.number];
    }
    case 'date': {
      const { generation } = runs(host);
      return generation === null ? null : [generation.at];
    }
    case 'revision': {
      const { revision } = runs(host);
      return revision === null ? null : [revision];
    }
    case 'position':
      return positionKey(host);
    case 'changes':
      return changesKey(host, packages);
    case 'work':
      return workKey(host, packages);
    case 'health':
      return healthKey(host);
  }
};

const compareParts = (one: number | string, other: number | string): number =>
  typeof one === 'number' && typeof other === 'number'
    ? one - other
    : compareNaturally(String(one), String(other));

const compareKeys = (one: Exclude<Key, null>, other: Exclude<Key, null>): number => {
  for (const [index, part] of one.entries()) {
    const difference = compareParts(part, other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/**
 * The names of all hosts by what they say in a column now: of position, work and health the worst first, of
 * changes the most. Descending turns that round; what is not known stays at the end. Equal ones stand as in the flake.
 */
export const sortedNames = (
  app: AppState,
  column: SortColumn,
  isDescending: boolean,
): readonly string[] => {
  const { names, hosts }: ShownFleet = shownFleet(app);
  const keyed = names.flatMap((name) => {
    const host = hosts[name];
    return host === undefined ? [] : [{ name, key: keyOf(column, host, app.packages[name]) }];
  });
  return keyed
    .toSorted(({ key: one }, { key: other }) => {
      if (one === null || other === null) return Number(one === null) - Number(other === null);
      return compareKeys(one, other) * (isDescending ? -1 : 1);
    })
    .map(({ name }) => name);
};
