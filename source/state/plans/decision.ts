import type { LeftOut } from '../../model/deploy/plan.ts';
import { absence } from '../../model/explain/pending-reason.ts';
import type { HostState } from '../state.ts';

/** Whether a plan takes one host, or leaves it out. */
export type Decision<Target> =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'left-out'; readonly leftOut: LeftOut };

export const leave = <Target>(
  host: string,
  kind: LeftOut['kind'],
  reason: string,
): Decision<Target> => ({
  kind: 'left-out',
  leftOut: { host, kind, reason },
});

/** The targets, and those that are left out with their reasons, each in the order of the hosts. */
export const divide = <Target>(
  decisions: readonly Decision<Target>[],
): { targets: readonly Target[]; leftOut: readonly LeftOut[] } => ({
  targets: decisions.flatMap((decision) => (decision.kind === 'target' ? [decision.target] : [])),
  leftOut: decisions.flatMap((decision) =>
    decision.kind === 'left-out' ? [decision.leftOut] : [],
  ),
});

/** How a host that was asked and did not answer is left out; null where it did, or was not asked yet. */
export const unreachable = ({ probe }: HostState): Pick<LeftOut, 'kind' | 'reason'> | null =>
  probe.kind === 'failed' ? absence(probe.failure) : null;
