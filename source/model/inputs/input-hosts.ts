import type { Failure } from '../failure.ts';
import type { FlakeLock } from '../lock/lock.ts';
import { revertInputs } from '../lock/splice.ts';
import { type Result, success } from '../result.ts';

/** Which hosts one input changes, when nothing else moves. */
export type InputHosts =
  | { readonly kind: 'asking' }
  | {
      readonly kind: 'known';
      readonly changed: readonly string[];
      readonly same: readonly string[];
      /** Hosts of which one of the two systems cannot be evaluated. */
      readonly failed: readonly { readonly host: string; readonly why: string }[];
    }
  | { readonly kind: 'unknown'; readonly why: string };

/** Two locks that differ in one input alone. */
interface LockPair {
  readonly without: FlakeLock;
  readonly with: FlakeLock;
}

/**
 * The lock with only `input` moved, and the same without it. Other inputs are
 * put back as far as `flake.nix` allows; what cannot be put back is in both.
 */
export const onlyMoved = (
  old: FlakeLock,
  now: FlakeLock,
  input: string,
  moved: readonly string[],
): Result<LockPair, Failure> => {
  let lock = now;
  for (const other of moved) {
    if (other === input) continue;
    const back = revertInputs(old, lock, [other]);
    if (back.ok) lock = back.value;
  }
  const without = revertInputs(old, lock, [input]);
  return without.ok ? success({ without: without.value, with: lock }) : without;
};

/** `changes p620, razer; not p510`. */
export const inputHostsSentence = (hosts: InputHosts): string => {
  switch (hosts.kind) {
    case 'asking':
      return 'is being evaluated';
    case 'unknown':
      return hosts.why;
    case 'known': {
      const { changed, same, failed } = hosts;
      return [
        changed.length === 0 ? 'changes no host' : `changes ${changed.join(', ')}`,
        ...(changed.length > 0 && same.length > 0 ? [`not ${same.join(', ')}`] : []),
        ...failed.map(({ host, why }) => `${host} could not be evaluated: ${why}`),
      ].join('; ');
    }
  }
};
