import type { BisectVerdict } from '../../model/causes/bisect.ts';
import { shareCauses, type TestCause } from '../../model/causes/test-causes.ts';
import type { Failure } from '../../model/failure.ts';
import type { NixCause, NixCauseClass } from '../../model/nix/cause.ts';
import { derivationName } from '../../model/nix/derivation-name.ts';
import { parsePackageName } from '../../parsers/nix/package-name.ts';
import { causesOfFailure } from './causes.ts';

/** Which package a derivation builds: with another lock it may be another version of it. */
const packageOf = (derivation: string): string => {
  const name = derivationName(derivation);
  return parsePackageName(name)?.name ?? name;
};

/** Whether a failure is the one that is sought: what depends on the lock (hashes, versions, lines) may differ. */
const isSame = (sought: TestCause, host: string, cause: NixCause): boolean => {
  if (cause.class !== sought.class) return false;
  if (cause.derivation !== null && sought.derivation !== null)
    return packageOf(cause.derivation) === packageOf(sought.derivation);
  const [shared] = shareCauses([{ host, step: sought.step, cause }]);
  return shared?.what.replaceAll(host, '') === sought.what.replaceAll(host, '');
};

/**
 * Whether everything that the sought failure depends on was built, whatever else failed: Nix keeps
 * going, and names each derivation that it could not begin.
 */
const isBuiltBeside = ({ step, derivation }: TestCause, failure: Failure): boolean =>
  step === 'build' &&
  derivation !== null &&
  failure.code === 'build-failed' &&
  failure.unbegun !== undefined &&
  causesOfFailure(failure).every((cause) => cause.derivation !== null) &&
  !failure.unbegun.some((unbegun) => packageOf(unbegun) === packageOf(derivation));

/**
 * What a failed try says about the cause that is sought; null where it says nothing, and another
 * try may.
 */
export const verdictOf = (
  sought: TestCause,
  host: string,
  failure: Failure,
): BisectVerdict | null => {
  const causes = causesOfFailure(failure);
  if (causes.some((cause) => isSame(sought, host, cause))) return 'fails';
  if (causes.some((cause) => passing.has(cause.class))) return null;
  return isBuiltBeside(sought, failure) ? 'passes' : 'unclear';
};

/** These are not the fault of an input, and another try may end otherwise. */
const passing: ReadonlySet<NixCauseClass> = new Set([
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
