import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runLockFiles } from '../../engine/past/lock-places.ts';
import { findFolders } from '../../services/world/process-folders.ts';
import { createProcessWorld } from '../../services/world/process-world.ts';
import { stateFolder } from '../../services/world/state-folder.ts';
import { isAsKnown, namesHost, type RunIndex, readRunIndex } from '../../state/past/run-index.ts';
import type { RunLine, RunSummary } from '../../state/run.ts';
import { createProcessConsole } from '../program/console.ts';
import { findFlakeNow, readNow } from '../tui/last-facts.ts';
import { listDocument, listText } from './history.ts';

/** The newest runs are listed by their journals where something of these is lost: a person must hear of it. */
const recentRuns = 50;

interface Stamp {
  readonly bytes: number;
  readonly changedAt: number;
}

/** The size and time of a journal; null where it has none, and undefined where it is something else. */
const stampOf = (file: string): Stamp | null | undefined => {
  const info = lstatSync(file, { throwIfNoEntry: false });
  if (info === undefined) return null;
  return info.isFile() ? { bytes: info.size, changedAt: info.ctimeMs } : undefined;
};

/** As the engine orders them: those of one second by their beginning. */
const newestFirst = <Run extends RunLine>(runs: readonly Run[]): readonly Run[] => [
  ...runs
    .slice(0, recentRuns)
    .toSorted((one, other) =>
      one.id.slice(0, 15) === other.id.slice(0, 15) ? other.startedAt - one.startedAt : 0,
    ),
  ...runs.slice(recentRuns),
];

/** Finds a run as its journal stands now; undefined where the index does not have it so. */
type FindRun<Run extends RunLine> = (index: RunIndex, id: string, stamp: Stamp) => Run | undefined;

const findLine: FindRun<RunLine> = (index, id, stamp) =>
  [index.listed.get(id), index.runs.get(id)].find((known) => isAsKnown(known, stamp))?.summary;

/** The same; `isOf` hears whether it had to do with the host. A run of which that is not known is not found. */
const findLineOf =
  (host: string, isOf: (id: string) => void): FindRun<RunLine> =>
  (index, id, stamp) => {
    const known = [index.listed.get(id), index.runs.get(id)].find((one) => isAsKnown(one, stamp));
    const names = known === undefined ? null : namesHost(index, known, host);
    if (names === true) isOf(id);
    return names === null ? undefined : known?.summary;
  };

/** With its hosts: a long entry is read from beside its journal. */
const findWhole =
  (folder: string): FindRun<RunSummary> =>
  (index, id, stamp) => {
    const known = index.runs.get(id);
    if (known !== undefined && isAsKnown(known, stamp)) return known.summary;
    const beside = path.join(folder, 'runs', id, 'past-run.jsonl');
    const entry = readRunIndex(readFileSync(beside, 'utf8')).runs.get(id);
    return isAsKnown(entry, stamp) ? entry?.summary : undefined;
  };

/** All runs by the index; null where one of them must be read, so that the engine does it. */
const runsByIndex = <Run extends RunLine>(
  folder: string,
  find: FindRun<Run>,
): readonly Run[] | null => {
  const file = path.join(folder, 'past-runs.jsonl');
  // A pipe in its place would be waited for without an end.
  if (stampOf(file) == null) return null;
  const index = readRunIndex(readFileSync(file, 'utf8'));
  // The engine writes it anew, and the next list is short.
  if (index.isWide) return null;
  const runs: Run[] = [];
  for (const id of readdirSync(path.join(folder, 'runs')).sort().toReversed()) {
    const stamp = stampOf(path.join(folder, 'runs', id, 'journal.jsonl'));
    if (stamp === null) continue;
    const run = stamp === undefined ? undefined : find(index, id, stamp);
    if (run === undefined) return null;
    const isLost =
      run.unread !== undefined || run.isCut !== undefined || run.isStartLost !== undefined;
    if (isLost && runs.length < recentRuns) return null;
    runs.push(run);
  }
  return newestFirst(runs);
};

/** As {@link runsByIndex}; null too where the index or an entry beside a journal cannot be read. */
const readRuns = <Run extends RunLine>(
  folder: string,
  find: FindRun<Run>,
): readonly Run[] | null => {
  try {
    return runsByIndex(folder, find);
  } catch {
    return null;
  }
};

/** The runs as the list shows them, where a host is named those of it: no more than the index is read. */
export const listedRuns = (
  folder: string,
  host: string | null = null,
): readonly RunLine[] | null => {
  if (host === null) return readRuns(folder, findLine);
  const wanted = new Set<string>();
  const runs = readRuns(
    folder,
    findLineOf(host, (id) => wanted.add(id)),
  );
  return runs?.filter(({ id }) => wanted.has(id)) ?? null;
};

/** The runs with all that is known of them. */
export const wholeRuns = (folder: string): readonly RunSummary[] | null =>
  readRuns(folder, findWhole(folder));

/** Whether the engine must look first: for runs of others, or one that is active. */
const needsEngine = async (flake: string, folder: string): Promise<boolean> => {
  // Runs of others are fetched first.
  if (/\bshare\s*=\s*true/.test(readNow(path.join(flake, 'nixup.toml')) ?? '')) return true;
  const locks = await runLockFiles(createProcessWorld(), flake, folder);
  return locks.some((file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined);
};

/** What is asked: as JSON all of it, as text of all hosts (null) or of one. */
interface PlainHistory {
  readonly isJson: boolean;
  readonly host: string | null;
}

const answerOf = (folder: string, { isJson, host }: PlainHistory) => {
  if (isJson) {
    const runs = wholeRuns(folder);
    return runs === null || runs.length === 0 ? null : { json: listDocument(runs) };
  }
  const runs = listedRuns(folder, host);
  return runs === null || runs.length === 0 ? null : { text: listText(runs) };
};

/**
 * `nixup history` alone, with `--json`, or with `--host` and one name, without the engine: thousands of runs are
 * listed by their index. Null where that does not have all of them as they are, where none had to do with the host, or
 * a run is active. The build makes one file of it.
 */
export const showPlainHistory = async (asked: PlainHistory): Promise<number | null> => {
  const flake = findFlakeNow(process.cwd());
  if (flake === null) return null;
  const folder = stateFolder({ folders: findFolders() }, flake);
  if (await needsEngine(flake, folder)) return null;
  const answer = answerOf(folder, asked);
  if (answer === null) return null;
  const console = createProcessConsole();
  if ('json' in answer) console.answerJson(answer.json);
  else console.answer(answer.text);
  await console.flush();
  return console.statusOf(0);
};
