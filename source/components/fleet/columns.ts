import { runningGeneration, showGeneration } from '../../model/host/generation.ts';
import type { RememberedAnswer } from '../../model/remembered/host.ts';
import { type WatchVerdict, watchVerdict } from '../../model/watch/report.ts';
import { showRevision } from '../../model/words/format.ts';
import { showShortDate } from '../../model/words/format-time.ts';
import type { Tone } from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import {
  healthWords,
  positionWords,
  rebootStatus,
  type Status,
  workWords,
} from '../../screen/texts/host.ts';
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
  /** Begins its line of a card; null where it goes on in the line of the column before it. */
  readonly label: string | null;
  /** Cells in windows of 60, 78, 108 and 140 columns or more; 0 leaves it out. */
  readonly widths: readonly [number, number, number, number];
  /** Blanks of these that stay free behind the words. */
  readonly gap: 0 | 1;
  readonly cell: (shown: Shown) => Cell;
}

const statusCell = (status: Status): Cell => ({ ...status, whole: status.words });

const wordsCell = (words: string, tone: Tone, whole = words): Cell => ({
  sign: '',
  words,
  aside: '',
  tone,
  whole,
});

/** What the host runs, as it said now or, dimmed, earlier; null where it never said. */
const runsOf = (host: FleetHost): Pick<RememberedAnswer, 'generation' | 'revision'> | null => {
  if (isRemembered(host) || host.facts === null) return shownAnswer(host);
  return { generation: runningGeneration(host.facts) ?? null, revision: host.facts.revision };
};

const generationCell = ({ host }: Shown): Cell => {
  const runs = runsOf(host);
  return runs === null || runs.generation === null
    ? wordsCell('', 'muted', runs === null ? 'not known yet' : 'no generation of its profile')
    : wordsCell(
        showGeneration(runs.generation.number),
        shownAnswer(host) === null ? 'plain' : 'muted',
      );
};

const dateCell = ({ host }: Shown): Cell => {
  const generation = runsOf(host)?.generation ?? null;
  return wordsCell(generation === null ? '' : showShortDate(generation.at), 'muted');
};

const revisionCell = ({ host }: Shown): Cell => {
  const runs = runsOf(host);
  const revision = runs?.revision ?? null;
  const whole = revision === null ? '' : showRevision(revision);
  // A plus stands for a tree that was not committed, as there is no room for the word.
  const words = whole.replace('-dirty', '+');
  return wordsCell(words, 'muted', runs === null || runs.generation === null ? '' : whole);
};

/** What the watch found, beside the health; nothing where metrics are not asked. */
const verdictMarks: Readonly<Record<WatchVerdict, string>> = {
  worse: 'worse',
  better: 'better',
  'as-before': 'as before',
  early: 'early',
  unknown: 'not known',
  'not-configured': '',
};

/** Units as they are now; a host that is worse since its change says so in their place, where they are well. */
const healthCell = ({ host }: Shown): Cell => {
  const health = healthWords(host);
  const watch = isRemembered(host) ? undefined : host.watch;
  if (watch === undefined || isRemembered(host) || host.probe.kind === 'failed')
    return statusCell(health);
  const verdict = watchVerdict(watch);
  if (verdict !== 'worse' || health.tone === 'bad' || health.tone === 'warn')
    return { ...statusCell({ ...health, aside: verdictMarks[verdict] }), isAsideLess: true };
  return {
    sign: glyph.failed,
    words: 'worse',
    aside: health.words,
    tone: 'bad',
    isAsideLess: true,
    whole: `worse since its change; ${health.words}`,
  };
};

/** While nixup does nothing with the host: what a deploy would do. */
const workCell = ({ host, now, changes }: Shown): Cell => {
  const standing = shownStanding(host);
  const waits = standing?.waits ?? null;
  if (waits !== null && (isRemembered(host) || host.work.kind === 'idle'))
    return wordsCell(`${glyph.absent} pending, ${waits}`, 'muted');
  const work = isRemembered(host) ? null : workWords(host, now);
  if (work !== null && work.sign !== '') return statusCell(work);
  const reboot = isRemembered(host) ? null : rebootStatus(host, changes);
  return {
    ...(reboot === null
      ? wordsCell(changes === '' ? (standing?.changes ?? '') : changes, 'muted')
      : statusCell(reboot)),
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
    widths: [5, 6, 6, 6],
    gap: 0,
    cell: generationCell,
  },
  { id: 'date', title: '', label: null, widths: [0, 0, 7, 7], gap: 0, cell: dateCell },
  { id: 'revision', title: '', label: null, widths: [0, 0, 9, 9], gap: 1, cell: revisionCell },
  {
    id: 'position',
    title: 'POSITION',
    label: 'position',
    widths: [19, 19, 19, 22],
    gap: 1,
    cell: ({ host, now }) => statusCell(positionWords(host, now)),
  },
  {
    id: 'work',
    title: 'WORK, CHANGES',
    label: 'work',
    widths: [19, 26, 30, 44],
    gap: 1,
    cell: workCell,
  },
  {
    id: 'health',
    title: 'HEALTH',
    label: 'health',
    widths: [3, 12, 20, 28],
    gap: 0,
    cell: healthCell,
  },
];

/** A column with its cells in a window. */
export interface PlacedColumn {
  readonly column: FleetColumn;
  readonly cells: number;
}

const widthIn = ({ widths }: FleetColumn, columns: number): number => {
  const [low, middle, wide, widest] = widths;
  if (columns >= 140) return widest;
  if (columns >= 108) return wide;
  return columns >= 78 ? middle : low;
};

/** The columns that a window has room for. */
export const placeColumns = (
  columns: number,
  rows: readonly FleetColumn[] = fleetColumns,
): readonly PlacedColumn[] =>
  rows
    .map((column) => ({ column, cells: widthIn(column, columns) }))
    .filter(({ cells }) => cells > 0);

/** Cells of the host's name: what the columns leave. Sign, mark and a blank come before it. */
export const nameCells = (columns: number, placed: readonly PlacedColumn[]): number =>
  columns - 3 - placed.reduce((sum, { cells }) => sum + cells, 0);
