import { runningGeneration, showGeneration } from '../../model/host/generation.ts';
import type { RememberedAnswer } from '../../model/remembered/host.ts';
import { type WatchVerdict, watchVerdict } from '../../model/watch/report.ts';
import { showRevision } from '../../model/words/format.ts';
import { showShortDate } from '../../model/words/format-time.ts';
import type { Tone } from '../../model/words/line.ts';
import { fleetWidths, type Widths, widthIn } from '../../screen/fleet-columns.ts';
import { glyph } from '../../screen/glyphs.ts';
import {
  healthWords,
  positionWords,
  rebootStatus,
  type Status,
  workWords,
} from '../../screen/texts/host.ts';
import { isBuilt, keptWanted, runningRevision } from '../../state/hosts.ts';
import {
  type FleetHost,
  isRemembered,
  shownAnswer,
  shownStanding,
} from '../../state/remembered.ts';

/** What a cell is made from. */
export interface Shown {
  readonly host: FleetHost;
  readonly now: number;
  /** What a deploy would change, in a few words. */
  readonly changes: string;
  /** What a queued host waits for; empty for any other. */
  readonly queue: string;
}

/** What a column says of one host. */
export interface Cell extends Status {
  /** The words where there is room for all of them. */
  readonly whole: string;
  /** What this cell is about, where that is something else than its column. */
  readonly label?: string;
}

export interface FleetColumn {
  readonly id: string;
  /** Heads the column in the grid. */
  readonly title: string;
  /** Instead of it where it has room: it names the words at the right as well. */
  readonly wideTitle?: string;
  /** Begins its line of a card; null where it goes on in the line of the column before it, absent where cards leave it out. */
  readonly label?: string | null;
  readonly widths: Widths;
  /** Blanks of these that stay free behind the words. */
  readonly gap: 0 | 1;
  readonly cell: (shown: Shown) => Cell;
  /** What it is in a window that has a column of changes beside it. */
  readonly apart?: Pick<FleetColumn, 'title' | 'cell'>;
}

const statusCell = (status: Status): Cell => ({ ...status, whole: status.words });

const wordsCell = (words: string, tone: Tone, whole = words): Cell => ({
  sign: '',
  words,
  aside: '',
  tone,
  whole,
});

/** Stands where there is nothing to say: no cell is empty, so that none seems forgotten. */
const none = '-';

/** What the host runs, as it said now or, dimmed, earlier; null where it never said. */
const runsOf = (host: FleetHost): Pick<RememberedAnswer, 'generation' | 'revision'> | null => {
  if (isRemembered(host) || host.facts === null) return shownAnswer(host);
  return { generation: runningGeneration(host.facts) ?? null, revision: runningRevision(host) };
};

/** In the middle of a deploy the profile does not have yet what runs. */
const runsWanted = (host: FleetHost): boolean =>
  !isRemembered(host) &&
  host.expectation.kind === 'known' &&
  host.facts?.current === host.expectation.toplevel;

const generationCell = ({ host }: Shown): Cell => {
  const runs = runsOf(host);
  return runs === null || runs.generation === null
    ? wordsCell(
        runs === null ? '?' : runsWanted(host) ? 'new' : none,
        'muted',
        runs === null ? 'not known yet' : 'no generation of its profile',
      )
    : wordsCell(
        showGeneration(runs.generation.number),
        shownAnswer(host) === null ? 'plain' : 'muted',
      );
};

const dateCell = ({ host }: Shown): Cell => {
  const generation = runsOf(host)?.generation ?? null;
  return generation === null
    ? wordsCell(none, 'muted', '')
    : wordsCell(showShortDate(generation.at), 'muted');
};

const revisionCell = ({ host }: Shown): Cell => {
  const runs = runsOf(host);
  const revision = runs?.revision ?? null;
  const whole = revision === null ? '' : showRevision(revision);
  // A plus stands for a tree that was not committed, as there is no room for the word.
  const words = whole.replace('-dirty', '+');
  return wordsCell(
    words === '' ? none : words,
    'muted',
    runs === null || runs.generation === null ? '' : whole,
  );
};

