import { join } from 'node:path';
import type { HostMoves, PackageQuestion } from '../../model/past/package-moves.ts';
import { readKept } from '../../services/world/kept-file.ts';
import type { FileStamp } from '../../services/world/world.ts';
import {
  findPackageLines,
  type IndexedRun,
  indexLine,
  isAsKnown,
  isLongEntry,
  listedLine,
  packagesLine,
  readRunIndex,
} from '../../state/past/run-index.ts';
import { summarizeRun } from '../../state/reducer/replay.ts';
import type { RunSummary } from '../../state/run.ts';
import type { EngineContext } from './context.ts';
import type { JournalText } from './journal.ts';

/** The index is written anew when so many of its lines are of no use. */
const mostUseless = 500;

const indexPath = ({ folder }: EngineContext): string => join(folder, 'past-runs.jsonl');
const packagesPath = ({ folder }: EngineContext): string => join(folder, 'past-packages.jsonl');
const longEntryPath = ({ folder }: EngineContext, id: string): string =>
  join(folder, 'runs', id, 'past-run.jsonl');
const journalPath = (id: string): string => join(id, 'journal.jsonl');

const readText = async ({ world }: EngineContext, path: string): Promise<string> => {
  const kept = await readKept(world, path);
  return kept.kind === 'text' ? kept.text : '';
};

