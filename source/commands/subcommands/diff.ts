import { readFlakeArgument } from '../../model/nix/flake-argument.ts';
import { allRead } from '../arguments/invocation.ts';
import type { CommandRun } from '../program/command.ts';
import { runDiff } from '../reports/answer-diff.ts';

/** Prints the difference of two locks: without engine, Nix and network. */
export const run: CommandRun<'diff'> = async ({ words, flags, own }, context) => {
  const { markdown, facts, ...rest } = own;
  allRead(rest);
  const [old, now] = words;
  const answer = await runDiff(
    {
      ...(old === undefined ? {} : { old }),
      ...(now === undefined ? {} : { new: now }),
      flake: readFlakeArgument(flags.flake ?? '.').folder,
      json: flags.json,
      markdown,
      facts,
    },
    context.world,
  );
  if (answer.stderr !== '') context.console.tell(answer.stderr.trimEnd());
  context.console.answerRaw(answer.stdout);
  return answer.exitCode;
};