/** What the watch found, beside the health; nothing where metrics are not asked. */
const verdictMarks: Readonly<Record<WatchVerdict, string>> = {
  worse: 'worse',
  better: 'better',
  'as-before': 'as before',
  early: 'early',
  unknown: 'unknown',
  'not-configured': '',
};

/** Units as they are now; a host that is worse since its change says so in their place, where they are well. */
const healthCell = ({ host }: Shown): Cell => {
  const health = healthWords(host);
  if (health.words === '') return wordsCell(none, 'muted');
  const watch = isRemembered(host) ? undefined : host.watch;
  if (watch === undefined || isRemembered(host) || host.probe.kind === 'failed')
    return {
      ...statusCell(health),
      ...(/^\d+ of /.test(health.words)
        ? { roomy: `${health.words} critical`, whole: `${health.words} critical units run` }
        : {}),
    };
  const verdict = watchVerdict(watch);
  if (verdict !== 'worse' || health.tone === 'bad' || health.tone === 'warn')
    return { ...statusCell({ ...health, aside: verdictMarks[verdict] }), isAsideLess: true };
  return {
    sign: glyph.failed,
    words: 'worse',
    aside: health.words,
    tone: 'bad',
    isAsideLess: true,
    whole: 'worse since its change',
  };
};

/** What a deploy would change, or why that is not known. */
const changesStatus = ({ host, changes }: Shown): Omit<Status, 'aside'> => {
  const muted = (words: string, sign = '') => ({ sign, words, tone: 'muted' }) as const;
  if (isRemembered(host)) {
    const standing = shownStanding(host);
    if (standing === null) return muted(host.role === 'deployable' ? 'not known' : none);
    return muted(
      standing.changes === ''
        ? standing.position.kind === 'current'
          ? 'no change'
          : 'not known'
        : standing.changes,
    );
  }
  const { entry, expectation, facts, probe } = host;
  if (entry.role.kind !== 'deployable') return muted(none);
  if (changes !== '') return { sign: '', words: changes, tone: 'plain' };
  const earlier = shownStanding(host)?.changes ?? '';
  if (earlier !== '') return muted(earlier);
  switch (expectation.kind) {
    case 'unknown':
      return muted('not evaluated');
    case 'evaluating':
      return muted('being evaluated');
    case 'failed':
      return muted('not known');
    case 'known': {
      if (probe.kind === 'failed' || facts === null || facts.current === null)
        return muted('not known');
      if (facts.current === expectation.toplevel) return muted('no change');
      if (isBuilt(host)) return muted('not compared yet');
      const kept = keptWanted(host);
      return kept !== undefined
        ? {
            ...muted(`its ${showGeneration(kept.number)}`, glyph.todo),
            roomy: `what its ${showGeneration(kept.number)} is`,
          }
        : { ...muted('not built yet', glyph.todo), roomy: 'new, not built yet' };
    }
  }
};

const changesCell = (shown: Shown): Cell => {
  const { words, roomy = words, tone } = changesStatus(shown);
  return wordsCell(roomy, tone);
};

/** The same with its sign, which tells it from the words of the column before. */
const signedChangesCell = (shown: Shown): Cell => {
  const changes = changesStatus(shown);
  return { ...changes, aside: '', whole: changes.roomy ?? changes.words };
};

/** What nixup does with the host or did last, a reboot that it needs, and what it waits for; null for none of it. */
const doingCell = ({ host, now, queue }: Shown): Cell | null => {
  const waits = shownStanding(host)?.waits ?? null;
  if (waits !== null && (isRemembered(host) || host.work.kind === 'idle'))
    return wordsCell(`${glyph.absent} pending, ${waits}`, 'muted');
  const work = isRemembered(host) ? null : workWords(host, now, queue);
  return work === null || work.sign === '' ? null : statusCell(work);
};

