import { readFlakeArgument } from '../../model/nix/flake-argument.ts';
import type { CommandRun } from '../program/command.ts';
import { runDiff } from './answer-diff.ts';

/** Prints the difference of two locks: without engine, Nix and network. */
export const run: CommandRun = async ({ words, flags }, context) => {
  const [old, now] = words;
  const answer = await runDiff(
    {
      ...(old === undefined ? {} : { old }),
      ...(now === undefined ? {} : { new: now }),
      flake: readFlakeArgument(flags.flake ?? '.').folder,
      json: flags.json,
      markdown: flags.markdown,
      facts: flags.facts,
    },
    context.world,
  );
  if (answer.stderr !== '') context.console.tell(answer.stderr.trimEnd());
  context.console.answerRaw(answer.stdout);
  return answer.exitCode;
};
