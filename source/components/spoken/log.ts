import { levelWords, readUnitLogKey } from '../../model/host/unit-journal.ts';
import { counted } from '../../model/words/sentences.ts';
import { bodyRows } from '../../screen/layout.ts';
import { countHits } from '../../screen/reducer/log-find.ts';
import {
  entriesFrom,
  ringOf,
  type ShownLine,
  shownLevel,
  shownRing,
  topLine,
} from '../../screen/rows/log.ts';
import { showsLog } from '../../screen/ui.ts';
import type { ScreenState } from '../../store.ts';
import { emptyWords, titleOfLog } from '../host/log-lines.ts';
import { sentence, verbatim } from './words.ts';

/** Lines of a log that are said when it is opened, and at a time while it is followed. */
const fewLines = 10;

/** The lines that the window shows: those that a key brings into it are said. */
const seenLines = ({ app, ui }: ScreenState): readonly ShownLine[] => {
  const ring = shownRing(app, ui.log);
  const height = bodyRows(ui.rows) - 1;
  return entriesFrom(ring, ui.log, topLine(ring, ui.log, height), height);
};

const lineWords = (text: string): string => verbatim(text) || 'empty line';

const wordsOf = (line: ShownLine): string => (line.text === null ? '' : lineWords(line.text));

const matchWords = ({ app, ui: { log } }: ScreenState): string => {
  if (log.search === '') return '';
  const { place, count } = countHits(shownRing(app, log), log);
  const matches = counted(count, 'match', 'matches');
  return place === 0 ? matches : `match ${place} of ${count}`;
};

const whichLines = (state: ScreenState): string => {
  const { log } = state.ui;
  const unit = readUnitLogKey(log.host);
  const level = shownLevel(log);
  return sentence([
    `Log ${titleOfLog(log.host)}`,
    unit !== null && unit.level !== 'all' ? levelWords(unit.level) : '',
    level === 'all' ? '' : `level ${level} or worse`,
    log.since === null ? '' : `since ${log.since.words}`,
    log.only && log.search !== '' ? `only lines with ${log.search}` : '',
    matchWords(state),
  ]);
};

/** Which log it is, and its last lines. */
export const logWords = (state: ScreenState): readonly string[] => {
  const { app, ui } = state;
  const lines = seenLines(state).slice(-fewLines);
  const { lines: all, dropped } = ringOf(app, ui.log.host);
  return [
    whichLines(state),
    ...(lines.length === 0
      ? [verbatim(emptyWords(ui.log, dropped + all.length))]
      : lines.map(wordsOf).filter((words) => words !== '')),
  ];
};

/** Where somebody looks in a log: the newest line while it is followed, else that under the cursor. */
export const lineInLog = (state: ScreenState): string => {
  const { app, ui } = state;
  const seen = seenLines(state);
  const { follow, cursor } = ui.log;
  const line = follow ? seen.at(-1) : (seen.find(({ number }) => number === cursor) ?? seen[0]);
  if (line === undefined) return logWords(state).at(-1) ?? '';
  const ring = shownRing(app, ui.log);
  return sentence([
    follow ? '' : matchWords(state),
    follow ? 'follows new lines' : `line ${line.number + 1} of ${ring.dropped + ring.lines.length}`,
    wordsOf(line),
  ]);
};

/** The line to which a key went, with its place where it is a match of the search. */
const lineUnderCursor = (state: ScreenState): string => {
  const { app, ui } = state;
  const { place } = countHits(shownRing(app, ui.log), ui.log);
  const line = seenLines(state).find(({ number }) => number === ui.log.cursor);
  return place > 0 || line === undefined ? lineInLog(state) : wordsOf(line);
};

/** Whether other lines are chosen than before: those of another log, or by another wish. */
const isOtherSelection = (before: ScreenState, now: ScreenState): boolean => {
  const [old, log] = [before.ui.log, now.ui.log];
  return (
    old.host !== log.host ||
    old.level !== log.level ||
    old.since?.at !== log.since?.at ||
    old.only !== log.only ||
    (log.only && old.search !== log.search)
  );
};

/** What keys have brought into sight of a log: another one as a whole, else the lines that were not seen before. */
export const logByKeys = (before: ScreenState, now: ScreenState): readonly string[] => {
  if (!showsLog(now.ui.screen) || before.ui.log === now.ui.log) return [];
  if (isOtherSelection(before, now)) return logWords(now);
  const { log } = now.ui;
  if (log.cursor !== null && log.cursor !== before.ui.log.cursor) return [lineUnderCursor(now)];
  if (log.search !== before.ui.log.search) return [matchWords(now)];
  if (log.follow) return before.ui.log.follow ? [] : logWords(now);
  const known = new Set(
    seenLines(before)
      .filter(({ text }) => text !== null)
      .map(({ number }) => number),
  );
  return seenLines(now)
    .filter(({ number }) => !known.has(number))
    .map(wordsOf)
    .filter((words) => words !== '');
};

/** New lines of a log that is followed: the last of them, and how many came before these. */
export const logByFacts = (before: ScreenState, now: ScreenState): readonly string[] => {
  const { screen, log } = now.ui;
  if (!showsLog(screen) || !showsLog(before.ui.screen)) return [];
  if (!log.follow || !before.ui.log.follow || isOtherSelection(before, now)) return [];
  const [old, ring] = [shownRing(before.app, before.ui.log), shownRing(now.app, log)];
  const more = ring.dropped + ring.lines.length - old.dropped - old.lines.length;
  if (more <= 0) return [];
  const left = more - fewLines;
  return [
    ...(left > 0 ? [`${counted(left, 'line')} before`] : []),
    ...ring.lines.slice(-Math.min(more, fewLines)).map(lineWords),
  ];
};
