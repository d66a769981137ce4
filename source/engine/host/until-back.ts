import type { Failure } from '../../model/failure.ts';
import type { HostFacts } from '../../model/host/host.ts';
import { failed, type Result } from '../../model/result.ts';
import type { HostTravel } from './journey.ts';

/** Pause between two looks at a host that starts, ms. */
const lookEveryMs = 1_000;

/** How long a person may take to type a disk's password, ms. */
const unlockMs = 30 * 60_000;

/**
 * What answers at the host's address is not its system but the ssh of its initrd, with a host key
 * of its own: that is not a changed key.
 */
const isLockedStill = (failure: Failure): boolean =>
  ['host-key-changed', 'host-key-unknown', 'login-refused'].includes(failure.code);

/** Waits for another boot id than before, asked over connections of their own. */
export const untilBack = async (
  travel: HostTravel,
  before: HostFacts,
): Promise<Result<HostFacts, Failure>> => {
  const { context, journey, session } = travel;
  const { clock } = context.world;
  const began = clock.now();
  let until = began + context.config.fleet.rebootTimeoutMs;
  let isLocked = false;
  for (;;) {
    const asked = await context.hosts.probe(journey.entry, { fresh: true });
    if (asked.ok && asked.value.bootId !== before.bootId) {
      context.emitter.emit({
        type: 'host-probed',
        host: journey.entry.name,
        facts: asked.value,
      });
      return asked;
    }
    const now = clock.now();
    if (!isLocked && !asked.ok && isLockedStill(asked.failure)) {
      isLocked = true;
      until = now + unlockMs;
      session.work(journey.entry.name, {
        kind: 'waiting',
        why: 'for unlock: its initrd answers, and its disk wants a password',
      });
    }
    if (now >= until)
      return failed({
        code: 'restart-silent',
        host: journey.entry.name,
        afterMs: now - began,
        isDown: !asked.ok,
      });
    await clock.sleep(lookEveryMs);
  }
};
