import type { Failure } from './failure.ts';

type LockInvalid = Extract<Failure, { code: 'lock-invalid' }>;

/** What to do about a lock that cannot be read, where whoever read it knows no better. */
export const lockAdvice = ({ file, detail }: LockInvalid): string => {
  if (/^version .* is not known/.test(detail))
    return 'Another version of Nix wrote it. A newer nixup may read it; what Nix itself says: nix flake metadata';
  // `HEAD:flake.lock` is a revision's, and any other name a file that somebody gave.
  return /^(?:\/.*\/)?flake\.lock$/.test(file)
    ? 'Put the committed lock back with: nixup revert --all'
    : 'Name another file or revision, as in: nixup diff HEAD~1';
};

/** The same where the flake is in no repository: there is no committed lock. */
export const lockAdviceWithoutGit =
  'Take back what nixup did to it last with: nixup revert --undo. Otherwise let Nix write a new one: rm flake.lock, then nix flake lock';
