import { bashCompletion, fishCompletion, zshCompletion } from '../arguments/completion-scripts.ts';
import type { FlaglessRun } from '../program/command.ts';

/** Prints the completion script of a shell. */
export const run: FlaglessRun<'completions'> = async ({ words, flags }, { console }) => {
  const shell = words[0] ?? '';
  const script =
    shell === 'zsh' ? zshCompletion() : shell === 'fish' ? fishCompletion() : bashCompletion();
  if (flags.json) console.answerJson({ version: 1, shell, script });
  else console.answer(script);
  return 0;
};
