import type { StorePath } from './host.ts';
import { generationMade, generationOf, isPersistent } from './in-place.ts';
import type { DeedCommands, RollbackPlan, RollbackTarget, RollbackWish } from './plan.ts';
import { type Decision, divide, leave, unreachable } from './plan-decision.ts';
import type { AppState } from './state.ts';

const decideRollback = (
  state: AppState,
  name: string,
  wish: RollbackWish,
  recordedFrom: (host: string) => StorePath | null,
  commands: DeedCommands,
): Decision<RollbackTarget> => {
  const host = state.hosts[name];
  if (host === undefined) return leave(name, 'refused', `the flake has no host ${name}`);
  const { entry, facts } = host;
  if (entry.role.kind !== 'deployable') return leave(name, 'skipped', entry.role.reason);
  const offline = unreachable(host);
  if (offline !== null) return leave(name, offline.kind, offline.reason);
  if (facts === null) return leave(name, 'pending', 'did not answer yet');
  const number = generationOf(facts, facts.current);
  const previous = facts.generations
    .filter(
      (generation) =>
        generation.path !== facts.current && (number === null || generation.number < number),
    )
    .at(-1);
  const recorded = recordedFrom(name);
  const to =
    wish.kind === 'generation'
      ? (facts.generations.find((generation) => generation.number === wish.number)?.path ?? null)
      : recorded !== null && recorded !== facts.current
        ? recorded
        : (previous?.path ?? null);
  if (to === null)
    return leave(
      name,
      'refused',
      wish.kind === 'generation'
        ? `has no generation ${wish.number}; it has ${facts.generations.map((generation) => generation.number).join(', ')}`
        : 'has no earlier generation to go back to',
    );
  if (facts.current === to && isPersistent(facts, to))
    return leave(name, 'unchanged', 'runs that system already');
  return {
    kind: 'target',
    target: {
      host: name,
      from: facts.current,
      fromGeneration: number,
      to,
      toGeneration: generationOf(facts, to),
      madeGeneration: generationMade(facts, to),
      policy: entry.policy,
      commands: commands.rollback(entry, facts, to),
    },
  };
};

/** What a rollback would do: to the recorded system, or to a chosen generation by its path. Pure. */
export const planRollback = (
  state: AppState,
  hosts: readonly string[],
  wish: RollbackWish,
  recordedFrom: (host: string) => StorePath | null,
  commands: DeedCommands,
): RollbackPlan =>
  divide(hosts.map((name) => decideRollback(state, name, wish, recordedFrom, commands)));
