import { quoteWord } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { FileChanges } from '../../model/host/other-system.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { type Result, success } from '../../model/result.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import type { RunOnHost } from '../ssh/run.ts';

const timeoutMs = 40_000;

/** Lines of the comparison that are read. */
const mostLines = 400;

/** A file that both have is told with both names, one that one has alone with its folder (diff of GNU, `--brief`). */
const fileOf = (line: string, systems: readonly StorePath[]): string | null => {
  const both = /^Files (\S+) and \S+ differ$/.exec(line)?.[1];
  const [, folder, name] = /^Only in (\S+): (.+)$/.exec(line) ?? [];
  const path = both ?? (folder === undefined ? null : `${folder}/${name}`);
  if (path === null) return null;
  const system = systems.find((one) => path.startsWith(`${one}/`));
  return system === undefined ? null : path.slice(system.length);
};

/** Which files of `/etc` two systems of a host have differently; null where the host has only one of them. */
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
      `[ -e ${one}/etc ] && [ -e ${other}/etc ] || { echo 'only-one'; exit 0; }
LC_ALL=C timeout 30 diff -rq ${one}/etc/ ${other}/etc/ 2>/dev/null </dev/null | head -n ${mostLines}
true`,
      { timeoutMs, privilege: 'wanted', quiet: true, again: true },
    );
    if (!answer.ok) return answer;
    const lines = answer.value.stdout.split('\n').map(cleanLine);
    if (lines.includes('only-one')) return success(null);
    const files = [...new Set(lines.flatMap((line) => fileOf(line, [from, to]) ?? []))];
    const units = files.flatMap(
      (file) => /^\/etc\/+systemd\/(?:system|user)\/(.+)$/.exec(file)?.[1] ?? [],
    );
    return success({
      units: units.toSorted(),
      files: files
        .filter((file) => !/^\/etc\/+systemd\//.test(file))
        .map((file) => file.replace(/^\/etc\/+/, '/etc/'))
        .toSorted(),
      isCut: lines.filter((line) => line !== '').length >= mostLines,
    });
  };
