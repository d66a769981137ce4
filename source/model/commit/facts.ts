import type { HostFacts, HostWork } from '../host/host.ts';
import type { LockChange } from '../lock/change.ts';
import type { CommitCount } from '../lock/commit-count.ts';

/** What the message of a commit is made of. */
export interface CommitFacts {
  readonly style: 'conventional' | 'plain';
  readonly changes: readonly { readonly change: LockChange; readonly count: CommitCount | null }[];
  /** Hosts whose system was built from this tree. */
  readonly built: readonly string[];
  readonly hosts: readonly {
    readonly name: string;
    readonly work: HostWork;
    readonly facts: HostFacts | null;
  }[];
  /** Hosts that a deploy is for; absent: all. */
  readonly deployable?: readonly string[];
  /** The files of the commit, relative to the root of the repository. */
  readonly files: readonly string[];
  /** What else passed for this tree: recipes of the fleet and `nix flake check`, as one types them. */
  readonly tests: readonly string[];
  /** Inputs that stayed on purpose. */
  readonly held?: readonly { readonly input: string; readonly reason: string }[];
  /** Breaking changes that release notes name, one line each. */
  readonly breaking?: readonly string[];
}

/** Whether a file of the repository is a lock of a flake. */
export const isLock = (file: string): boolean =>
  file === 'flake.lock' || file.endsWith('/flake.lock');
