import type { Failure } from '../failure.ts';
import type { LockFacts } from '../lock/facts.ts';
import { type Advice, advise, advised } from '../words/advice.ts';

type LockInvalid = Extract<Failure, { code: 'lock-invalid' }>;

/** Another Nix can read it; nothing is broken. */
export const isUnknownVersion = ({ detail }: LockInvalid): boolean =>
  /^version .* is not known/.test(detail);

/** What to do about a lock that cannot be read, where nothing more is known. */
export const lockAdvice = (failure: LockInvalid): Advice => {
  if (isUnknownVersion(failure))
    return advise(
      'Another version of Nix wrote it. A newer nixup may read it; what Nix itself says',
      'nix flake metadata',
    );
  // `HEAD:flake.lock` is a revision's, and any other name a file that somebody gave.
  return /^(?:\/.*\/)?flake\.lock$/.test(failure.file)
    ? advise('Put the committed lock back with', 'nixup revert --all')
    : advise('Name another file or revision, as in', 'nixup diff HEAD~1');
};

/** The same where there is no committed lock, or none that can be read. */
const adviceWithoutCommitted = advise(
  'Let Nix write a new one (rm flake.lock, then nix flake lock), or take back what nixup did to it last',
  'nixup revert --undo',
);

/** Why the lock of the working tree cannot be read, and how to correct that. */
export const unreadableLock = ({
  line,
  detail,
  isCommitted,
}: Extract<LockFacts, { kind: 'unreadable' }>): LockInvalid => {
  const failure: LockInvalid = { code: 'lock-invalid', file: 'flake.lock', line, detail };
  return isCommitted || isUnknownVersion(failure)
    ? failure
    : { ...failure, ...advised(adviceWithoutCommitted) };
};
