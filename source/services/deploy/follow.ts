import type { ActivationEnding } from '../../model/deploy/activation-status.ts';
import type { Failure } from '../../model/failure.ts';
import type { ActivationWaits } from '../../model/host/activation-waits.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { PhaseClock, SupervisionResult } from '../../model/host/supervision.ts';
import { shortSystem } from '../../model/host/system-version.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { readEnding, readPhase } from '../../parsers/deploy/activation.ts';
import { readSupervisionResult } from '../../parsers/deploy/supervision.ts';
import { readWaits } from '../../parsers/deploy/waits.ts';
import { isLostContact, type RunOnHost } from '../ssh/run.ts';
import type { World } from '../world/world.ts';
import type { ActivationOrder } from './order.ts';
import { followScript, noRoom, startScript } from './start-script.ts';

/** What ssh, polling and the host's own stopping need on top of the limit, ms. */
const marginMs = 100_000;

const betweenAttemptsMs = 1_000;

/** How long a host may not answer during its activation, which continues meanwhile, ms. */
const longestSilenceMs = 3 * 60_000;

interface FollowOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  readonly onPhase?: ((phase: PhaseClock) => void) | undefined;
  /** What an activation that takes long waits for, as often as that changes. */
  readonly onWaits?: ((waits: ActivationWaits) => void) | undefined;
}

/** How an activation ended, as its host told it. */
export interface Followed {
  readonly ending: ActivationEnding;
  readonly lines: readonly string[];
  /** What a stopped activation waited for: running jobs, and its last line. */
  readonly waitedFor: readonly string[];
  /** What the host did after that, where it decided by itself. */
  readonly result: SupervisionResult | null;
}

/** An activation that did not reach the new system, with its last words. */
export const activationFailed = (
  entry: HostEntry,
  exitCode: number | null,
  meaning: string,
  lines: readonly string[],
  isUntouched: boolean,
  isForBoot = false,
): Failure => ({
  code: 'activation-failed',
  host: entry.name,
  exitCode,
  meaning,
  isUntouched,
  ...(isForBoot ? { isForBoot } : {}),
  tail: lines.filter((line) => line.trim() !== '').slice(-20),
});

/**
 * Why an activation was not followed to its end; `isStarted`: whether it continues without that.
 */
const notFollowed = (entry: HostEntry, failure: Failure, isStarted: boolean): Failure => {
  if (failure.code !== 'command-failed') return failure;
  if (!isStarted && failure.tail.includes(noRoom))
    return {
      code: 'space-short',
      host: entry.name,
      detail: '/run is full, and the activation is supervised from there; nothing was begun',
    };
  return activationFailed(
    entry,
    null,
    isStarted ? 'it could not be followed' : 'it could not be started',
    failure.tail,
    !isStarted,
  );
};

/** Starts and follows; a lost connection is made again, and the activation goes on meanwhile. */
export const createFollow =
  (world: World, run: RunOnHost) =>
  async (
    entry: HostEntry,
    order: ActivationOrder,
    options: FollowOptions,
  ): Promise<Result<Followed, Failure>> => {
    const lines: string[] = [];
    let isStarted = false;
    const waitedFor: string[] = [];
    let waits: string[] = [];
    let ending: ActivationEnding | null = null;
    let result: SupervisionResult | null = null;
    let isConnected = false;
    const onLine = (line: string, from: 'stdout' | 'stderr'): void => {
      if (from === 'stderr') return;
      isConnected = true;
      if (line === 's') isStarted = true;
      else if (line.startsWith('o ')) {
        lines.push(line.slice(2));
        options.onLine?.(line.slice(2));
      } else if (line === 'w') {
        options.onWaits?.(readWaits(waits, world.clock.now()));
        waits = [];
      } else if (line.startsWith('w ')) waits.push(line.slice(2));
      else if (line.startsWith('p ')) options.onPhase?.(readPhase(line.slice(2)));
      else if (line.startsWith('h ')) waitedFor.push(line.slice(2));
      else if (line.startsWith('r ')) result = readSupervisionResult(line.slice(2));
      else ending = readEnding(line) ?? ending;
    };
    const { activationMs, revertMs } = order.terms;
    const until = world.clock.now() + activationMs + revertMs + marginMs;
    let lostAt: number | null = null;
    for (let attempt = 0; ; attempt += 1) {
      isConnected = false;
      const start = isStarted ? '' : startScript(order);
      const answer = await run(entry, `${start}\n${followScript(order.id, lines.length)}`, {
        timeoutMs: Math.max(1_000, until - world.clock.now()),
        privilege: 'needed',
        fresh: attempt > 0,
        signal: options.signal,
        onLine,
        quiet: attempt > 0,
        does: `switch-to-configuration ${order.mode} to ${shortSystem(order.to, entry.hostName ?? entry.name)}, supervised on the host`,
      });
      if (answer.ok && ending !== null) return success({ ending, lines, waitedFor, result });
      if (answer.ok)
        return failed(
          activationFailed(entry, null, 'the host did not say how it ended', lines, false),
        );
      if (!isLostContact(answer.failure))
        return failed(notFollowed(entry, answer.failure, isStarted));
      const now = world.clock.now();
      if (lostAt === null || isConnected) lostAt = now;
      if (now >= until || now - lostAt >= longestSilenceMs)
        return failed({ code: 'host-timeout', host: entry.name, afterMs: now - lostAt });
      await world.clock.sleep(betweenAttemptsMs, options.signal);
    }
  };
