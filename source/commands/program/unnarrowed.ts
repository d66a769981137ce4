import { tagOf } from '../../model/config/host-tags.ts';
import type { Invocation } from '../arguments/invocation.ts';
import { findSubcommand } from '../arguments/subcommands.ts';
import type { Console } from './console.ts';

/** Says that `--on` narrows nothing, where it does not: whoever gave it believes in it. */
export const tellUnnarrowed = (
  { command, flags }: Invocation,
  console: Pick<Console, 'tell'>,
): void => {
  const why = findSubcommand(command ?? '')?.unnarrowed;
  if (flags.on.length > 0 && why !== undefined)
    console.tell(
      `--on ${flags.on.map((word) => `@${tagOf(word)}`).join(',')} narrows nothing here: ${why}.`,
    );
};
