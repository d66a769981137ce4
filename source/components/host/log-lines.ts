import { showUnitFailure } from '../../model/host/unit-failure.ts';
import { levelWords, readUnitLogKey } from '../../model/host/unit-journal.ts';
import { shortUnitName } from '../../model/host/unit-name.ts';
import { derivationName } from '../../model/nix/derivation-name.ts';
import { showMomentOfLine, showShortDate, showTime } from '../../model/words/format-time.ts';
import {
  dropCells,
  fitLine,
  fitText,
  joinFitting,
  type Line,
  lineWidth,
  muted,
  type Span,
  span,
  strong,
  type Tone,
  takeCells,
  widthOf,
  wrapText,
} from '../../model/words/line.ts';
import {
  allLog,
  type LogRing,
  levelIn,
  readLineOfAll,
  type SaidAt,
} from '../../model/words/log.ts';
import type { LogLevel } from '../../model/words/log-level.ts';
import { counted } from '../../model/words/sentences.ts';
import { glyph } from '../../screen/glyphs.ts';
import { keyName } from '../../screen/key-names.ts';
import { countHits } from '../../screen/reducer/log-find.ts';
import {
  cellsOfName,
  entriesFrom,
  gutterCells,
  isBuilderLog,
  isFiltered,
  type ShownLine,
  shownLevel,
  textCells,
  timeColumn,
  topLine,
} from '../../screen/rows/log.ts';
import type { LogUi } from '../../screen/ui.ts';
import { fleetLog } from '../../state/state.ts';
import { highlight } from '../base/search-hits.ts';

/** What is drawn of a log, and where. */
export interface DrawnLog {
  readonly ring: LogRing;
  readonly log: LogUi;
  readonly columns: number;
  /** Rows of lines. */
  readonly height: number;
  readonly now: number;
  /** Whether lines are being looked for on the disk. */
  readonly isOpen: boolean;
  /** Lines of the log, also those that are left out. */
  readonly all: number;
}

const levelSign: Readonly<Record<LogLevel, Span>> = {
  all: span(' '),
  warning: span(glyph.look, 'warn'),
  error: span(glyph.failed, 'bad'),
};

const levelTone: Readonly<Record<LogLevel, Tone>> = { all: 'plain', warning: 'warn', error: 'bad' };

const timeSpan = (at: SaidAt, column: 'time' | 'date' | 'none'): readonly Span[] => {
  if (column === 'none') return [];
  const cells = column === 'time' ? 8 : 14;
  const text = at === null ? '' : column === 'time' ? showTime(at) : showMomentOfLine(at).slice(5);
  return [muted(`${text.padEnd(cells)} `)];
};

/** Colours for names of hosts; beside the words of a state they say nothing. */
const hostTones: readonly Tone[] = ['accent', 'plain', 'busy'];

/** The name of a host always has the same colour. */
const toneOfHost = (name: string): Tone => {
  let sum = 0;
  for (const letter of name) sum += letter.codePointAt(0) ?? 0;
  return name === 'nixup' ? 'muted' : (hostTones[sum % hostTones.length] ?? 'plain');
};

const nameSpans = (name: string, log: LogUi, columns: number): Line => [
  ...highlight(fitText(name, cellsOfName(log, columns) - 1), log.search, toneOfHost(name)),
  span(' '),
];

/** At the right end of a line that goes on there, as `<` is at the left one: nothing is cut without a sign. */
const moreMark = (rest: string, blanks: number): Line =>
  rest.trim() === '' ? [] : [muted(`${' '.repeat(blanks)}>`)];

