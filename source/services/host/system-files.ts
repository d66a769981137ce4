import { quoteWord } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { FileChanges } from '../../model/host/other-system.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { type Result, success } from '../../model/result.ts';
import { readFileChanges } from '../../parsers/host/system-files.ts';
import type { RunOnHost } from '../ssh/run.ts';

const timeoutMs = 40_000;

/** Lines of the comparison that are read. */
const mostLines = 1_000;

/**
 * Which files of `/etc` two systems of a host have differently; null where they were not compared: the host has only one
 * of them, or no diff.
 */
export const createCompareFiles =
  (run: RunOnHost) =>
  async (
    entry: HostEntry,
    from: StorePath,
    to: StorePath,
  ): Promise<Result<FileChanges | null, Failure>> => {
    const [one, other] = [quoteWord(from), quoteWord(to)];
    const answer = await run(
      entry,
      // The status of diff comes last: where it is lacking, not all was read.
      `[ -e ${one}/etc ] && [ -e ${other}/etc ] || { echo 'nixup-only-one'; exit 0; }
{
  LC_ALL=C timeout 30 diff -rq ${one}/etc/ ${other}/etc/ 2>&1 </dev/null
  status=$?
  if [ "$status" = 2 ]; then
    find -L ${one}/etc/ -type l -printf 'nixup-link from %P -> %l\\n' 2>/dev/null
    find -L ${other}/etc/ -type l -printf 'nixup-link to %P -> %l\\n' 2>/dev/null
  fi
  echo "nixup-status $status"
} | head -n ${mostLines}
true`,
      { timeoutMs, privilege: 'wanted', quiet: true, again: true },
    );
    return answer.ok ? success(readFileChanges(answer.value.stdout, [from, to])) : answer;
  };
