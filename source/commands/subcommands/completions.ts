import { bashCompletion, fishCompletion, zshCompletion } from '../arguments/completion-scripts.ts';
import type { FlaglessRun } from '../program/command.ts';

/** Prints the completion script of a shell. */
export const run: FlaglessRun<'completions'> = async ({ words }, { console }) => {
  const shell = words[0];
  const script =
    shell === 'zsh' ? zshCompletion() : shell === 'fish' ? fishCompletion() : bashCompletion();
  console.answer(script);
  return 0;
};
