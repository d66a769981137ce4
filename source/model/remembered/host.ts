import type { HostPosition, HostRole, Policy } from '../host/host.ts';

/** What a host said when it answered last. */
export interface RememberedAnswer {
  /** When it answered, ms since the epoch. */
  readonly at: number;
  readonly generation: { readonly number: number; readonly at: number } | null;
  readonly revision: string | null;
  readonly nixosVersion: string | null;
  readonly kernel: string | null;
  /** Failed units that count, as they are shown; the first few. */
  readonly failed: readonly string[];
  /** Critical units that did not run; the first few. */
  readonly down: readonly string[];
  /** How many units are critical. */
  readonly critical: number;
}

/** Where a host stood against the flake when that was judged last. */
export interface RememberedStanding {
  /** When it was judged, ms since the epoch. */
  readonly at: number;
  readonly position: HostPosition;
  /** What a deploy would have changed, in a few words; empty where nobody compared. */
  readonly changes: string;
  /** What the host waited for; null where it waited for nothing. */
  readonly waits: string | null;
}

/**
 * A host as it was known before it was asked now. It is shown, and nothing is decided by it: plans
 * and gates take `HostState` with its `HostFacts`, which this is not.
 */
export interface RememberedHost {
  readonly known: 'remembered';
  readonly name: string;
  readonly address: string;
  readonly here: boolean;
  readonly tags: readonly string[];
  readonly policy: Policy;
  readonly role: HostRole['kind'];
  /** Null where it never answered. */
  readonly answer: RememberedAnswer | null;
  /** Null where it was never judged. */
  readonly standing: RememberedStanding | null;
}

/** A host of which only the name is known so far. */
export const onlyNamed = (name: string): RememberedHost => ({
  known: 'remembered',
  name,
  address: name,
  here: false,
  tags: [],
  policy: 'auto',
  role: 'deployable',
  answer: null,
  standing: null,
});

const newer = <Fact extends { readonly at: number }>(
  one: Fact | null,
  other: Fact | null,
): Fact | null => (one === null || (other !== null && other.at > one.at) ? other : one);

/** Of what two programs found out about a host each the newer part. `listed` is that of the newer list of hosts. */
export const newestHost = (listed: RememberedHost, other: RememberedHost): RememberedHost => ({
  ...listed,
  answer: newer(listed.answer, other.answer),
  standing: newer(listed.standing, other.standing),
});
