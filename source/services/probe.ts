import type { Failure } from '../model/failure.ts';
import type { HostEntry, HostFacts } from '../model/host.ts';
import { failed, type Result, success } from '../model/result.ts';
import { readProbe } from '../parsers/probe.ts';
import type { RunOnHost } from './host-run.ts';
import { probeScript } from './probe-script.ts';
import { proveContact } from './supervision-scripts.ts';
import type { World } from './world.ts';

/** A host that does not answer within this time is taken for asleep, ms. */
const probeTimeoutMs = 25_000;

/** What the last probe of a host found in this session. */
export type LastFacts = (host: string) => HostFacts | null;

export interface ProbeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Over a connection of its own. */
  readonly fresh?: boolean | undefined;
  /** The activation whose confirm clock counts anew with this answer. */
  readonly supervision?: string | undefined;
}

/**
 * Asks a host everything in one round trip, as root where that needs no
 * question. Fails only where the host does not answer or is no NixOS; a fact
 * that could not be read is null.
 */
export const createProbe =
  (world: World, run: RunOnHost) =>
  async (entry: HostEntry, options: ProbeOptions = {}): Promise<Result<HostFacts, Failure>> => {
    const proof = options.supervision === undefined ? '' : proveContact(options.supervision);
    const answer = await run(entry, `${proof}${probeScript}`, {
      timeoutMs: probeTimeoutMs,
      elevated: 'wanted',
      fresh: options.fresh,
      signal: options.signal,
      does: 'ask for systems, generations, units, space',
    });
    if (!answer.ok) return answer;
    const { stdout, tookMs } = answer.value;
    const reading = readProbe(stdout, { at: world.clock.now(), tookMs });
    if (reading === null)
      return failed({
        code: 'output-unreadable',
        command: `the probe of ${entry.name}`,
        detail: 'its answer has no end',
      });
    return reading.isNixos
      ? success(reading.facts)
      : failed({
          code: 'not-nixos',
          host: entry.name,
          detail: `it runs ${reading.system ?? 'another system'} and has no /run/current-system`,
        });
  };