/** In a column of its own: the last thing done, or what is left to do. */
const workCell = (shown: Shown): Cell => {
  const doing = doingCell(shown);
  if (doing !== null) return doing;
  const { host } = shown;
  if (isRemembered(host) || host.entry.role.kind !== 'deployable') return wordsCell(none, 'muted');
  const reboot = rebootStatus(host, '');
  if (reboot !== null) return statusCell(reboot);
  const { expectation, facts } = host;
  if (expectation.kind !== 'known' || facts?.current === expectation.toplevel)
    return wordsCell(none, 'muted');
  if (isBuilt(host)) return { ...wordsCell('built', 'good'), sign: glyph.proven };
  return keptWanted(host) !== undefined
    ? { ...wordsCell('not tested', 'muted'), sign: glyph.todo }
    : { ...wordsCell('not built', 'muted'), sign: glyph.todo };
};

/** In one column: work, and what a deploy would change where that is known and nothing is done. */
const workOrChangesCell = (shown: Shown): Cell => {
  const { host, changes } = shown;
  const doing = doingCell(shown);
  if (doing !== null) {
    const isWaiting = !isRemembered(host) && host.work.kind === 'built' && changes !== '';
    return isWaiting ? { ...doing, words: `${doing.words}, ${changes}`, isAsideLess: true } : doing;
  }
  const reboot = isRemembered(host) ? null : rebootStatus(host, changes);
  return {
    ...(reboot === null ? signedChangesCell(shown) : statusCell(reboot)),
    label: 'changes',
  };
};

/**
 * The columns of the fleet, from left to right; the host's name takes what they leave.
 * The grid and the cards are both drawn from these rows.
 */
export const fleetColumns: readonly FleetColumn[] = [
  {
    id: 'generation',
    title: 'RUNS',
    label: 'runs',
    widths: fleetWidths.generation,
    gap: 0,
    cell: generationCell,
  },
  {
    id: 'date',
    title: 'DATE',
    label: null,
    widths: fleetWidths.date,
    gap: 1,
    cell: dateCell,
  },
  {
    id: 'revision',
    title: 'COMMIT',
    label: null,
    widths: fleetWidths.revision,
    gap: 1,
    cell: revisionCell,
  },
  {
    id: 'position',
    title: 'POSITION',
    label: 'position',
    widths: fleetWidths.position,
    gap: 1,
    cell: ({ host, now }) => statusCell(positionWords(host, now)),
  },
  { id: 'changes', title: 'CHANGES', widths: fleetWidths.changes, gap: 1, cell: changesCell },
  {
    id: 'work',
    title: 'WORK, CHANGES',
    label: 'work',
    widths: fleetWidths.work,
    gap: 1,
    cell: workOrChangesCell,
    apart: { title: 'WORK', cell: workCell },
  },
  {
    id: 'health',
    title: 'HEALTH',
    wideTitle: 'HEALTH, WATCH',
    label: 'health',
    widths: fleetWidths.health,
    gap: 0,
    cell: healthCell,
  },
];

/** As long as nothing was watched, no words of a watch stand at the right of the health. */
export const columnsOfFleet = (isWatched: boolean): readonly FleetColumn[] =>
  isWatched ? fleetColumns : fleetColumns.map(({ wideTitle: _, ...column }) => column);

/** A column with its cells in a window. */
export interface PlacedColumn {
  readonly column: FleetColumn;
  readonly cells: number;
}

/** The columns that a window has room for. */
export const placeColumns = (
  columns: number,
  rows: readonly FleetColumn[] = fleetColumns,
): readonly PlacedColumn[] => {
  const placed = rows
    .map((column) => ({ column, cells: widthIn(column.widths, columns) }))
    .filter(({ cells }) => cells > 0);
  const isApart = placed.some(({ column }) => column.id === 'changes');
  return placed.map(({ column, cells }) =>
    isApart && column.apart !== undefined
      ? { column: { ...column, ...column.apart }, cells }
      : { column, cells },
  );
};

/** Cells of the host's name: what the columns leave. Sign, mark and a blank come before it. */
export const nameCells = (columns: number, placed: readonly PlacedColumn[]): number =>
  columns - 3 - placed.reduce((sum, { cells }) => sum + cells, 0);
