import type { Command } from '../../model/command.ts';
import type { HostCommands, LeftOut } from '../../model/deploy/plan.ts';
import type { Generation, HostFacts } from '../../model/host/host.ts';
import { showLimit } from '../../model/words/format-time.ts';
import type { AppState } from '../state.ts';

interface KeptGeneration {
  readonly generation: Generation;
  /** `runs`, `boots next`, `younger than 30 d`. */
  readonly why: readonly string[];
}

export interface CleanTarget {
  readonly host: string;
  readonly policy: 'auto' | 'ask' | 'protected';
  readonly remove: readonly Generation[];
  readonly keep: readonly KeptGeneration[];
  readonly commands: readonly Command[];
}

export interface CleanPlan {
  readonly targets: readonly CleanTarget[];
  readonly leftOut: readonly LeftOut[];
}

/** Why a generation stays; empty where nobody needs it any more. Pure. */
const reasonsToKeep = (
  generation: Generation,
  facts: HostFacts,
  keepMs: number,
  now: number,
): readonly string[] => {
  const { path, at } = generation;
  const { bootDefault } = facts;
  return [
    ...(path === facts.current ? ['runs'] : []),
    ...(path === facts.booted ? ['booted'] : []),
    ...(path === facts.profile ? ['profile'] : []),
    ...(bootDefault.kind === 'resolved' && bootDefault.toplevel === path ? ['boots next'] : []),
    ...(path === facts.knownGood ? ['known good'] : []),
    ...(now - at < keepMs ? [`younger than ${showLimit(keepMs)}`] : []),
  ];
};

/** Which generations may go: shown first, and never what runs, boots, is known good or young. Pure. */
export const planClean = (
  state: AppState,
  hosts: readonly string[],
  keepMs: number,
  now: number,
  commands: HostCommands['clean'],
): CleanPlan => {
  const targets: CleanTarget[] = [];
  const leftOut: LeftOut[] = [];
  for (const host of hosts) {
    const known = state.hosts[host];
    if (known === undefined || known.entry.role.kind !== 'deployable') {
      const role = known?.entry.role;
      const reason = role !== undefined && 'reason' in role ? role.reason : 'not in the flake';
      leftOut.push({ host, kind: 'skipped', reason });
      continue;
    }
    const { facts, entry, probe } = known;
    if (facts === null || probe.kind !== 'answered') {
      leftOut.push({ host, kind: 'pending', reason: 'did not answer' });
      continue;
    }
    const judged = facts.generations.map((generation) => ({
      generation,
      why: reasonsToKeep(generation, facts, keepMs, now),
    }));
    const remove = judged.filter(({ why }) => why.length === 0).map((one) => one.generation);
    if (remove.length === 0)
      leftOut.push({ host, kind: 'unchanged', reason: 'every generation is needed or young' });
    else
      targets.push({
        host,
        policy: entry.policy,
        remove,
        keep: judged.filter(({ why }) => why.length > 0),
        commands: commands(
          entry,
          facts,
          remove.map(({ number }) => number),
        ),
      });
  }
  return { targets, leftOut };
};
