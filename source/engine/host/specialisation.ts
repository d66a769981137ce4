import type { Failure } from '../../model/failure.ts';
import type { HostFacts } from '../../model/host/host.ts';
import type { ActivatedAs } from '../../model/host/specialisation.ts';
import { advise, advised } from '../../model/words/advice.ts';
import type { HostJourney } from './journey.ts';

/** A host that runs a specialisation is to run the same one of its new system. */
export const specialisationOf = (
  { mode }: Pick<HostJourney, 'mode'>,
  before: Pick<HostFacts, 'specialisation'>,
  isLacking: boolean,
): ActivatedAs => {
  const from = before.specialisation ?? null;
  return { from, to: isLacking || mode === 'boot' ? null : from };
};

/**
 * Why a host would leave its specialisation although nobody agreed to that; null where it would
 * not.
 */
export const leftUnasked = (
  { entry, mode, agreed }: Pick<HostJourney, 'entry' | 'mode' | 'agreed'>,
  before: Pick<HostFacts, 'current'>,
  { from, to }: ActivatedAs,
): Failure | null =>
  from === null ||
  to !== null ||
  mode === 'boot' ||
  before.current === null ||
  agreed?.leaves === from
    ? null
    : {
        code: 'gate-closed',
        host: entry.name,
        reason: `it runs its specialisation ${from}, which the new system has not`,
        ...advised(
          advise(
            'The system is copied and nothing was activated. Run it without',
            `nixup deploy ${entry.name}`,
          ),
        ),
      };
