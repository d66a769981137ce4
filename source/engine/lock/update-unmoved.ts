import { heldInputs } from '../../model/config/settings.ts';
import type { Failure, UnfetchedInput } from '../../model/failure.ts';
import {
  fetchAdvice,
  type InputStanding,
  isTroubling,
  type Unfetched,
  unmovedReason,
} from '../../model/inputs/standing.ts';
import type { LockChange } from '../../model/lock/change.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { showDate } from '../../model/words/format-time.ts';
import { askStandings } from '../inputs/standings.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import type { Withheld } from './withhold.ts';

/** What an update should change, and which inputs could not be fetched. */
interface UpdateScope {
  readonly wish: readonly string[] | 'all';
  readonly excluded: readonly string[];
  readonly unfetched: readonly UnfetchedInput[];
  /** Inputs that were left out because their new revision is recorded as bad. */
  readonly withheld: ReadonlyMap<string, Withheld>;
}

/**
 * Whether something else is built than before: a lock that is only written differently is not an
 * update.
 */
export const isMove = ({ kind }: LockChange): boolean => kind !== 'metadata';

/** Nix's own reason, with what the folder or the remote of the input tells of it. */
const refusedByNix = (
  { why, remedy, command, place }: UnfetchedInput,
  asked: InputStanding | null,
): Unfetched => ({
  kind: 'unfetched',
  obstacle: asked?.kind === 'unfetched' && asked.obstacle === 'untracked' ? 'untracked' : 'nix',
  why: place === null ? why : `${why} (${place})`,
  remedy: remedy ?? 'See that it can be reached, or correct it in flake.nix.',
  ...(command === undefined ? {} : { command }),
});

/** Shows in the rows of inputs that an update as a whole failed at them. */
export const tellUnfetched = (context: EngineContext, failure: Failure): void => {
  if (failure.code !== 'fetch-failed') return;
  const standings = Object.fromEntries(
    failure.inputs.map((input) => [input.name, refusedByNix(input, null)]),
  );
  context.emitter.emit({ type: 'inputs-asked', standings });
};

/** A hold that has ended holds nothing: an update says so, because nobody else would. */
export const tellEndedHolds = (context: EngineContext, session: RunSession): void => {
  const today = showDate(context.world.clock.now());
  const held = heldInputs(context.config, today);
  for (const [name, { hold }] of Object.entries(context.config.inputs)) {
    if (hold === null || held.has(name)) continue;
    const text = `The hold of ${name} ended on ${hold.until ?? today} and holds nothing any more: ${hold.reason}`;
    session.log(null, text);
    context.emitter.emit({ type: 'noticed', tone: 'info', text });
  }
};

/** A person who names a held input means it; the reason of the hold is told. */
export const tellHeldByName = (context: EngineContext, names: readonly string[]): void => {
  const held = heldInputs(context.config, showDate(context.world.clock.now()));
  for (const name of names) {
    const hold = held.get(name);
    if (hold === undefined) continue;
    const until = hold.until === null ? '' : ` until ${hold.until}`;
    context.emitter.emit({
      type: 'noticed',
      tone: 'warning',
      text: `${name} is held${until}: ${hold.reason}. It is updated anyway, because you named it.`,
    });
  }
};

/**
 * Says of each input that should have been updated and was not why, from the file and from its
 * remote: also of held, pinned and following inputs.
 */
export const tellUnmoved = async (
  context: EngineContext,
  session: RunSession,
  lock: FlakeLock,
  changes: readonly LockChange[],
  { wish, excluded, unfetched, withheld }: UpdateScope,
): Promise<ReadonlyMap<string, InputStanding>> => {
  const now = context.world.clock.now();
  const moved = new Set(changes.filter(isMove).map(({ path }) => path));
  const isMeant = (name: string): boolean => wish === 'all' || wish.includes(name);
  const asked = await askStandings(context, lock, (name) => isMeant(name) && !moved.has(name));
  const held = heldInputs(context.config, showDate(now));
  const standings = new Map<string, InputStanding>();
  for (const [name, standing] of asked) {
    const trouble = unfetched.find((one) => one.name === name);
    const known = withheld.get(name);
    // A hold has a reason to tell, whoever left the input out.
    if (known !== undefined) standings.set(name, known);
    else if (excluded.includes(name) && !held.has(name)) standings.set(name, { kind: 'excluded' });
    else standings.set(name, trouble === undefined ? standing : refusedByNix(trouble, standing));
  }
  for (const [name, standing] of standings) {
    const reason = unmovedReason(standing, now);
    session.log(null, `${name} ${reason}`);
    if (wish === 'all' && !isTroubling(standing)) continue;
    const remedy = standing.kind === 'unfetched' ? ` ${fetchAdvice(standing)}` : '';
    context.emitter.emit({
      type: 'noticed',
      tone: isTroubling(standing) ? 'warning' : 'info',
      text: `${name} ${reason}.${remedy}`,
    });
  }
  return standings;
};
