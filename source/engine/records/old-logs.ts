import { basename, join } from 'node:path';
import { isSafeHostName } from '../../model/host/address.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { FileStamp, World } from '../../services/world/world.ts';

/** The commands of a run, one a line, beside its journal. */
export const commandsFile = 'commands.jsonl';

/** What all hosts and nixup itself said in a run, in the order of time. */
export const allLinesFile = 'all-lines.txt';

/** Room for the end of a run, beside its journal while it lasts. */
export const roomFile = 'room';

const ownLog = 'fleet';

/** A host of that name has this one, which no host can have. */
const logOfSuchHost = `_${ownLog}`;

/** A host's own file; what is said of a name that no host can have stands with nixup's own. */
export const logName = (host: string | null): string => {
  const name = host !== null && isSafeHostName(host) ? host : ownLog;
  return `${host === ownLog ? logOfSuchHost : name}.log`;
};

/** Whose log a file is; null: nixup's own. */
export const hostOfLog = (file: string): string | null => {
  const name = file.slice(0, -'.log'.length);
  if (name === logOfSuchHost) return ownLog;
  return name === ownLog || !isSafeHostName(name) ? null : name;
};

/** Where the log of a builder stands once it was read from Nix, below the folder of the flake. */
export const builderLogFile = (folder: string, derivation: StorePath): string =>
  join(folder, 'builder-logs', `${basename(derivation)}.txt`);

/** The logs of so many newest runs are kept, whatever their age and size: the history shows these first. */
const keptRuns = 50;

/** Logs of runs before those: how long they are kept after their last line, ms, and how large all together, bytes. */
const keptMs = 90 * 86_400_000;
const keptBytes = 512 * 1024 * 1024;

/** Which of the logs go: what is too old, then the oldest until the rest is small enough. Pure. */
export const logsToRemove = (logs: readonly FileStamp[], now: number): readonly FileStamp[] => {
  const gone: FileStamp[] = [];
  let bytes = 0;
  for (const log of logs.toSorted((one, other) => other.changedAt - one.changedAt)) {
    bytes += log.bytes;
    if (bytes > keptBytes || now - log.changedAt > keptMs) gone.push(log);
  }
  return gone;
};

/**
 * Removes logs of old runs; their journals stay, so that the history is whole. Called at the end of a
 * run, under the lock of the flake: nobody writes a log of it meanwhile, and no start waits for it.
 * What cannot be removed stays until the end of the next run.
 */
export const removeOldLogs = async (
  { files, clock }: Pick<World, 'files' | 'clock'>,
  folder: string,
  /** Runs of the flake, the oldest first, and those whose logs stay besides the newest. */
  { runs, kept }: { readonly runs: readonly string[]; readonly kept: readonly string[] },
): Promise<void> => {
  const old = runs.slice(0, -keptRuns).filter((id) => !kept.includes(id));
  const paths: string[] = [];
  for (const id of old) {
    const listed = await files.list(join(folder, id));
    if (!listed.ok) continue;
    for (const name of listed.value)
      if (name.endsWith('.log') || name === commandsFile || name === allLinesFile)
        paths.push(join(id, name));
  }
  if (paths.length === 0) return;
  const logs = await files.stamps(paths, folder);
  if (!logs.ok) return;
  const found = logs.value.filter(({ kind }) => kind === 'file');
  for (const { path } of logsToRemove(found, clock.now())) await files.remove(join(folder, path));
};
