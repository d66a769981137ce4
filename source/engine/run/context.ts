import type { Config } from '../../model/config/settings.ts';
import type { Failure } from '../../model/failure.ts';
import type { AskedForge } from '../../services/forge/asked.ts';
import type { Git } from '../../services/git/git.ts';
import type { Hosts } from '../../services/hosts.ts';
import type { Commits } from '../../services/inputs/commits.ts';
import type { Nix } from '../../services/nix.ts';
import type { TellDamage } from '../../services/world/kept-file.ts';
import type { World } from '../../services/world/world.ts';
import type { AppState } from '../../state/state.ts';
import type { FleetMemory } from '../records/fleet-memory.ts';
import type { Records } from '../records/records.ts';
import type { Emitter } from './emitter.ts';
import type { Estimates } from './estimates.ts';
import type { Journal } from './journal.ts';
import type { Pace } from './pace.ts';

/** What every goal works with. Made once, when a flake was opened. */
export interface EngineContext {
  readonly world: World;
  /** The flake's folder, absolute, links resolved. */
  readonly flake: string;
  /** State of this flake: journals, records, the run lock. */
  readonly folder: string;
  readonly config: Config;
  /** Reads the configuration again, and answers whether its file has another text than before. */
  readonly reloadConfig: () => Promise<boolean>;
  /** The configuration file as messages name it; null when there is none. */
  readonly configFile: string | null;
  /**
   * Mistakes in that file. While there are any, defaults are used, and nothing is changed anywhere.
   */
  readonly configFailures: readonly Failure[];
  /** Whether commands of the repository's own configuration may run. */
  readonly isTrusted: boolean;
  readonly jobs: {
    readonly evaluate: number;
    /** Hosts asked at a time; strict where the person named the number. */
    readonly probe: { readonly width: number; readonly isStrict: boolean };
    readonly build: number;
    readonly copy: number;
    readonly activate: number;
  };
  /** Hosts that somebody looks at now: they are asked before the others. Absent: nobody looks. */
  readonly seenHosts?: (() => ReadonlySet<string>) | undefined;
  /** How long health is watched after an activation, ms. */
  readonly settleMs: number;
  readonly pace: Pace;
  readonly emitter: Emitter;
  readonly state: () => AppState;
  /** Said of files of nixup's own that cannot be used as they are. */
  readonly tellDamage: TellDamage;
  readonly journal: Journal;
  readonly records: Records;
  readonly fleetMemory: FleetMemory;
  readonly estimates: Estimates;
  readonly git: Git;
  /** What the forge said of pull requests just now. */
  readonly askedForge: AskedForge;
  readonly nix: Nix;
  readonly hosts: Hosts;
  readonly commits: Commits;
}
