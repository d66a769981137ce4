import type { NixCauseClass } from '../model/nix-cause.ts';
import type { TestCause } from '../model/test-causes.ts';

/** These are no fault of an input, and another try may end otherwise. */
export const passing: ReadonlySet<NixCauseClass> = new Set([
  'network',
  'disk-full',
  'out-of-memory',
  'no-builder',
  'builder-lost',
  'canceled',
  'untrusted-settings',
]);

/** Causes whose input can be sought. */
export const isSearchable = ({ class: kind, hosts, step, isOfEarlierLock }: TestCause): boolean =>
  isOfEarlierLock !== true &&
  hosts.length > 0 &&
  (step === 'evaluate' || step === 'build') &&
  !passing.has(kind);
