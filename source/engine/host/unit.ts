import { explain, explainInLine } from '../../model/explain/explain.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { changeBegan, changesOf } from '../../model/host/last-change.ts';
import {
  followRefusal,
  type UnitDetails,
  unitDetailsLines,
  unreadableWords,
} from '../../model/host/unit-details.ts';
import {
  type JournalLevel,
  type JournalLine,
  journalWords,
  type UnitLog,
  unitLogKey,
} from '../../model/host/unit-journal.ts';
import type { EngineContext } from '../run/context.ts';

/** Lines that are asked for at a time: however much a unit logs, no more than these come in a second. */
const pageLines = 500;

/** Pauses between two looks at a journal, ms: after new lines, at rest, and where the host did not answer. */
const pauseMs = { busy: 1_000, rest: 2_000, silent: 5_000 } as const;

/** When the last change of a host began, by the host's clock, ms since the epoch; null where nobody knows. */
const unitSince = (context: EngineContext, { name }: HostEntry): number | null => {
  const facts = context.state().hosts[name]?.facts ?? null;
  if (facts === null) return null;
  const deployed = context.records.lastDeploy(name);
  const { last } = changesOf(facts, deployed);
  return last === null ? null : changeBegan(last, facts, deployed) + (facts.clockSkewMs ?? 0);
};

/** From when on a journal is read, by the host's clock: as somebody chose, else since the last change. */
const wishedSince = (context: EngineContext, entry: HostEntry, wish: UnitLog): number | null =>
  wish.since === undefined
    ? unitSince(context, entry)
    : wish.since + (context.state().hosts[entry.name]?.facts?.clockSkewMs ?? 0);

/** What is told of one unit. */
export interface UnitAnswer {
  readonly lines: readonly string[];
  /** Null where the host could not be asked: then the line says why. */
  readonly details: UnitDetails | null;
}

export const askUnit = async (
  context: EngineContext,
  entry: HostEntry,
  unit: string,
  level: JournalLevel,
): Promise<UnitAnswer> => {
  const since = unitSince(context, entry);
  const asked = await context.hosts.units.details(entry, unit, { since, level });
  return asked.ok
    ? { lines: unitDetailsLines(asked.value, entry.name), details: asked.value }
    : { lines: [explain(asked.failure).what], details: null };
};

/** Lines of a journal as they come, and what nixup has to say about them. */
export type TellLines = (lines: readonly JournalLine[], notes: readonly string[]) => void;

const skipped = 'more lines than can be shown came at once; some are left out';

/** That there is no such unit; null where there is one, and where the host does not say. */
const noUnit = async (
  { hosts }: EngineContext,
  entry: HostEntry,
  unit: string,
): Promise<string | null> => {
  const asked = await hosts.units.facts(entry, unit);
  return asked.ok ? followRefusal(unit, entry.name, asked.value) : null;
};

/**
 * Follows the journal of a unit until it is stopped: a page at a time, so that neither a unit that logs
 * thousands of lines a second nor a host that sleeps costs more than that. The newest lines count: what came
 * between two full pages is left out, and said so. Notes of nixup itself come as lines in brackets.
 */
// Over 60 lines: one loop, from the first page to whatever ends it.
export const followUnit = async (
  context: EngineContext,
  entry: HostEntry,
  wish: UnitLog,
  signal: AbortSignal,
  tell: TellLines = () => undefined,
): Promise<void> => {
  const { clock } = context.world;
  const log = unitLogKey(wish);
  let isFirst = true;
  const say = (lines: readonly JournalLine[], notes: readonly string[] = []): void => {
    if (signal.aborted) return;
    if (!isFirst && lines.length + notes.length === 0) return;
    tell(lines, notes);
    const all = [...lines.map(journalWords), ...notes.map((note) => `(${note})`)];
    const times = [...lines.map(({ at }) => at), ...notes.map(() => null)];
    context.emitter.emit({ type: 'unit-logged', log, lines: all, times, isFirst });
    isFirst = false;
  };
  let after: string | null = null;
  let silence: string | null = null;
  // Where the journal was empty so far there is no line to go on from: then everything is new.
  let since = wishedSince(context, entry, wish);
  while (!signal.aborted) {
    const page = await context.hosts.units.journal(
      entry,
      wish.unit,
      { since, level: wish.level, after, lines: pageLines },
      signal,
    );
    if (signal.aborted) return;
    if (!page.ok) {
      const why = explainInLine(page.failure);
      if (why !== silence) say([], [`not asked: ${why} It is asked again.`]);
      silence = why;
      await clock.sleep(pauseMs.silent);
      continue;
    }
    if (silence !== null) say([], ['the host answers again']);
    silence = null;
    const { journal, cursor } = page.value;
    if (journal.kind === 'unreadable' || journal.kind === 'no-journal') {
      say([], [unreadableWords(journal, wish.unit, entry.name)]);
      return;
    }
    const lines = journal.kind === 'lines' ? journal.lines : [];
    const refusal = isFirst && lines.length === 0 ? await noUnit(context, entry, wish.unit) : null;
    if (refusal !== null) {
      say([], [refusal]);
      return;
    }
    const isBehind = after !== null && journal.kind === 'lines' && journal.isFull;
    say(lines, isBehind ? [skipped] : []);
    if (isBehind) {
      // On to the newest lines; those that were told already are older than this moment.
      since = (lines.at(-1)?.at ?? 0) + 1_000;
      after = null;
    } else after = cursor ?? after;
    await clock.sleep(lines.length > 0 ? pauseMs.busy : pauseMs.rest);
  }
};
