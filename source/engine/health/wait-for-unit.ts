import type { Failure } from '../../model/failure.ts';
import { standingOf } from '../../model/host/restarted-unit.ts';
import type { UnitFacts } from '../../model/host/unit-details.ts';
import { type Result, success } from '../../model/result.ts';
import type { World } from '../../services/world/world.ts';

/** So long a unit may take to start after systemd was told, ms. */
export const startMs = 60_000;
/** A unit that stays as it is so long has started, ms: one that ends at once shows by then. */
const stayMs = 5_000;
const lookEveryMs = 1_000;

/** What became of a restart: `slow`: it still starts when the time is over; `left`: somebody canceled the wait. */
type RestartEnding = 'up' | 'down' | 'unmet' | 'slow' | 'left';

/** A unit that was restarted. */
interface RestartedUnit {
  readonly unit: string;
  /** What it was before; null where nobody asked. */
  readonly before: UnitFacts | null;
  readonly ask: () => Promise<Result<UnitFacts, Failure>>;
}

/** Waits until a unit has stayed up for a moment, or is down, or the time is over: what it is then. */
export const waitForUnit = async (
  clock: World['clock'],
  { unit, before, ask }: RestartedUnit,
  signal: AbortSignal,
): Promise<Result<{ readonly facts: UnitFacts; readonly ending: RestartEnding }, Failure>> => {
  const until = clock.now() + startMs;
  let upSince: number | null = null;
  let restarts: number | null = null;
  for (;;) {
    const asked = await ask();
    if (!asked.ok) return asked;
    const facts = asked.value;
    const now = clock.now();
    const standing = standingOf(unit, facts, before);
    if (standing === 'down' || standing === 'unmet') return success({ facts, ending: standing });
    if (standing !== 'up' || facts.restarts !== restarts) upSince = null;
    if (standing === 'up') upSince ??= now;
    restarts = facts.restarts;
    if (upSince !== null && now - upSince >= stayMs) return success({ facts, ending: 'up' });
    if (signal.aborted) return success({ facts, ending: 'left' });
    if (now >= until) return success({ facts, ending: 'slow' });
    await clock.sleep(lookEveryMs);
  }
};
