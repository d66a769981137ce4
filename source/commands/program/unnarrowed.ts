import { tagOf } from '../../model/config/host-tags.ts';
import type { Invocation } from '../arguments/invocation.ts';
import { findSubcommand } from '../arguments/subcommands.ts';
import type { Console } from './console.ts';

/** Tells that `--on` narrows nothing, where that is so: whoever gave it expects that it does. */
export const tellUnnarrowed = (
  { command, flags }: Invocation,
  console: Pick<Console, 'tell'>,
): void => {
  const why = findSubcommand(command ?? '')?.unnarrowed;
  if (flags.on.length > 0 && typeof why === 'string')
    console.tell(
      `--on ${flags.on.map((word) => `@${tagOf(word)}`).join(',')} narrows nothing here: ${why}.`,
    );
};
