import type { HostEntry } from '../../model/host/host.ts';
import type { OwnCheck, OwnCheckKind } from '../../model/host/own-checks.ts';
import type { RunOnHost } from '../ssh/run.ts';
import type { World } from '../world/world.ts';

/** What a check asks with. */
export interface CheckTools {
  readonly world: World;
  readonly run: RunOnHost;
}

/**
 * Asks a host. Answers what is wrong, as the rest of a sentence that begins with the check's name: `ended with 1`; null
 * where nothing is, or where the connection was lost, which is no answer of the check.
 */
export type AskCheck<Kind extends OwnCheckKind> = (
  check: OwnCheck<Kind>,
  entry: HostEntry,
  flake: string,
) => Promise<string | null>;
