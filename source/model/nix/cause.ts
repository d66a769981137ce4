import type { RefusedPackage } from './refused-package.ts';
import type { UnseenFile } from './unseen-file.ts';

export type NixCauseClass =
  | 'syntax'
  | 'evaluation'
  | 'missing-attribute'
  /** A file that the code imports and Nix does not see. */
  | 'missing-file'
  /** An argument of `outputs` that no input declares. */
  | 'missing-input'
  | 'removed-option'
  | 'conflicting-options'
  | 'infinite-recursion'
  | 'insecure-package'
  | 'unfree-package'
  | 'broken-package'
  /** Not for the platform of the host. */
  | 'unsupported-package'
  /** For another reason that nixpkgs has: a blocked license, a removal, no maintainer. */
  | 'refused-package'
  | 'assertion'
  | 'hash-mismatch'
  | 'builder-failed'
  | 'dependency-failed'
  | 'out-of-memory'
  | 'disk-full'
  | 'network'
  /** A source that is not there, is not tracked, or is refused. */
  | 'fetch'
  | 'no-builder'
  | 'builder-lost'
  /** The machine that builds could not do its work: sandbox, daemon, store, disk errors, limits. */
  | 'build-machine'
  /** The build was stopped before its end: it took too long, or a signal ended it. */
  | 'build-stopped'
  | 'untrusted-settings'
  | 'lock-outdated'
  | 'canceled'
  | 'unknown';

/** Where in a Nix file. Paths inside a source in the store are relative to that source. */
export interface NixPosition {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  /** The source that the path is relative to, as Nix names it: `/nix/store/<hash>-source`, or `«github:…»`. */
  readonly source?: string;
  /** The input of the flake whose file it is. */
  readonly input?: string;
  /** Nix's drawing of the place: numbered lines, and its caret. */
  readonly excerpt?: readonly string[];
}

/** Why Nix failed, at its root. */
export interface NixCause {
  readonly class: NixCauseClass;
  /** Nix's own words, on one line. */
  readonly message: string;
  /** The `.drv` path that failed. */
  readonly derivation: string | null;
  /** The place that is most likely the person's own; null when Nix named none. */
  readonly position: NixPosition | null;
  /** Every place that Nix named, the nearest to the error first. */
  readonly positions: readonly NixPosition[];
  /** The phase in which the builder failed, such as `buildPhase`; absent where it is not known. */
  readonly phase?: string | null;
  /** The flake input that was being fetched, where Nix named one. */
  readonly input?: string;
  /** The hashes of a mismatch, SRI form in current versions. */
  readonly expected: string | null;
  readonly got: string | null;
  /** What is behind a mismatch; absent where nobody looked. */
  readonly mismatch?: HashMismatch;
  /** The package that nixpkgs refuses; absent for other causes. */
  readonly refused?: RefusedPackage;
  /** The file that is missing, within the flake; absent where nobody looked. */
  readonly missing?: {
    readonly file: string;
    /** Why git does not give it to Nix; absent where it is not there. */
    readonly unseen?: UnseenFile;
  };
  /** The last log lines of the builder, or Nix's last words. */
  readonly tail: readonly string[];
}

/** What is behind a hash that is not the expected one. */
export type HashVerdict =
  /** `lib.fakeHash`: it was never meant to match. */
  | 'placeholder'
  /** Other content under the same name. */
  | 'upstream-changed'
  /** Asked again, it is as expected: what was fetched before was damaged. */
  | 'good-again'
  /** The committed lock has what upstream serves. */
  | 'lock-edited'
  /** A revision of git has one content only, and the lock names another. */
  | 'lock-wrong'
  | 'unknown';

export interface HashMismatch {
  /** The input that it is about; null for the source of a package. */
  readonly input: string | null;
  readonly revision: string | null;
  readonly url: string | null;
  readonly verdict: HashVerdict;
}
