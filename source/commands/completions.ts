import type { CommandRun } from './command.ts';
import { bashCompletion, fishCompletion, zshCompletion } from './completion-scripts.ts';

/** Prints the completion script of a shell. */
export const run: CommandRun = async ({ words }, { console }) => {
  const shell = words[0];
  const script =
    shell === 'zsh' ? zshCompletion() : shell === 'fish' ? fishCompletion() : bashCompletion();
  console.answer(script);
  return 0;
};
