import { quoteWord, scriptLine } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { Generation, HostEntry } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { bootScript, readBootDefault } from '../../parsers/boot/loaders.ts';
import { keyedLines, valuesOf } from '../../parsers/keyed-lines.ts';
import type { RunOnHost } from '../ssh/run.ts';
import {
  deleteGenerationsCommand,
  knownGoodProfile,
  oldKnownGoodProfile,
  rewriteEntriesCommand,
  systemProfile,
} from './commands.ts';

const timeoutMs = 5 * 60_000;

/** Generations that were removed, and those that the host refused to remove. */
export interface Cleaned {
  readonly removed: readonly number[];
  readonly refused: readonly number[];
}

/**
 * Removes generations of the profile whose links still are what was shown, then
 * has the boot entries written again by the system that boots next. What runs,
 * is booted, boots next or is known good is never removed, whatever was asked.
 */
const cleanScript = (entry: HostEntry, generations: readonly Generation[]): string => `
profile=${systemProfile}
numbers=
for pair in ${generations.map(({ number, path }) => quoteWord(`${number}:${path}`)).join(' ')}; do
  number=\${pair%%:*}
  path=\${pair#*:}
  link=$profile-$number-link
  keep=
  [ "$(readlink -f "$link")" = "$path" ] || keep=1
  for used in /run/current-system /run/booted-system "$profile" ${knownGoodProfile} ${oldKnownGoodProfile}; do
    for system in "$path" "$path"/specialisation/*; do [ "$used" -ef "$system" ] && keep=1; done
  done
  if [ -n "$keep" ]; then echo "refused $number"; else numbers="$numbers $number"; fi
done
if [ -n "$numbers" ]; then
  ${scriptLine(deleteGenerationsCommand(entry))} $numbers >/dev/null 2>&1 </dev/null || exit 1
  for number in $numbers; do [ -e "$profile-$number-link" ] || echo "removed $number"; done
  ${scriptLine(rewriteEntriesCommand(entry))} >/dev/null 2>&1 </dev/null || echo "boot failed"
fi
${bootScript}
echo clean-end
`;

const numbersOf = (output: string, key: string): readonly number[] =>
  valuesOf(keyedLines(output), key)
    .filter((value) => /^\d+$/.test(value))
    .map(Number);

export const createClean =
  (run: RunOnHost) =>
  async (
    entry: HostEntry,
    generations: readonly Generation[],
  ): Promise<Result<Cleaned, Failure>> => {
    const answer = await run(entry, cleanScript(entry, generations), {
      timeoutMs,
      privilege: 'needed',
      does: 'nix-env --delete-generations, boot entries',
    });
    if (!answer.ok) return answer;
    const { stdout } = answer.value;
    const unproven = (detail: string): Result<Cleaned, Failure> =>
      failed({ code: 'persistence-unproven', host: entry.name, after: 'clean', detail });
    if (!stdout.includes('clean-end')) return unproven('its answer has no end');
    if (/^boot failed$/m.test(stdout))
      return unproven('its boot entries could not be written again');
    const bootDefault = readBootDefault(stdout);
    const gone = new Set(generations.map(({ path }) => path));
    if (bootDefault.kind === 'resolved' && gone.has(bootDefault.toplevel))
      return unproven(`the default boot entry starts ${bootDefault.toplevel}`);
    return success({
      removed: numbersOf(stdout, 'removed'),
      refused: numbersOf(stdout, 'refused'),
    });
  };
