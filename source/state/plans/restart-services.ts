import type { Command } from '../../model/command.ts';
import type { HostCommands, LeftOut } from '../../model/deploy/plan.ts';
import {
  isCarrier,
  laterServiceLine,
  type OldService,
  oldCodeEnd,
  oldServicesOf,
} from '../../model/host/old-code.ts';
import { restartRefusal, type UnitFacts, type UnitOwner } from '../../model/host/unit-details.ts';
import { partsOf } from '../../model/host/unit-failure.ts';
import type { AppState, HostState } from '../state.ts';

/** Services of one host that are to be restarted, and those that are not. */
export interface RestartTarget {
  readonly host: string;
  readonly policy: 'auto' | 'ask' | 'protected';
  readonly units: readonly string[];
  /** Some of them may carry the connection to the host. */
  readonly cuts: boolean;
  /** Services with old code that a restart would take more with than themselves. */
  readonly later: readonly OldService[];
  /** Of a unit of a user's manager: whose it is. */
  readonly owner: UnitOwner | null;
  /** What systemd said of the unit that somebody named; null where services with old code are restarted. */
  readonly before: UnitFacts | null;
  readonly commands: readonly Command[];
}

export interface RestartPlan {
  /** Services that run old code, or one unit that somebody named. */
  readonly of: 'old-code' | 'unit';
  readonly targets: readonly RestartTarget[];
  readonly leftOut: readonly LeftOut[];
}

const leftOutOf = (known: HostState | undefined, host: string): LeftOut | null => {
  if (known === undefined || known.entry.role.kind !== 'deployable') {
    const role = known?.entry.role;
    const reason = role !== undefined && 'reason' in role ? role.reason : 'not in the flake';
    return { host, kind: 'skipped', reason };
  }
  const { facts, probe } = known;
  if (facts === null || probe.kind !== 'answered')
    return { host, kind: 'pending', reason: 'did not answer' };
  const { oldCode } = facts;
  if (oldCode === undefined)
    return { host, kind: 'skipped', reason: 'not asked yet for services that run old code' };
  if (oldCode.kind === 'unknown')
    return { host, kind: 'skipped', reason: `what runs old code is not known: ${oldCode.why}` };
  return null;
};

/** Which services still run code of an earlier system and can be restarted. Pure. */
export const planServiceRestarts = (
  state: AppState,
  hosts: readonly string[],
  commands: HostCommands['restartServices'],
): RestartPlan => {
  const targets: RestartTarget[] = [];
  const leftOut: LeftOut[] = [];
  for (const host of hosts) {
    const known = state.hosts[host];
    const left = leftOutOf(known, host);
    if (left !== null || known === undefined || known.facts === null) {
      if (left !== null) leftOut.push(left);
      continue;
    }
    const services = oldServicesOf(known.facts.oldCode);
    const now = services.filter(({ end }) => end.kind === 'restart');
    const later = services.filter(({ end }) => end.kind === 'later');
    const units = now.map(({ unit }) => unit);
    if (units.length === 0) {
      const reason =
        later.length === 0 ? 'no service runs old code' : later.map(laterServiceLine).join('; ');
      leftOut.push({ host, kind: 'unchanged', reason });
      continue;
    }
    targets.push({
      host,
      policy: known.entry.policy,
      units,
      cuts: now.some(({ end }) => end.kind === 'restart' && end.cuts),
      later,
      owner: null,
      before: null,
      commands: commands(known.entry, known.facts, units, null),
    });
  }
  return { of: 'old-code', targets, leftOut };
};

/** The restart of one unit that somebody named, by what the host said of it just now. Pure. */
export const planUnitRestart = (
  known: HostState | undefined,
  host: string,
  unit: string,
  facts: UnitFacts,
  commands: HostCommands['restartServices'],
): RestartPlan => {
  const none = (left: LeftOut): RestartPlan => ({ of: 'unit', targets: [], leftOut: [left] });
  if (known === undefined || known.facts === null || known.entry.role.kind !== 'deployable')
    return none(
      leftOutOf(known, host) ?? { host, kind: 'skipped', reason: 'nothing is known of it yet' },
    );
  const refusal = restartRefusal(unit, host, facts);
  if (refusal !== null)
    return none({
      host,
      kind: 'skipped',
      reason: refusal,
    });
  const { unit: name } = partsOf(unit);
  const end = oldCodeEnd(name, false);
  return {
    of: 'unit',
    targets: [
      {
        host,
        policy: known.entry.policy,
        units: [unit],
        cuts: isCarrier(name),
        later: end.kind === 'later' ? [{ unit, paths: [], end }] : [],
        owner: facts.owner,
        before: facts,
        commands: commands(known.entry, known.facts, [name], facts.owner),
      },
    ],
    leftOut: [],
  };
};