const stampsOf = async (
  { world, folder }: EngineContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FileStamp>> => {
  const found = await world.files.stamps(ids.map(journalPath), join(folder, 'runs'));
  return new Map(found.ok ? found.value.map((stamp) => [stamp.path, stamp]) : []);
};

/** What of a journal cannot be read. */
const lostOf = ({ unread, isCut }: JournalText): Pick<RunSummary, 'unread' | 'isCut'> => ({
  ...(unread > 0 ? { unread } : {}),
  ...(isCut ? { isCut: true } : {}),
});

/** Undefined where it has no journal. */
export const summaryOf = (id: string, read: JournalText): RunSummary | undefined => {
  if (read.isAbsent === true) return undefined;
  return { ...summarizeRun(id, read.events, read.unread), ...lostOf(read) };
};

const movesOf = ({ events }: JournalText): readonly HostMoves[] =>
  events.flatMap((event) =>
    event.type === 'packages-moved'
      ? [{ hosts: event.hosts, changes: event.changes, left: event.left }]
      : [],
  );

/** The lines that go to the index and to the packages; null where its journal cannot be read. */
const linesOf = (id: string, read: JournalText, stamp: FileStamp) => {
  const summary = summaryOf(id, read);
  if (summary === undefined || read.trouble !== null) return null;
  const { bytes, changedAt } = stamp;
  const moves = movesOf(read);
  const entry: IndexedRun = { form: 3, id, bytes, changedAt, summary, packages: moves.length };
  const line = indexLine(entry);
  return { entry, line, packages: moves.map((one) => packagesLine(entry, one)).join('') };
};

/** Where it cannot be written, the journals are read again the next time. */
const addLines = async (
  context: EngineContext,
  { line, packages }: { readonly line: string; readonly packages: string },
): Promise<void> => {
  const { files } = context.world;
  // The packages first: an entry says how many lines of them there are.
  if (packages !== '') await files.append(packagesPath(context), packages, 'written');
  if (line !== '') await files.append(indexPath(context), line, 'written');
};

/** The line of an entry in the index: of a long one what the list shows, and the entry goes beside its journal. */
const shortLine = async (
  context: EngineContext,
  entry: IndexedRun,
  fleets: Set<string>,
  line = indexLine(entry),
): Promise<string> => {
  if (!isLongEntry(line)) return line;
  await context.world.files.write(longEntryPath(context, entry.id), line);
  return listedLine(entry, fleets);
};

/** The fleets that the index has already: asked where a line is long. */
const knownFleets = async (context: EngineContext): Promise<Set<string>> =>
  new Set(readRunIndex(await readText(context, indexPath(context))).fleets.keys());

const longEntry = async (context: EngineContext, id: string): Promise<IndexedRun | undefined> => {
  const read = await context.world.files.read(longEntryPath(context, id));
  return readRunIndex(read.ok ? (read.value ?? '') : '').runs.get(id);
};

/** A run that ended is added at once, so that the next one who asks reads no journal. */
export const indexRun = async (context: EngineContext, id: string): Promise<void> => {
  const stamp = (await stampsOf(context, [id])).get(journalPath(id));
  if (stamp === undefined) return;
  const lines = linesOf(id, await context.journal.readWhole(id), stamp);
  if (lines === null) return;
  const { entry, line, packages } = lines;
  const fleets = isLongEntry(line) ? await knownFleets(context) : new Set<string>();
  await addLines(context, { line: await shortLine(context, entry, fleets, line), packages });
};

/** Whether an index that is no text to read is a file, and so too large. A folder or a pipe is left alone. */
const hasIndexBytes = async ({ world, folder }: EngineContext): Promise<boolean> => {
  const found = await world.files.stamps(['past-runs.jsonl'], folder);
  return found.ok && found.value.some(({ kind, bytes }) => kind === 'file' && bytes > 0);
};

interface IndexedPast {
  readonly entries: ReadonlyMap<string, IndexedRun>;
  readonly summaries: readonly RunSummary[];
}

/** Reads the index, and the journals that it does not have as they are now. */
const indexedPast = async (
  context: EngineContext,
  ids: readonly string[],
  /** Journals that were read already. */
  read: ReadonlyMap<string, JournalText> = new Map(),
): Promise<IndexedPast> => {
  const kept = await readKept(context.world, indexPath(context));
  const index = readRunIndex(kept.kind === 'text' ? kept.text : '');
  const { runs, listed, useless, isWide } = index;
  const fleets = new Set(index.fleets.keys());
  const stamps = await stampsOf(context, ids);
  const entries = new Map<string, IndexedRun>();
  const summaries: RunSummary[] = [];
  const news = { line: '', packages: '' };
  for (const id of ids) {
    const stamp = stamps.get(journalPath(id));
    const short = runs.get(id);
    // One that grew too long has an older entry in the index.
    const known = isAsKnown(short, stamp) ? short : await longEntry(context, id);
    if (known !== undefined && isAsKnown(known, stamp)) {
      entries.set(id, known);
      summaries.push(known.summary);
      const line = listed.get(id);
      // Earlier versions had no line for one that stands beside its journal, or none with its hosts.
      if (
        known !== short &&
        !(line !== undefined && isAsKnown(line, stamp) && fleets.has(line.fleet))
      )
        news.line += listedLine(known, fleets);
      continue;
    }
    const journal = read.get(id) ?? (await context.journal.readWhole(id));
    const summary = summaryOf(id, journal);
    if (summary !== undefined) summaries.push(summary);
    const lines = stamp === undefined ? null : linesOf(id, journal, stamp);
    if (lines === null) continue;
    entries.set(id, lines.entry);
    news.line += await shortLine(context, lines.entry, fleets, lines.line);
    news.packages += lines.packages;
  }
  await addLines(context, news);
  const isTooLarge = kept.kind === 'other' && (await hasIndexBytes(context));
  if (useless > mostUseless || isWide || isTooLarge) await rewrite(context, entries);
  return { entries, summaries };
};

/** Without lines of runs that are gone, that were read again, or that nixup did not write. */
const rewrite = async (
  context: EngineContext,
  entries: ReadonlyMap<string, IndexedRun>,
): Promise<void> => {
  let text = '';
  const fleets = new Set<string>();
  for (const entry of entries.values()) text += await shortLine(context, entry, fleets);
  await context.world.files.write(indexPath(context), text);
  const packages = await readText(context, packagesPath(context));
  const kept = packages.split('\n').filter((line) => {
    const [, run = '', changedAt = ''] = /^\S{8} (\S+) (\S+) /.exec(line.slice(0, 120)) ?? [];
    return entries.get(run)?.changedAt === Number(changedAt);
  });
  await context.world.files.write(packagesPath(context), kept.map((line) => `${line}\n`).join(''));
};

/** Summaries of past runs, in the order of their ids. Those that have no journal are left out. */
export const summarizePast = async (
  context: EngineContext,
  ids: readonly string[],
  read?: ReadonlyMap<string, JournalText>,
): Promise<readonly RunSummary[]> =>
  ids.length === 0 ? [] : (await indexedPast(context, ids, read)).summaries;

/** What moved in which run, of those hosts. */
export interface PackageMoves extends HostMoves {
  readonly run: string;
}

/** The moves of a package in all runs, the newest first; each with that package alone. */
export const packageMoves = async (
  context: EngineContext,
  question: PackageQuestion,
): Promise<readonly PackageMoves[]> => {
  const ids = (await context.journal.runs()).toReversed();
  const { entries } = await indexedPast(context, ids);
  const text = await readText(context, packagesPath(context));
  const { found, counts } = findPackageLines(text, question, entries);
  const byRun = new Map<string, HostMoves[]>();
  const add = (run: string, moves: HostMoves): void => {
    const changes = moves.changes.filter((change) => change.name === question.name);
    if (changes.length > 0) byRun.set(run, [...(byRun.get(run) ?? []), { ...moves, changes }]);
  };
  const isWhole = (id: string): boolean =>
    entries.get(id) !== undefined && (counts.get(id) ?? 0) === entries.get(id)?.packages;
  for (const { run, moves } of found) if (isWhole(run)) add(run, moves);
  // What is missing in the packages stands in the journal.
  for (const id of ids)
    if (!isWhole(id))
      for (const moves of movesOf(await context.journal.readWhole(id))) add(id, moves);
  return ids.flatMap((run) => (byRun.get(run) ?? []).map((moves) => ({ run, ...moves })));
};

/** Whether any run recorded packages: else nothing is known of them. A run that is not in the index counts. */
export const recordsPackages = async (context: EngineContext): Promise<boolean> => {
  const ids = await context.journal.runs();
  const { entries } = await indexedPast(context, ids);
  return ids.some((id) => entries.get(id)?.packages !== 0);
};
