import { type HostActivation, keptActivations } from '../../model/host/last-activations.ts';
import { isStorePath } from '../../model/nix/store-path.ts';

/** `SECONDS WHO RUN FROM TO LOCK RESULT`, one word each; whatever else stands in the file is left out. */
const line =
  /^(\d{1,11}) ([\x21-\x7e]{1,200}) ([A-Za-z0-9._-]{1,100}) (\S{1,250}) (\S{1,250}) (-|[0-9a-f]{16}) ([a-z-]{1,30})$/;

/** What a host keeps of its last activations by nixup, the oldest first. Anybody who is root there may have written it. */
export const readActivations = (lines: readonly string[]): readonly HostActivation[] =>
  lines
    .flatMap((text): readonly HostActivation[] => {
      const [, seconds, by, run, from, to, lock, result] = line.exec(text) ?? [];
      if (seconds === undefined || by === undefined || run === undefined) return [];
      if (from === undefined || to === undefined || result === undefined) return [];
      if (!isStorePath(to) || !(from === '-' || isStorePath(from))) return [];
      return [
        {
          at: Number(seconds) * 1_000,
          by,
          run,
          from,
          to,
          lock: lock === undefined || lock === '-' ? null : lock,
          result,
        },
      ];
    })
    .slice(-keptActivations);
