import type { TestCause } from '../../model/causes/test-causes.ts';
import type { NixCauseClass } from '../../model/nix/cause.ts';

/** These are not the fault of an input, and another try may end otherwise. */
export const passing: ReadonlySet<NixCauseClass> = new Set([
  'network',
  'disk-full',
  'out-of-memory',
  'no-builder',
  'builder-lost',
  'build-machine',
  'build-stopped',
  'canceled',
  'untrusted-settings',
]);

/** These are not certainly the fault of a revision, but a search may find out more. */
const unsure: ReadonlySet<NixCauseClass> = new Set([
  'dependency-failed',
  'fetch',
  'lock-outdated',
  'unknown',
]);

/** Whether a failure of this class may be remembered of a revision, once it is proven. */
export const mayBlame = ({ class: kind }: Pick<TestCause, 'class'>): boolean =>
  !passing.has(kind) && !unsure.has(kind);

/** Causes whose input can be sought. */
export const isSearchable = ({ class: kind, hosts, step, isOfEarlierLock }: TestCause): boolean =>
  isOfEarlierLock !== true &&
  hosts.length > 0 &&
  (step === 'evaluate' || step === 'build') &&
  !passing.has(kind);
