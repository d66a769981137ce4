import { isAsleep } from '../../model/explain/pending-reason.ts';
import { positionOf } from '../../state/hosts.ts';
import { type FleetHost, isRemembered, shownTrouble } from '../../state/remembered.ts';
import type { HostState } from '../../state/state.ts';
import type { Trouble } from '../../state/trouble.ts';

/** What nixup does with a host: three words at most, since a heading counts them. */
const workWord = ({ work }: HostState): string => {
  switch (work.kind) {
    case 'queued':
      return 'queued';
    case 'waiting':
      return 'waiting';
    case 'rollingBack':
      return 'rolling back';
    default:
      return 'working';
  }
};

const whySilent = (host: HostState): string => {
  if (host.probe.kind !== 'failed') return '';
  const { failure } = host.probe;
  if (failure.code === 'host-timeout' && isAsleep(failure)) return 'timed out';
  const position = positionOf(host);
  if (position.kind !== 'unreachable') return '';
  return position.why === 'asleep' ? 'no connection' : position.why;
};

const whyUnknown = ({ probe, expectation }: HostState): string => {
  if (probe.kind === 'probing') return 'being asked';
  return expectation.kind === 'evaluating' ? 'being evaluated' : '';
};

const whyFailed = (host: HostState): string => {
  if (host.work.kind === 'failed') return `${host.work.step} failed`;
  if (host.work.kind === 'rolledBack') return 'rolled back';
  if (host.expectation.kind === 'failed' && host.probe.kind !== 'failed')
    return 'does not evaluate';
  return whySilent(host);
};

/** Why a host is in its group; in a group that it left meanwhile, where it is now. */
const wordOf = (host: FleetHost, group: Trouble): string => {
  const trouble = shownTrouble(host);
  if (isRemembered(host)) return '';
  if (trouble === 'working') return workWord(host);
  if (trouble !== group) return trouble;
  switch (trouble) {
    case 'failed':
      return whyFailed(host);
    case 'unreachable':
    case 'asleep':
      return whySilent(host);
    case 'unknown':
      return whyUnknown(host);
    default:
      return '';
  }
};

/** Words that a heading has room for. */
const mostWords = 4;

/**
 * Why the hosts of a group are in it, the most frequent reason first. `otherwise`: the word for one of which the
 * group says everything; empty where there is none.
 */
export const groupCounts = (
  members: readonly FleetHost[],
  group: Trouble,
  otherwise: (host: FleetHost) => string = () => '',
): readonly (readonly [word: string, count: number])[] => {
  const counts = new Map<string, number>();
  for (const host of members) {
    const own = wordOf(host, group);
    const word = own === '' ? otherwise(host) : own;
    if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].toSorted(([, one], [, other]) => other - one);
};

/**
 * What the rows below a heading say, counted, so that trouble is seen where they are folded, or
 * too many: `300 no connection · 20 timed out`. Empty where there is nothing to add to the heading.
 */
export const groupWords = (members: readonly FleetHost[], group: Trouble): string => {
  const all = groupCounts(members, group);
  const [only, ...others] = all;
  if (only === undefined) return '';
  if (others.length === 0 && only[1] === members.length) return only[0] === group ? '' : only[0];
  const shown = all.slice(0, mostWords).map(([word, count]) => `${count} ${word}`);
  const left = all.slice(mostWords).reduce((sum, [, count]) => sum + count, 0);
  return [...shown, ...(left === 0 ? [] : [`${left} others`])].join(' · ');
};
