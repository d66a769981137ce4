import type { Engine } from '../../engine/contract.ts';
import type { EngineOptions } from '../../engine/open.ts';
import type { World } from '../../services/world/world.ts';
import type { FlaglessName, Invocation } from '../arguments/invocation.ts';
import type { SubcommandName } from '../arguments/subcommands.ts';
import type { Console } from './console.ts';

export interface CommandContext {
  readonly world: World;
  readonly console: Console;
  readonly openEngine: (options: EngineOptions) => Promise<Engine>;
}

/** Does a subcommand's work and answers its exit status. */
export type CommandRun<Name extends SubcommandName> = (
  invocation: Invocation<Name>,
  context: CommandContext,
) => Promise<number>;

/** A subcommand without flags of its own: given some, it does not compile until it reads them. */
export type FlaglessRun<Name extends FlaglessName> = CommandRun<Name>;
