import type { StorePath } from '../nix/store-path.ts';
import { showAge } from '../words/format-time.ts';

/** What nixup did to a host, as the host itself keeps it: for others who keep the same fleet. */
export interface HostActivation {
  /** When it ended, by the clock of the host, ms since the epoch. */
  readonly at: number;
  /** `anna@desk` */
  readonly by: string;
  readonly run: string;
  readonly from: StorePath;
  readonly to: StorePath;
  /** Fingerprint of the lock; null where it was not known, as for a rollback. */
  readonly lock: string | null;
  /** `committed`, `reverted`, `untouched`, `kept`, …: what the supervisor did at the end. */
  readonly result: string;
}

/** So many are kept on a host. */
export const keptActivations = 20;

const isDone = ({ result }: HostActivation): boolean => result === 'committed' || result === 'kept';

/** The newest one by which the host got the system that it runs now; null where none is kept. */
export const lastActivation = (
  facts: {
    readonly current: StorePath | null;
    readonly activations?: readonly HostActivation[];
  } | null,
): HostActivation | null =>
  facts?.activations?.findLast((one) => isDone(one) && one.to === facts.current) ?? null;

/** `2 h ago by anna@desk from lock 1a2b3c4d` */
export const activationOrigin = (one: HostActivation, now: number): string => {
  const lock = one.lock === null ? '' : ` from lock ${one.lock.slice(0, 8)}`;
  return `${showAge(Math.max(0, now - one.at))} ago by ${one.by}${lock}`;
};
