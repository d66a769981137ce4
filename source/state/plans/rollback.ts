import { generationMade, isPersistent } from '../../model/deploy/in-place.ts';
import {
  type HostCommands,
  type LeftOut,
  type RollbackPlan,
  type RollbackTarget,
  type RollbackWish,
  restartReason,
} from '../../model/deploy/plan.ts';
import { generationOf, nameGeneration } from '../../model/host/generation.ts';
import type { HostFacts } from '../../model/host/host.ts';
import { type HostMemory, nothingRemembered, repeatOf } from '../../model/host/setback.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { AppState } from '../state.ts';
import { type Decision, divide, leave, unreachable } from './decision.ts';

const isCrossing = ({ preview }: RollbackTarget): boolean => (preview?.mustBoot.length ?? 0) > 0;

/**
 * The plan with the restarts that it offers: all of them, or only those without which the host
 * cannot go back.
 */
export const backByRestart = (plan: RollbackPlan, which: 'all' | 'needed'): RollbackPlan => ({
  ...plan,
  targets: plan.targets.map((target) =>
    target.restart === 'offered' && (which === 'all' || isCrossing(target))
      ? { ...target, restart: 'planned', commands: target.restartCommands ?? target.commands }
      : target,
  ),
});

const unrestarted = ({ host, restart, preview }: RollbackTarget): LeftOut => ({
  host,
  kind: 'refused',
  reason: `${restartReason(preview?.mustBoot ?? [])}${
    restart === 'offered'
      ? `; with one: nixup rollback ${host} --reboot`
      : ', and nixup does not restart this host (reboot = "never", or nixup runs on it): choose that system in its boot menu'
  }`,
});

/** The plan without hosts that can go back by a restart only, which nobody agreed to. */
export const withoutRestarts = (plan: RollbackPlan): RollbackPlan => {
  const isOpen = (target: RollbackTarget): boolean =>
    target.restart !== 'planned' && isCrossing(target);
  return {
    ...plan,
    targets: plan.targets.filter((target) => !isOpen(target)),
    leftOut: [...plan.leftOut, ...plan.targets.filter(isOpen).map(unrestarted)],
  };
};

/**
 * The newest system that is older than the first generation of what runs. A host that was rolled
 * back has that system a second time, above the ones that it was rolled back from.
 */
const earlierSystem = (
  { generations, current }: HostFacts,
  isLeft: (path: StorePath) => boolean,
): StorePath | null => {
  const first = generations.find(({ path }) => path === current)?.number ?? null;
  return (
    generations.findLast(
      ({ path, number }) => path !== current && (first === null || number < first) && !isLeft(path),
    )?.path ?? null
  );
};

/** The system that the host goes back to; never by itself one that it was rolled back from. */
const wayBackOf = (
  facts: HostFacts,
  host: string,
  wish: RollbackWish,
  memory: HostMemory,
): StorePath | null => {
  if (wish.kind === 'generation')
    return facts.generations.find(({ number }) => number === wish.number)?.path ?? null;
  const isLeft = (path: StorePath): boolean => memory.isLeft(host, path) !== null;
  const { to } = memory.wayBack(host);
  return to !== null && !isLeft(to) ? to : earlierSystem(facts, isLeft);
};

/** Why there is no system to go back to. */
const noWayBackWords = ({ generations, current }: HostFacts): string => {
  const first = generations.find(({ path }) => path === current)?.number ?? null;
  if (
    generations.some(({ path, number }) => path !== current && (first === null || number < first))
  )
    return 'was rolled back from every earlier system that it has';
  return generations.filter(({ path }) => path === current).length > 1
    ? 'has no earlier system to go back to: every earlier generation is the same system'
    : 'has no earlier generation to go back to';
};

const decideRollback = (
  state: AppState,
  name: string,
  wish: RollbackWish,
  memory: HostMemory,
  commands: HostCommands,
): Decision<RollbackTarget> => {
  const host = state.hosts[name];
  if (host === undefined) return leave(name, 'refused', `the flake has no host ${name}`);
  const { entry, facts } = host;
  if (entry.role.kind !== 'deployable') return leave(name, 'skipped', entry.role.reason);
  const offline = unreachable(host);
  if (offline !== null) return leave(name, offline.kind, offline.reason);
  if (facts === null) return leave(name, 'pending', 'did not answer yet');
  const number = generationOf(facts, facts.current);
  const to = wayBackOf(facts, name, wish, memory);
  if (to === null)
    return wish.kind === 'generation'
      ? leave(
          name,
          'refused',
          `has no ${nameGeneration(wish.number)}; it has ${facts.generations.map((generation) => generation.number).join(', ')}`,
        )
      : {
          kind: 'left-out',
          leftOut: {
            host: name,
            kind: 'refused',
            reason: noWayBackWords(facts),
            hasNoWayBack: true,
          },
        };
  if (facts.current === to && isPersistent(facts, to))
    return leave(
      name,
      'unchanged',
      wish.kind === 'generation'
        ? 'runs that system already'
        : `runs the system that it goes back to already; to another one: nixup rollback ${name} --generation N`,
    );
  const setback = memory.isLeft(name, to);
  return {
    kind: 'target',
    target: {
      host: name,
      from: facts.current,
      fromGeneration: number,
      to,
      toGeneration: generationOf(facts, to),
      madeGeneration: generationMade(facts, to),
      ...(setback === null ? {} : { repeats: repeatOf(setback, to) }),
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
  commands: HostCommands,
  memory: HostMemory = nothingRemembered,
): RollbackPlan => divide(hosts.map((name) => decideRollback(state, name, wish, memory, commands)));
