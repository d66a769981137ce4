import { showDate } from '../../model/words/format-time.ts';
import type { HeldRecord } from '../records/schemas.ts';
import type { EngineContext } from '../run/context.ts';

type Holding = Pick<EngineContext, 'config' | 'records' | 'world'>;

const byOf = ({ world }: Pick<Holding, 'world'>): string => `${world.userName}@${world.hostName}`;

/**
 * Notes what nixup.toml holds here for the others who keep the fleet: they may not have that file yet. A hold
 * that is gone is noted by whoever made it: a clone that is behind has it not yet.
 */
export const noteHolds = async (context: Holding): Promise<void> => {
  const { config, records, world } = context;
  const [by, at] = [byOf(context), world.clock.now()];
  const known = new Map(records.held().map((one) => [one.input, one]));
  const news: HeldRecord[] = [];
  for (const [input, { hold }] of Object.entries(config.inputs)) {
    const one = known.get(input);
    if (hold != null && (one?.reason !== hold.reason || one.until !== hold.until))
      news.push({ input, reason: hold.reason, until: hold.until, by, at });
  }
  for (const one of known.values())
    if (one.by === by && one.reason !== null && config.inputs[one.input]?.hold == null)
      news.push({ ...one, reason: null, until: null, at });
  if (news.length > 0) await records.keepHeld(news);
};

/** Holds of others that nixup.toml has not here, as sentences. */
export const holdsOfOthers = (context: Holding): readonly string[] => {
  const { config, records, world } = context;
  const today = showDate(world.clock.now());
  return records
    .held()
    .flatMap(({ input, reason, until, by }) =>
      reason === null ||
      by === byOf(context) ||
      config.inputs[input]?.hold != null ||
      (until !== null && until <= today)
        ? []
        : [
            `${by} holds ${input}${until === null ? '' : ` until ${until}`} (${reason}), and nixup.toml here does not. To have it: git pull`,
          ],
    );
};
