import type { Failure } from '../../model/failure.ts';
import type { HostFacts } from '../../model/host/host.ts';
import { isLostContact } from '../../services/ssh/run.ts';
import { settleHealth } from '../health/settle.ts';
import { type Activation, regainContact } from './activate.ts';
import type { HostTravel } from './journey.ts';

/** The health of a host, or what became of its activation meanwhile. */
type ProvenHealth =
  | { readonly kind: 'watched'; readonly problems: readonly string[] }
  | { readonly kind: 'unanswered'; readonly failure: Failure }
  | Exclude<Activation, { readonly kind: 'switched' }>;

/** More broken connections than this while one host settles: there is no contact. */
const contactsLost = 10;

/**
 * Watches the health of a host that was switched. A broken connection says nothing about the host:
 * contact is proven again, and the host's own record says whether it still waits or went back by
 * itself.
 */
export const proveHealth = async (
  travel: HostTravel,
  before: HostFacts,
  switched: { readonly id: string; readonly facts: HostFacts | null } | null,
): Promise<ProvenHealth> => {
  const { context, journey } = travel;
  let first = switched?.facts ?? null;
  for (let lost = 0; ; lost += 1) {
    travel.begin('health');
    const health = await settleHealth(context, journey.entry, before, {
      supervision: switched?.id,
      first,
    });
    if (health.ok) return { kind: 'watched', problems: health.value };
    // Without an answer nobody confirms, so the host goes back by itself.
    if (switched === null || !isLostContact(health.failure) || lost === contactsLost)
      return { kind: 'unanswered', failure: health.failure };
    const again = await regainContact(travel, before, switched.id, null);
    if (again.kind !== 'switched') return again;
    first = again.facts;
  }
};