/** One line of a log, from a cell on, or wrapped into several rows. */
const entryLines = (
  entry: ShownLine,
  marked: number | null,
  { log, columns, now, ring }: DrawnLog,
): readonly Line[] => {
  const { text, number, at } = entry;
  const column = timeColumn(ring, log, now);
  const first: Span =
    number === marked ? strong(glyph.selected, 'accent') : log.left > 0 ? muted('<') : span(' ');
  if (text === null) return [[first, muted(`  ${glyph.ellipsis}`)]];
  const level = levelIn(log.host)(text);
  const all = log.host === allLog ? readLineOfAll(text) : null;
  const whose = all === null ? [] : nameSpans(all.from, log, columns);
  const isStep = all?.isStep === true;
  const sign = isStep && level === 'all' ? span(glyph.rule, 'accent') : levelSign[level];
  const head: Line = [first, sign, span(' '), ...timeSpan(at, column), ...whose];
  const cells = textCells(ring, log, columns, now);
  const said = (part: string): Line =>
    highlight(part, log.search, levelTone[level]).map((one) =>
      isStep ? { ...one, bold: true } : one,
    );
  const words = all?.text ?? text;
  if (!log.wrap) {
    const rest = dropCells(words, log.left);
    const part = takeCells(rest, cells);
    return [[...head, ...said(part), ...moreMark(rest.slice(part.length), cells - widthOf(part))]];
  }
  const blank = ' '.repeat(gutterCells(ring, log, columns, now));
  return wrapText(words, cells).map((row, index) =>
    index === 0 ? [...head, ...said(row)] : [span(blank), ...said(row)],
  );
};

/** A row of a log; those of the line under the cursor are marked as in a list. */
interface LogRow {
  readonly line: Line;
  /** Number of the line of the log. */
  readonly number: number;
  readonly isSelected: boolean;
}

/** The visible lines of a log; only these are wrapped, cut and searched. */
export const logLines = (drawn: DrawnLog): readonly LogRow[] => {
  const { ring, log, height } = drawn;
  const top = topLine(ring, log, log.follow || !log.wrap ? height : 1);
  // The line under the cursor, which can be copied.
  const marked = log.cursor ?? (log.follow ? null : top);
  const rows = entriesFrom(ring, log, top, height).flatMap((entry) => {
    const isSelected = entry.number === marked;
    return entryLines(entry, marked, drawn).map(
      (line): LogRow => ({
        line: isSelected ? fitLine(line, drawn.columns) : line,
        number: entry.number,
        isSelected,
      }),
    );
  });
  if (!log.wrap) return rows;
  return log.follow ? rows.slice(-height) : rows.slice(log.skip, log.skip + height);
};

/** Whose log it is: `razer`, `of the fleet`. */
export const titleOfLog = (host: string): string => {
  if (host === allLog) return 'of the fleet';
  if (host === fleetLog) return 'of nixup itself';
  const unit = readUnitLogKey(host);
  if (unit !== null) return `of ${shortUnitName(showUnitFailure(unit.unit))} on ${unit.host}`;
  return isBuilderLog(host) ? `of ${derivationName(host)}` : host;
};

/** Why there is no line, and what shows some. */
export const emptyWords = (log: LogUi, all: number): string => {
  const { host } = log;
  // Of a log that has no line nothing is left out.
  if (isFiltered(log) && all > 0) {
    const level = shownLevel(log) === 'all' ? '' : ` at level ${shownLevel(log)} or worse`;
    const text = log.only && log.search !== '' ? ` with "${log.search}"` : '';
    return `No line${level}${text}. ${keyName('back')} shows all lines.`;
  }
  if (log.since !== null && all > 0)
    return `Nothing was logged since ${showTime(log.since.at)} UTC (${log.since.words}). ${keyName('since')} chooses another time.`;
  if (host === allLog)
    return 'Nothing was logged yet. Each update, test and deploy is logged here, step by step, with the lines of all hosts.';
  if (host === fleetLog)
    return `Nixup logged nothing of its own yet. ${keyName('log')} lists all logs.`;
  const unit = readUnitLogKey(host);
  if (unit !== null)
    return `No line of ${showUnitFailure(unit.unit)} yet since the last change of ${unit.host} (${levelWords(unit.level)}). New ones are shown as they come.`;
  return isBuilderLog(host)
    ? `No line of ${derivationName(host)} is known here: Nix has no log of it, or is still being asked.`
    : `Nothing was logged for ${host} since nixup was started: its next test or deploy is logged here.`;
};

