import type { Engine } from '../../engine/contract.ts';
import type { EngineOptions } from '../../engine/open.ts';
import type { World } from '../../services/world/world.ts';
import type { Invocation } from '../arguments/invocation.ts';
import type { Console } from './console.ts';

export interface CommandContext {
  readonly world: World;
  readonly console: Console;
  readonly openEngine: (options: EngineOptions) => Promise<Engine>;
}

/** Does a subcommand's work and answers its exit status. */
export type CommandRun = (invocation: Invocation, context: CommandContext) => Promise<number>;
