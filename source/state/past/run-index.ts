import type { HostMoves, PackageQuestion } from '../../model/past/package-moves.ts';
import type { RunLine, RunSummary } from '../run.ts';
import { concerns, hostsOfRun, wordsOfRun } from './filter.ts';

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

/**
 * What the list of runs shows of a run whose entry is long. The entry stands whole beside the journal,
 * and is read only where hosts or the run itself are asked for.
 */
interface ListedRun extends Pick<IndexedRun, 'id' | 'bytes' | 'changedAt'> {
  readonly form: 'named';
  readonly summary: RunLine;
  /** The name of its hosts: most runs of a large fleet have the same ones, which stand in a line of their own. */
  readonly fleet: string;
}

/** The hosts of long entries, between spaces: one text is read faster than hundreds. */
interface FleetLine {
  readonly form: 'fleet';
  readonly fleet: string;
  readonly hosts: string;
}

/** A longer line stands beside its journal: two thousand runs of a large fleet are listed without their hosts. */
const longestEntry = 8_000;

export const isLongEntry = (line: string): boolean => line.length > longestEntry;

/** The list shows eighty cells of it. */
const longestSummary = 1_000;

/** Whether it was made of the journal as that stands now. */
export const isAsKnown = (
  known: Pick<IndexedRun, 'bytes' | 'changedAt'> | undefined,
  stamp: Pick<IndexedRun, 'bytes' | 'changedAt'> | undefined,
): boolean =>
  known !== undefined && known.bytes === stamp?.bytes && known.changedAt === stamp.changedAt;

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
const isIndexed = (value: unknown): value is IndexedRun | ListedRun | FleetLine =>
  typeof value === 'object' &&
  value !== null &&
  'form' in value &&
  (value.form === 3 || value.form === 'named' || value.form === 'fleet');

export const indexLine = (entry: IndexedRun): string => checked(JSON.stringify(entry));

/** What the list shows of a long entry; before it its hosts, where the index has no such `fleets` yet. */
export const listedLine = (
  { id, bytes, changedAt, summary }: IndexedRun,
  fleets: Set<string>,
): string => {
  const { goal, startedAt, by, ending, open, unread, isCut, isStartLost } = summary;
  const line: RunLine = {
    id,
    goal,
    startedAt,
    ending:
      ending === null
        ? null
        : {
            at: ending.at,
            result: {
              exitCode: ending.result.exitCode,
              summary: ending.result.summary.slice(0, longestSummary),
            },
          },
    ...(by === undefined ? {} : { by }),
    ...(open === undefined ? {} : { open }),
    ...(unread === undefined ? {} : { unread }),
    ...(isCut === undefined ? {} : { isCut }),
    ...(isStartLost === undefined ? {} : { isStartLost }),
  };
  const hosts = ` ${[...hostsOfRun(summary)].sort().join(' ')} `;
  const fleet = checkOf(hosts);
  const listed: ListedRun = { form: 'named', id, bytes, changedAt, summary: line, fleet };
  const named: FleetLine = { form: 'fleet', fleet, hosts };
  const before = fleets.has(fleet) ? '' : checked(JSON.stringify(named));
  fleets.add(fleet);
  return `${before}${checked(JSON.stringify(listed))}`;
};

/** Whether a run had to do with a host, by the index alone; null where that does not say it. */
export const namesHost = (
  { fleets }: RunIndex,
  run: IndexedRun | ListedRun,
  host: string,
): boolean | null => {
  if (run.form === 3) return concerns(run.summary, [host]);
  const name = host.toLowerCase();
  const hosts = fleets.get(run.fleet);
  if (hosts === undefined) return null;
  return hosts.includes(` ${name} `) || wordsOfRun(run.summary).includes(name);
};

const readLine = (line: string): IndexedRun | ListedRun | FleetLine | null => {
  const text = uncheck(line);
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  return isIndexed(value) ? value : null;
};

export interface RunIndex {
  readonly runs: ReadonlyMap<string, IndexedRun>;
  /** Those whose entries stand beside their journals. */
  readonly listed: ReadonlyMap<string, ListedRun>;
  /** The hosts of those, by the name of the fleet. */
  readonly fleets: ReadonlyMap<string, string>;
  /** Lines that say nothing, or nothing any more. */
  readonly useless: number;
  /** Whether long entries stand in it, as earlier versions wrote them. */
  readonly isWide: boolean;
}

/** The newest entry of each run. */
export const readRunIndex = (text: string): RunIndex => {
  const lines = text.split('\n').filter((line) => line !== '');
  const runs = new Map<string, IndexedRun>();
  const listed = new Map<string, ListedRun>();
  const fleets = new Map<string, string>();
  let isWide = false;
  for (const line of lines) {
    const entry = readLine(line);
    if (entry?.form === 3) {
      runs.set(entry.id, entry);
      isWide ||= isLongEntry(line);
    } else if (entry?.form === 'named') listed.set(entry.id, entry);
    else if (entry !== null) fleets.set(entry.fleet, entry.hosts);
  }
  const useless = lines.length - fleets.size - new Set([...runs.keys(), ...listed.keys()]).size;
  return { runs, listed, fleets, useless, isWide };
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

/** Lines that name a package, and the version where one is asked for; and which runs have how many lines as their journals stand now. */
export const findPackageLines = (
  text: string,
  { name, version }: PackageQuestion,
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
    const isNamed = line.includes(named) && (version === null || line.includes(version));
    const read = isNamed ? readPackagesLine(line) : null;
    if (isNamed && read === null) continue;
    counts.set(run, (counts.get(run) ?? 0) + 1);
    if (read !== null) found.push(read);
  }
  return { found, counts };
};