/** Which lines are shown; empty where all are. */
const levelLabel = (log: LogUi): string => {
  const unit = readUnitLogKey(log.host);
  if (unit !== null) return unit.level === 'all' ? '' : levelWords(unit.level);
  const level = shownLevel(log);
  return level === 'all' ? '' : level === 'error' ? 'errors' : 'warnings, errors';
};

const levelLine = (log: LogUi): Line => {
  const words = levelLabel(log);
  return words === '' ? [] : [span(words, 'accent')];
};

/** Lines of other levels are not searched. */
const amongLevel = (log: LogUi): string => {
  const words = levelLabel(log);
  return words === '' ? '' : ` among ${words}`;
};

/** Which match of how many, and whether the search went around the end. */
const searchLine = ({ ring, log, isOpen }: DrawnLog): Line => {
  if (log.search === '') return [];
  const { place, count } = countHits(ring, log);
  const matches = counted(count, 'match', 'matches');
  return [
    muted('search: '),
    span(log.search, 'accent'),
    count === 0
      ? span(isOpen ? '' : `  no match${amongLevel(log)}`, 'warn')
      : muted(`  ${place === 0 ? matches : `${place} of ${matches}`}`),
    ...(isOpen ? [muted('  searching the disk')] : []),
    ...(log.only ? [span('  only these', 'accent')] : []),
    ...(log.isAround && place > 0 ? [span('  wrapped', 'warn')] : []),
  ];
};

const sinceLine = ({ since }: LogUi, now: number): Line => {
  if (since === null) return [];
  const day = showShortDate(since.at) === showShortDate(now) ? '' : `${showShortDate(since.at)} `;
  return [span(`since ${day}${showTime(since.at).slice(0, 5)}`, 'accent')];
};

/** Which lines of how many are shown. */
const placeLine = ({ ring, log, height, all }: DrawnLog): Line => {
  const total = ring.dropped + ring.lines.length;
  const first = topLine(ring, log, height);
  const of = isFiltered(log) ? `${total} of ${counted(all, 'line')}` : counted(total, 'line');
  if (log.follow || total === 0) return [muted(of)];
  return [muted(`line ${Math.min(total, (log.cursor ?? first) + 1)} of ${of}`)];
};

/** The name of the log and how it is shown, the most wanted first; what does not fit leaves whole. */
export const logTitle = (drawn: DrawnLog): Line => {
  const { ring, log, columns, height, now } = drawn;
  const total = ring.dropped + ring.lines.length;
  const below = total - topLine(ring, log, height) - height;
  const name = strong(` Log ${titleOfLog(log.host)}   `);
  const parts: readonly Line[] = [
    log.follow
      ? [span('following', 'good')]
      : [
          { text: ' PAUSED ', tone: 'warn', inverse: true },
          muted(below > 0 ? ` ${below} below` : ''),
        ],
    searchLine(drawn),
    levelLine(log),
    sinceLine(log, now),
    placeLine(drawn),
    [muted(`${keyName('log')} all logs`)],
    ...(isBuilderLog(log.host) && ring.dropped > 0 && ring.isPaged !== true
      ? [[muted(`the first ${ring.dropped} kept by Nix: ${keyName('pager')} reads all`)]]
      : []),
    log.left === 0 ? [] : [muted(`from column ${log.left + 1}`)],
    [muted(log.wrap ? 'wrap on' : 'wrap off')],
    [muted(log.showsTimes ? 'times in UTC' : 'times off')],
  ];
  const shown = parts.filter((part) => part.length > 0);
  return [name, ...joinFitting(shown, '   ', columns - lineWidth([name]) - 1)];
};
