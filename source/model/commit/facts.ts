import type { HostWork } from '../host/host.ts';
import type { LockChange } from '../lock/change.ts';
import type { CommitCount } from '../lock/commit-count.ts';

/** A package whose change a reader of the message has to know of, and the hosts that get it. */
export interface NotedPackage {
  readonly name: string;
  readonly old: readonly string[];
  readonly new: readonly string[];
  readonly hosts: readonly string[];
}

/** What the message of a commit is made of. It stands in the journal of the run that commits. */
export interface CommitFacts {
  readonly style: 'conventional' | 'plain';
  readonly changes: readonly { readonly change: LockChange; readonly count: CommitCount | null }[];
  /** Hosts whose system was built from this tree. */
  readonly built: readonly string[];
  /** The last thing that was done with each host for this tree. */
  readonly hosts: readonly { readonly name: string; readonly work: HostWork }[];
  /** Hosts that a deploy is for; absent: all. */
  readonly deployable?: readonly string[];
  /** The files of the commit, relative to the root of the repository. */
  readonly files: readonly string[];
  /** What else passed for this tree: recipes of the fleet and `nix flake check`, as one types them. */
  readonly tests: readonly string[];
  /** Inputs that stayed on purpose. */
  readonly held?: readonly { readonly input: string; readonly reason: string }[];
  /** Breaking changes that release notes and commits name, one line each. */
  readonly breaking?: readonly string[];
  /** Inputs whose commits could not be read, so that nobody knows what they break. */
  readonly unread?: readonly string[];
  /** Kernel, systemd and new major versions. */
  readonly packages?: readonly NotedPackage[];
  /** Hosts whose health was compared with the baseline after their deploy, and is as before. */
  readonly healthy?: readonly string[];
  /** What Nix writes of the lock for `--commit-lock-file`, where it is to stand in the message. */
  readonly nixBlock?: string;
}

/** Whether a file of the repository is a lock of a flake. */
export const isLock = (file: string): boolean =>
  file === 'flake.lock' || file.endsWith('/flake.lock');
