import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { nameGeneration } from '../../model/host/generation.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { Result } from '../../model/result.ts';
import { type Advice, advised } from '../../model/words/advice.ts';
import type { HostOutcome } from '../../state/run.ts';
import type { EngineContext } from '../run/context.ts';
import { rememberOutcome, rememberWayBack } from '../run/memory.ts';
import type { RunSession } from '../run/session.ts';

/** Which system a host leaves, which one it goes back to, and why. */
interface WayBack {
  readonly entry: HostEntry;
  readonly left: StorePath;
  /** Null where nobody knows what the host ran before. */
  readonly old: StorePath | null;
  readonly reason: string;
}

/**
 * Takes one host back by calling `go`: writes it to the journal, tells it, and asks the host again
 * afterwards.
 */
export const goWayBack = async (
  context: EngineContext,
  session: RunSession,
  { entry, left, old, reason }: WayBack,
  go: (old: StorePath) => Promise<Result<{ readonly generation: number | null }, Failure>>,
): Promise<HostOutcome> => {
  const { clock } = context.world;
  const host = entry.name;
  const failedWith = (why: string, next: Advice | string): HostOutcome => {
    const at = clock.now();
    session.work(host, { kind: 'failed', step: 'rollback', reason: why, ...advised(next), at });
    return { status: 'failed', from: old, to: left, generation: null, reason: why };
  };
  if (old === null)
    return failedWith(reason, `Which system ${host} ran before is unknown: look at the host.`);
  session.work(host, { kind: 'rollingBack', to: old, since: clock.now() });
  const went = { status: 'rolledBack', from: left, to: old, generation: null, reason } as const;
  // Before the host goes back: even if nixup ends now, the next run does not deploy that system
  // again.
  await rememberOutcome(context, session, host, left, went);
  const back = await session.perform(
    { host, deed: 'rollback', from: left, to: old },
    () => go(old),
    ({ generation }) =>
      `${host} runs ${old} again${generation === null ? '' : `, which is ${nameGeneration(generation)}`}`,
  );
  const after = await context.hosts.probe(entry, { fresh: true });
  if (after.ok) context.emitter.emit({ type: 'host-probed', host, facts: after.value });
  if (!back.ok) {
    const { what, next } = explain(back.failure);
    return failedWith(`${reason}; and the way back failed: ${what}`, next);
  }
  const { generation } = back.value;
  await rememberWayBack(context, session.id, { host, left, to: old, generation });
  session.work(host, {
    kind: 'rolledBack',
    from: left,
    to: old,
    generation,
    reason,
    at: clock.now(),
  });
  return { ...went, generation };
};
