import type { Failure } from '../../model/failure.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { readProbe } from '../../parsers/host/probe.ts';
import type { RunOnHost } from '../ssh/run.ts';
import type { Output, World } from '../world/world.ts';
import {
  deployProbeScript,
  healthProbeScript,
  probeScript,
  wholeProbeScript,
} from './probe-script.ts';
import { proveContact } from './supervision.ts';

/** A host that does not answer within this time is taken for asleep, ms. The reference of `jobs.probe` names it. */
const probeTimeoutMs = 25_000;

/** What the last probe of a host found in this session. */
export type LastFacts = (host: string) => HostFacts | null;

export interface ProbeOptions {
  readonly signal?: AbortSignal | undefined;
  /** One of many hosts that are asked at the same time. */
  readonly isAmongMany?: boolean | undefined;
  /** Over a connection of its own. */
  readonly fresh?: boolean | undefined;
  /**
   * `deploy`: what starts units is left out, where no critical unit depends on it. `health`: only
   * what an activation may have changed. Facts of the last probe stand for the others. `whole`: also
   * what still runs code of an earlier system, which takes the host a second. Absent: all but that.
   */
  readonly scope?: 'deploy' | 'health' | 'whole' | undefined;
  /** The activation whose confirm clock starts again with this answer. */
  readonly supervision?: string | undefined;
}

const keptUpgraders = (last: HostFacts): Partial<HostFacts> => ({
  automaticUpgrades: last.automaticUpgrades,
  ...(last.upgraders === undefined ? {} : { upgraders: last.upgraders }),
});

/** Facts that a script left out, as they were found before. */
const keptParts: Readonly<Record<string, (last: HostFacts) => Partial<HostFacts>>> = {
  units: (last) => ({
    failedUnits: last.failedUnits,
    activeUnits: last.activeUnits,
    ...(last.stoppedUnits === undefined ? {} : { stoppedUnits: last.stoppedUnits }),
    ...(last.waitingUnits === undefined ? {} : { waitingUnits: last.waitingUnits }),
    ...(last.unaskedUsers === undefined ? {} : { unaskedUsers: last.unaskedUsers }),
  }),
  trust: (last) => ({ clockSkewMs: last.clockSkewMs, copyTrusted: last.copyTrusted }),
  upgraders: keptUpgraders,
  details: (last) => ({
    clockSkewMs: last.clockSkewMs,
    generations: last.generations,
    bootDefault: last.bootDefault,
    space: last.space,
    copyTrusted: last.copyTrusted,
    activationLock: last.activationLock,
    ...keptUpgraders(last),
    ...(last.bootable === undefined ? {} : { bootable: last.bootable }),
    ...(last.activations === undefined ? {} : { activations: last.activations }),
  }),
};

/** Old code is asked for rarely: what was found holds while the same system runs since the same boot. */
const keptOldCode = (last: HostFacts | null, now: HostFacts): Partial<HostFacts> =>
  now.oldCode === undefined &&
  last?.oldCode !== undefined &&
  last.current === now.current &&
  last.bootId === now.bootId
    ? { oldCode: last.oldCode }
    : {};

/** The script for these facts: where none were found before, none can be left out. */
export const scopedProbeScript = (
  { critical }: Pick<HostEntry, 'critical'>,
  scope: ProbeOptions['scope'],
  last: HostFacts | null,
): string => {
  switch (scope) {
    case undefined:
      return probeScript;
    case 'whole':
      return wholeProbeScript(critical);
    case 'deploy':
      return deployProbeScript(critical);
    case 'health':
      return last === null ? deployProbeScript(critical) : healthProbeScript(critical);
  }
};

/** What a probe script printed, alone or at the end of another script; `last` fills in what it leaves out. */
export const readFacts = (
  entry: HostEntry,
  output: Pick<Output, 'stdout' | 'tookMs'>,
  at: number,
  last: HostFacts | null,
): Result<HostFacts, Failure> => {
  const reading = readProbe(output.stdout, { at, tookMs: output.tookMs });
  if (reading === null)
    return failed({
      code: 'output-unreadable',
      command: `the probe of ${entry.name}`,
      detail: 'its answer has no end',
    });
  const kept = last === null ? [] : reading.without.map((part) => keptParts[part]?.(last) ?? {});
  // A part of a text keeps the whole of it in memory: the facts are copied, so that the answer goes.
  const facts: HostFacts = Object.assign(
    {},
    structuredClone(reading.facts),
    ...kept,
    keptOldCode(last, reading.facts),
  );
  return reading.isNixos
    ? success({ ...facts, nixVersion: facts.nixVersion ?? last?.nixVersion ?? null })
    : failed({
        code: 'not-nixos',
        host: entry.name,
        detail: `it runs ${reading.system ?? 'another system'} and has no /run/current-system`,
      });
};

/**
 * Asks a host everything in one round trip, as root where that needs no
 * question. Fails only where the host does not answer or is no NixOS; a fact
 * that could not be read is null.
 */
export const createProbe =
  (world: World, run: RunOnHost, lastFacts: LastFacts) =>
  async (entry: HostEntry, options: ProbeOptions = {}): Promise<Result<HostFacts, Failure>> => {
    const proof = options.supervision === undefined ? '' : proveContact(options.supervision);
    const last = lastFacts(entry.name);
    const answer = await run(entry, `${proof}${scopedProbeScript(entry, options.scope, last)}`, {
      timeoutMs: probeTimeoutMs,
      privilege: 'wanted',
      fresh: options.fresh,
      again: true,
      signal: options.signal,
      isAmongMany: options.isAmongMany,
      does: 'ask for systems, generations, units, space',
    });
    if (answer.ok) return readFacts(entry, answer.value, world.clock.now(), last);
    const { failure } = answer;
    // The script itself always ends with 0: a failure was before it.
    if (failure.code !== 'command-failed' || entry.here) return answer;
    return failed({
      code: 'login-shell-failed',
      host: entry.name,
      ...(entry.address === entry.name ? {} : { address: entry.address }),
      exitCode: failure.exitCode,
      detail: failure.tail.at(-1) ?? null,
    });
  };
