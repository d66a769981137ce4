import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { Supervision, SupervisionDecision } from '../../model/host/supervision.ts';
import { type Result, success } from '../../model/result.ts';
import { readSupervision } from '../../parsers/deploy/supervision.ts';
import { requestDecision, showSupervision } from '../host/supervision.ts';
import { isLostContact, type RunOnHost } from '../ssh/run.ts';
import type { World } from '../world/world.ts';

const attempts = 8;
const betweenAttemptsMs = 2_000;

/** How long one connection waits until the decision is carried out, seconds. */
const waitSeconds = 60;

/**
 * Asks the supervisor for a decision and waits until it is carried out. The first decision counts,
 * so the answer says what really happened, and asking again after a lost answer is harmless. Null:
 * the host has no such activation.
 */
export const createDecide =
  (world: World, run: RunOnHost) =>
  async (
    entry: HostEntry,
    id: string,
    decision: SupervisionDecision,
    signal?: AbortSignal,
  ): Promise<Result<Supervision | null, Failure>> => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await run(
        entry,
        `${requestDecision(id, decision, waitSeconds)}${showSupervision(id)}true`,
        {
          timeoutMs: (waitSeconds + 20) * 1000,
          privilege: 'needed',
          fresh: attempt > 1,
          signal,
          quiet: true,
        },
      );
      if (answer.ok) {
        const supervision = readSupervision(answer.value.stdout);
        if (supervision === null || supervision.result !== null || attempt >= attempts)
          return success(supervision);
      } else if (!isLostContact(answer.failure) || attempt >= attempts) return answer;
      await world.clock.sleep(betweenAttemptsMs, signal);
    }
  };
