import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runLockFiles } from '../../engine/past/lock-places.ts';
import { findFolders } from '../../services/world/process-folders.ts';
import { createProcessWorld } from '../../services/world/process-world.ts';
import { stateFolder } from '../../services/world/state-folder.ts';
import { readRunIndex } from '../../state/past/run-index.ts';
import type { RunSummary } from '../../state/run.ts';
import { createProcessConsole } from '../program/console.ts';
import { findFlakeNow, readNow } from '../tui/last-facts.ts';
import { listAnswer } from './history.ts';

/** The newest runs are listed by their journals where something of these is lost: a person must hear of it. */
const recentRuns = 50;

/** The size and time of a journal; null where it has none, and undefined where it is something else. */
const stampOf = (file: string): { bytes: number; changedAt: number } | null | undefined => {
  const info = lstatSync(file, { throwIfNoEntry: false });
  if (info === undefined) return null;
  return info.isFile() ? { bytes: info.size, changedAt: info.ctimeMs } : undefined;
};

/** As the engine orders them: those of one second by their beginning. */
const newestFirst = (runs: readonly RunSummary[]): readonly RunSummary[] => [
  ...runs
    .slice(0, recentRuns)
    .toSorted((one, other) =>
      one.id.slice(0, 15) === other.id.slice(0, 15) ? other.startedAt - one.startedAt : 0,
    ),
  ...runs.slice(recentRuns),
];

/** All runs by the index alone; null where one of them must be read, so that the engine does it. */
const runsByIndex = (folder: string): readonly RunSummary[] | null => {
  const index = readRunIndex(readFileSync(path.join(folder, 'past-runs.jsonl'), 'utf8')).runs;
  const runs: RunSummary[] = [];
  for (const id of readdirSync(path.join(folder, 'runs')).sort().toReversed()) {
    const stamp = stampOf(path.join(folder, 'runs', id, 'journal.jsonl'));
    if (stamp === null) continue;
    const known = index.get(id);
    if (known === undefined || stamp === undefined) return null;
    if (known.bytes !== stamp.bytes || known.changedAt !== stamp.changedAt) return null;
    const isLost = known.summary.unread !== undefined || known.summary.isCut !== undefined;
    if (isLost && runs.length < recentRuns) return null;
    runs.push(known.summary);
  }
  return newestFirst(runs);
};

const readRuns = async (flake: string, folder: string): Promise<readonly RunSummary[] | null> => {
  // Runs of others are fetched first.
  if (/\bshare\s*=\s*true/.test(readNow(path.join(flake, 'nixup.toml')) ?? '')) return null;
  const locks = await runLockFiles(createProcessWorld(), flake, folder);
  if (locks.some((file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined)) return null;
  try {
    return runsByIndex(folder);
  } catch {
    return null;
  }
};

/**
 * `nixup history` alone, or with `--json`, without the engine: thousands of runs are listed by their index. Null
 * where that does not have all of them as they are, or a run is active. The build makes one file of it.
 */
export const showPlainHistory = async (isJson: boolean): Promise<number | null> => {
  const flake = findFlakeNow(process.cwd());
  if (flake === null) return null;
  const folder = stateFolder({ folders: findFolders() }, flake);
  const runs = await readRuns(flake, folder);
  if (runs === null || runs.length === 0) return null;
  const console = createProcessConsole();
  const { text, json } = listAnswer(runs);
  if (isJson) console.answerJson(json);
  else console.answer(text);
  await console.flush();
  return console.statusOf(0);
};
