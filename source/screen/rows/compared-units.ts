import { showDate } from '../../model/words/format-time.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import { isBuiltOnly } from '../../state/outcome.ts';
import type { Goal, HostOutcome, RunSummary } from '../../state/run.ts';
import type { HostState } from '../../state/state.ts';
import type { CriterionPart, CriterionProof } from './criterion.ts';

/** What the newest run that compared the units of a host with those of before found. */
type UnitsFound =
  | { readonly kind: 'well'; readonly run: string }
  | { readonly kind: 'unsure'; readonly why: string }
  | { readonly kind: 'unhealthy'; readonly why: string }
  | { readonly kind: 'none' };

/** Whether a run changed the host or looked at it: what runs before it found is of the past. */
const isNewest = (goal: Goal, outcome: HostOutcome): boolean => {
  const { status } = outcome;
  switch (goal) {
    case 'verify':
    case 'watch':
      return status === 'unchanged' || status === 'unhealthy';
    case 'deploy':
    case 'run':
    case 'rollback':
      return (
        (status === 'succeeded' && !isBuiltOnly(goal, outcome)) ||
        status === 'unhealthy' ||
        status === 'rolledBack'
      );
    default:
      return false;
  }
};

/** Whether the host still runs what was compared, without a restart since. */
const runsStill = ({ facts }: HostState, { to }: HostOutcome, at: number): boolean => {
  if (facts === null || facts.current === null || facts.current !== to) return false;
  return facts.uptimeSeconds === null || facts.at - facts.uptimeSeconds * 1_000 <= at;
};

const unitsFound = (host: HostState, history: readonly RunSummary[]): UnitsFound => {
  for (const { goal, id, ending } of history) {
    const outcome = ending?.result.hosts[host.entry.name];
    if (ending === null || outcome === undefined || !isNewest(goal, outcome)) continue;
    // A way back compares nothing.
    if (goal === 'rollback' || outcome.status === 'rolledBack') return { kind: 'none' };
    if (!runsStill(host, outcome, ending.at)) return { kind: 'none' };
    if (outcome.status === 'unhealthy')
      return { kind: 'unhealthy', why: outcome.reason ?? 'unhealthy' };
    return outcome.unasked === undefined
      ? { kind: 'well', run: `${goal} of ${showDate(ending.at)}, run ${id}` }
      : { kind: 'unsure', why: outcome.unasked.join(', ') };
  }
  return { kind: 'none' };
};

const partOf = (found: UnitsFound): Omit<CriterionPart, 'name'> => {
  switch (found.kind) {
    case 'well':
      return { state: 'met', words: found.run };
    case 'unhealthy':
      return { state: 'unmet', words: found.why };
    case 'unsure':
      return { state: 'open', words: `not known: ${found.why}` };
    case 'none':
      return { state: 'open', words: 'not compared' };
  }
};

/**
 * What the runs of the history found in the units of all hosts, each host by the newest run that
 * changed it or looked at it. Null where no host was compared. Pure.
 */
export const comparedUnits = (
  hosts: readonly HostState[],
  silent: readonly string[],
  history: readonly RunSummary[],
):
  | readonly [
      state: 'met' | 'unmet' | 'open',
      evidence: string,
      proof: Pick<CriterionProof, 'short' | 'parts'>,
    ]
  | null => {
  const parts: CriterionPart[] = [];
  const byRun = new Map<string, string[]>();
  const told: Record<'unhealthy' | 'unsure', string[]> = { unhealthy: [], unsure: [] };
  const left: string[] = [];
  for (const host of hosts) {
    const { name } = host.entry;
    if (silent.includes(name)) {
      parts.push({ name, state: 'open', words: 'no answer' });
      continue;
    }
    const found = unitsFound(host, history);
    parts.push({ name, ...partOf(found) });
    if (found.kind === 'well') byRun.set(found.run, [...(byRun.get(found.run) ?? []), name]);
    else if (found.kind === 'none') left.push(name);
    else told[found.kind].push(`${name} (${found.why})`);
  }
  const { unhealthy, unsure } = told;
  if (byRun.size + unhealthy.length + unsure.length === 0) return null;
  const count = [...byRun.values()].reduce((sum, names) => sum + names.length, 0);
  const runs = [...byRun].map(([run, names]) => `${hostList(names)} (${run})`).join(', ');
  const part = (words: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`${words}: ${names.join(', ')}`];
  return [
    unhealthy.length > 0 ? 'unmet' : count === hosts.length ? 'met' : 'open',
    [
      ...part('unhealthy', unhealthy),
      `${count} of ${hosts.length} hosts without new trouble${runs === '' ? '' : `: ${runs}`}`,
      ...part('not all known', unsure),
      ...part('not compared', left.length === 0 ? [] : [hostList(left)]),
      ...part('no answer', silent.length === 0 ? [] : [hostList(silent)]),
    ].join('; '),
    { short: `${count} of ${counted(hosts.length, 'host')}`, parts },
  ];
};
