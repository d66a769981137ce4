import { join } from 'node:path';
import { isFields } from '../../parsers/json.ts';
import { readKept } from '../../services/world/kept-file.ts';
import type { FileStamp } from '../../services/world/world.ts';
import { summarizeRun } from '../../state/reducer/replay.ts';
import type { RunSummary } from '../../state/run.ts';
import type { EngineContext } from './context.ts';
import type { JournalText } from './journal.ts';
import { journalLine, readJournal } from './journal-lines.ts';

/**
 * What the summary of a run that ended is made of: the first and the last line of its journal, and
 * how the journal stood when they were read. One line a run in `past-runs.jsonl`, so that
 * thousands of runs are listed without reading their journals. It only saves time: a line that
 * cannot be used is left aside, and its journal is read.
 */
interface IndexedRun {
  readonly id: string;
  readonly bytes: number;
  /** By the clock of the file system, ms. */
  readonly changedAt: number;
  readonly unread: number;
  readonly lines: readonly string[];
}

/** A run of a thousand hosts has a long result: its journal is read each time. */
const longestEntry = 64_000;

const isIndexed = (value: unknown): value is IndexedRun =>
  isFields(value) &&
  typeof value['id'] === 'string' &&
  typeof value['bytes'] === 'number' &&
  typeof value['changedAt'] === 'number' &&
  typeof value['unread'] === 'number' &&
  Array.isArray(value['lines']) &&
  value['lines'].every((line) => typeof line === 'string');

const readEntry = (line: string): IndexedRun | null => {
  try {
    const value: unknown = JSON.parse(line);
    return isIndexed(value) ? value : null;
  } catch {
    return null;
  }
};

const indexPath = ({ folder }: EngineContext): string => join(folder, 'past-runs.jsonl');

const readIndex = async (context: EngineContext): Promise<ReadonlyMap<string, IndexedRun>> => {
  const kept = await readKept(context.world, indexPath(context));
  const entries = kept.kind === 'text' ? kept.text.split('\n').map(readEntry) : [];
  return new Map(entries.flatMap((entry) => (entry === null ? [] : [[entry.id, entry]])));
};

const journalPath = (id: string): string => join(id, 'journal.jsonl');

const stampsOf = async (
  { world, folder }: EngineContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FileStamp>> => {
  const found = await world.files.stamps(ids.map(journalPath), join(folder, 'runs'));
  return new Map(found.ok ? found.value.map((stamp) => [stamp.path, stamp]) : []);
};

const summaryOf = (id: string, { events, unread }: JournalText): RunSummary | undefined => {
  const summary = summarizeRun(id, events);
  return summary === undefined || unread === 0 ? summary : { ...summary, unread };
};

/** Null where the run has no end yet, or more of an end than is worth keeping. */
const entryOf = (id: string, read: JournalText, stamp: FileStamp): IndexedRun | null => {
  const start = read.events.find((event) => event.type === 'run-started');
  const end = read.events.findLast((event) => event.type === 'result');
  if (start === undefined || end === undefined) return null;
  const lines = [start, end].flatMap((event) => journalLine(event) ?? []);
  return lines.join('').length > longestEntry
    ? null
    : { id, bytes: stamp.bytes, changedAt: stamp.changedAt, unread: read.unread, lines };
};

/** Summaries of past runs, in the order of their ids. Those that have no beginning are left out. */
export const summarizePast = async (
  context: EngineContext,
  ids: readonly string[],
): Promise<readonly RunSummary[]> => {
  if (ids.length === 0) return [];
  const index = await readIndex(context);
  const stamps = await stampsOf(context, ids);
  const entries: IndexedRun[] = [];
  const summaries: RunSummary[] = [];
  let isNews = false;
  for (const id of ids) {
    const stamp = stamps.get(journalPath(id));
    const known = index.get(id);
    const isKnown =
      known !== undefined && known.bytes === stamp?.bytes && known.changedAt === stamp.changedAt;
    const read = isKnown
      ? { ...readJournal(known.lines.join('')), unread: known.unread, trouble: null }
      : await context.journal.readWhole(id);
    const summary = summaryOf(id, read);
    if (summary !== undefined) summaries.push(summary);
    const entry = isKnown ? known : stamp === undefined ? null : entryOf(id, read, stamp);
    if (entry !== null) entries.push(entry);
    isNews ||= entry !== null && !isKnown;
  }
  if (isNews)
    // Where it cannot be written, the journals are read again the next time.
    await context.world.files.write(
      indexPath(context),
      entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''),
    );
  return summaries;
};
