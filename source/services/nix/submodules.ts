import type { Command } from '../../model/command.ts';
import type { World } from '../world/world.ts';
import { nixString } from './command.ts';

const query = '?submodules=1';

const asked = (word: string, reference: string): string =>
  word === reference || word.startsWith(`${reference}#`)
    ? `${reference}${query}${word.slice(reference.length)}`
    : word;

/** A command of Nix about this flake, so that it reads the submodules of its repository too. */
export const withSubmodules = (command: Command, flake: string): Command => {
  if (command.file !== 'nix' && command.file !== 'nix-eval-jobs') return command;
  // A folder whose name would be read as a part of the reference is named from within.
  const isWithin = command.cwd === flake;
  const called = `builtins.getFlake ${nixString(flake)}`;
  return {
    ...command,
    args: command.args.map((word) =>
      asked(isWithin ? asked(word, '.') : word, flake).replace(
        called,
        () => `builtins.getFlake ${nixString(`${flake}${query}`)}`,
      ),
    ),
  };
};

/** The world in which every call of Nix about this flake reads its submodules. */
export const readingSubmodules = (world: World, flake: string): World => ({
  ...world,
  exec: (command, options) => world.exec(withSubmodules(command, flake), options),
});
