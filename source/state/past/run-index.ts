import type { HostMoves } from '../../model/past/package-moves.ts';
import type { RunSummary } from '../run.ts';

/**
 * What is known of a run without reading its journal: how that stood on the disk, and what it said. One line a run
 * in `past-runs.jsonl`, so that thousands of runs are listed at once. It only saves time: a line that
 * cannot be used is left aside, and the journal is read.
 */
export interface IndexedRun {
  readonly form: 3;
  readonly id: string;
  /** Of the journal: its size, and when it changed by the clock of its file system, ms. */
  readonly bytes: number;
  readonly changedAt: number;
  /** Without whether it is active, which no file says. */
  readonly summary: RunSummary;
  /** Lines of `past-packages.jsonl` that belong to it. */
  readonly packages: number;
}

/** FNV-1a: a line that another program wrote, or that was cut or mixed with another, does not have it. */
const checkOf = (text: string): string => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
};

const checked = (text: string): string => `${checkOf(text)} ${text}\n`;

/** What follows the check of a line; null where it is not right. */
const uncheck = (line: string): string | null => {
  const text = line.slice(9);
  return line[8] === ' ' && line.slice(0, 8) === checkOf(text) ? text : null;
};

/** Its check proves that nixup wrote it, and `form` how: the rest need not be looked at. */
const isIndexed = (value: unknown): value is IndexedRun =>
  typeof value === 'object' && value !== null && 'form' in value && value.form === 3;

export const indexLine = (entry: IndexedRun): string => checked(JSON.stringify(entry));

const readLine = (line: string): IndexedRun | null => {
  const text = uncheck(line);
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  return isIndexed(value) ? value : null;
};

/** The newest entry of each run, and how many lines say nothing, or nothing any more. */
export const readRunIndex = (
  text: string,
): { readonly runs: ReadonlyMap<string, IndexedRun>; readonly useless: number } => {
  const lines = text.split('\n').filter((line) => line !== '');
  const runs = new Map<string, IndexedRun>();
  for (const line of lines) {
    const entry = readLine(line);
    if (entry !== null) runs.set(entry.id, entry);
  }
  return { runs, useless: lines.length - runs.size };
};

/** `RUN CHANGED {"hosts":…}`: the moves of hosts of a run, as its journal stood then. */
export const packagesLine = (
  { id, changedAt }: Pick<IndexedRun, 'id' | 'changedAt'>,
  moves: HostMoves,
): string => checked(`${id} ${changedAt} ${JSON.stringify(moves)}`);

const isMoves = (value: unknown): value is HostMoves =>
  typeof value === 'object' && value !== null && 'hosts' in value && 'changes' in value;

interface IndexedPackages {
  readonly run: string;
  readonly changedAt: number;
  readonly moves: HostMoves;
}

const readPackagesLine = (line: string): IndexedPackages | null => {
  const text = uncheck(line);
  const [whole = '', run = '', changedAt = ''] = /^(\S+) (\S+) /.exec(text ?? '') ?? [];
  if (text === null || whole === '') return null;
  const value: unknown = JSON.parse(text.slice(whole.length));
  return isMoves(value) ? { run, changedAt: Number(changedAt), moves: value } : null;
};

/** Lines that name a package, and which runs have how many lines as their journals stand now. */
export const findPackageLines = (
  text: string,
  name: string,
  runs: ReadonlyMap<string, Pick<IndexedRun, 'changedAt'>>,
): { readonly found: readonly IndexedPackages[]; readonly counts: ReadonlyMap<string, number> } => {
  const named = `"name":${JSON.stringify(name)},`;
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  const found: IndexedPackages[] = [];
  // Only what may be the answer is checked and parsed: the file has tens of megabytes.
  for (const line of text.split('\n')) {
    const [, run = '', changedAt = ''] = /^\S{8} (\S+) (\S+) /.exec(line.slice(0, 120)) ?? [];
    if (runs.get(run)?.changedAt !== Number(changedAt)) continue;
    // Two nixups that read the same journal at once add the same line.
    const same = `${line.slice(0, 8)} ${run}`;
    if (seen.has(same)) continue;
    seen.add(same);
    const isNamed = line.includes(named);
    const read = isNamed ? readPackagesLine(line) : null;
    if (isNamed && read === null) continue;
    counts.set(run, (counts.get(run) ?? 0) + 1);
    if (read !== null) found.push(read);
  }
  return { found, counts };
};
