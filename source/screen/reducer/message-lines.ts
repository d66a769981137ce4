import { linkRows } from '../../model/words/addresses.ts';
import { showAge } from '../../model/words/format-time.ts';
import {
  cut,
  type Line,
  lineWidth,
  muted,
  span,
  strong,
  widthOf,
  wrapText,
} from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { shownFleet } from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';
import { keyName } from '../key-names.ts';
import { isGrouped, misplacedCount, placesOf } from '../rows/fleet.ts';
import { hiddenMarks, markedIds } from '../rows/lists.ts';
import { hintLine } from '../texts/hint.ts';
import { type ListName, listOf, type Prompt, type SortColumn, type Ui } from '../ui.ts';
import { isFreshNotice, lastTurn, openedAt, shownToast, toastMs } from './activity.ts';
import { isTextSelected, promptText } from './prompt-text.ts';

const promptTitle = (prompt: Prompt): string => {
  switch (prompt.kind) {
    case 'filter':
      return 'filter ';
    case 'search':
    case 'find':
      return 'search ';
    case 'choose':
      return `update ${prompt.input}@`;
    case 'unit':
      return `unit of ${prompt.host} `;
    case 'shell':
      return `command on ${prompt.host} `;
  }
};

/** What the filter of a list understands, in the longest words that fit. */
const filterHints = (list: ListName): readonly string[] => {
  switch (list) {
    case 'fleet':
      return ['words, @tag, !not · Enter keeps, Esc drops'];
    case 'history':
      return [
        'words, !not, @tag, host:nas, input:nixpkgs@4f2a9c0, day:2026-11-20, package:openssl 3.5.2 · Enter keeps, Esc drops',
        'words, !not, @tag, host: input: day: package: · Enter keeps, Esc drops',
        '!not @tag host: input: day: package: · Esc drops',
        '!not @tag host: input: day: package:',
      ];
    case 'lock':
    case 'packages':
    case 'check':
    case 'build':
    case 'health':
    case 'generations':
      return ['a part of a row · Enter keeps, Esc drops'];
  }
};

const nextKeys = (): string => `${keyName('next-hit')} ${keyName('previous-hit')}`;

const promptHints = (prompt: Prompt, isList: boolean): readonly string[] => {
  switch (prompt.kind) {
    case 'filter':
      return filterHints(prompt.list);
    case 'choose':
      return ['a day (2026-11-20), a hash, a tag or a branch · Enter takes it, Esc drops'];
    case 'unit':
      return ['grafana, sshd.socket, ada/backup.timer of user ada · Enter opens, Esc drops'];
    case 'shell':
      return [
        'Enter runs it there with the terminal; without one a shell · Esc drops',
        'Enter runs it; empty: a shell · Esc drops',
      ];
    case 'search':
      return [
        `${nextKeys()} go on · Enter keeps, Esc goes back to where you were`,
        'Enter keeps, Esc goes back',
      ];
    case 'find':
      if (isList) return ['words, !not · Enter keeps, Esc drops'];
      return [`Enter searches, ${nextKeys()} go to the matches`];
  }
};

/** While the field shows the text it opened with. */
const oldTextHints: readonly string[] = [
  'typing begins anew, right adds to it · Backspace clears, Enter and Esc keep it',
  'typing begins anew, right adds to it, Backspace clears',
  'type anew · right adds · Backspace clears',
];

const promptLine = (ui: Ui): Line | undefined => {
  if (ui.prompt === null) return undefined;
  const typed: Line = [
    span(' '),
    strong(ui.overlay?.kind === 'commands' ? 'filter ' : promptTitle(ui.prompt), 'accent'),
    ...(isTextSelected(ui)
      ? [{ text: promptText(ui), inverse: true }]
      : [span(promptText(ui)), { text: ' ', inverse: true }]),
  ];
  const room = ui.columns - lineWidth(typed) - 3;
  const hints = isTextSelected(ui)
    ? oldTextHints
    : promptHints(ui.prompt, ui.overlay?.kind === 'commands');
  const hint = hints.find((words) => widthOf(words) <= room) ?? hints.at(-1) ?? '';
  return [...typed, muted(`   ${hint}`)];
};

const noticeLine = (app: AppState, ui: Ui): Line | undefined => {
  const notice = app.notices.at(-1);
  if (notice === undefined || notice.id <= ui.dismissedNotice) return undefined;
  const { run } = app;
  if (notice.at < openedAt(ui)) return undefined;
  // The reason for which a run failed stays; its earlier warnings do not.
  const isReason = notice.tone === 'error' && run.kind === 'done' && !run.result.ok;
  if (notice.at < lastTurn(app) && !isReason) return undefined;
  if (notice.tone === 'info' && ui.now - notice.at > toastMs * 2) return undefined;
  const tone = notice.tone === 'error' ? 'bad' : notice.tone === 'warning' ? 'warn' : 'plain';
  return [span(` ${notice.text}`, tone)];
};

const columnWords: Readonly<Record<SortColumn, string>> = {
  host: 'name',
  generation: 'generation',
  date: 'date of generation',
  revision: 'commit',
  position: 'position, most to do first',
  changes: 'changes, most first',
  work: 'work, trouble first',
  health: 'health, worst first',
};

const turnedWords: Readonly<Partial<Record<SortColumn, string>>> = {
  position: 'position, least to do first',
  changes: 'changes, fewest first',
  work: 'work, trouble last',
  health: 'health, worst last',
};

const minute = 60_000;

/** How the fleet is sorted, where that is not its own way; of a column with its age, as rows keep their places. */
const sortWords = ({ sort, now }: Ui): string => {
  if (sort === 'auto') return '';
  if (sort === 'trouble') return 'sorted by trouble';
  if (sort === 'flake') return 'in the order of the flake';
  const { column, isDescending, at } = sort;
  const words = isDescending
    ? (turnedWords[column] ?? `${columnWords[column]}, descending`)
    : columnWords[column];
  return `sorted by ${words}${now - at < minute ? '' : ` as of ${showAge(now - at)} ago`}`;
};

/** After a run: how many hosts stand below a heading that is no longer theirs. */
const misplacedWords = (app: AppState, ui: Ui): Line => {
  if (listOf(ui.screen) !== 'fleet' || app.run.kind !== 'done') return [];
  const { names, hosts } = shownFleet(app);
  if (!isGrouped(names, ui.sort)) return [];
  const count = misplacedCount(hosts, placesOf(app, ui));
  return count === 0
    ? []
    : [muted(`${counted(count, 'host')} changed group and kept the place: sort again moves it`)];
};

/** What the row says while nothing else has to be said. */
const quietWords = (app: AppState, ui: Ui): Line => {
  if (ui.overlay !== null || listOf(ui.screen) !== 'fleet') return [];
  const misplaced = misplacedWords(app, ui);
  return misplaced.length === 0 ? hintLine(ui) : misplaced;
};

/** What the next key acts on: marks and filter of the list on the screen; nothing where there are none. */
const chosenWords = (app: AppState, ui: Ui): Line => {
  const list = listOf(ui.screen);
  if (list === undefined) return [];
  const marked = markedIds(app, ui, list).length;
  const hidden = hiddenMarks(app, ui, list);
  const { filter, rangeFrom } = ui.lists[list];
  return [
    ...(rangeFrom === null ? [] : [strong('range  ', 'accent')]),
    ...(marked === 0 ? [] : [strong(`${marked} marked  `, 'accent')]),
    ...(hidden === 0 ? [] : [span(`${hidden} marked but hidden  `, 'warn')]),
    ...(filter === ''
      ? []
      : [span(`filter: ${filter}  `, 'accent'), muted(`${keyName('back')} clears`)]),
  ];
};

/** Order, marks and filter of the list on the screen; nothing where there are none. */
const listWords = (app: AppState, ui: Ui): Line => {
  const sorted = listOf(ui.screen) === 'fleet' ? sortWords(ui) : '';
  return [...(sorted === '' ? [] : [muted(`${sorted}  `)]), ...chosenWords(app, ui)];
};

/** Rows that a message may take: more where the window has them. */
const messageRows = (rows: number): number => Math.max(2, Math.min(5, Math.floor(rows / 8)));

/** Told where a message is cut: it is nowhere cut for good. */
const wholeByKey = (): string => ` (${keyName('messages')} whole)`;

/** In as many rows as a message may take; `kept` of them are for something else. */
const wrapped = (line: Line, { columns, rows, overlay }: Ui, kept = 0): readonly Line[] => {
  const [only] = line;
  const cells = columns - 2;
  if (line.length !== 1 || only === undefined) return [line];
  if (lineWidth(line) <= columns) return linkRows(only.text, [line]);
  // More rows would cover the frame of what is open.
  if (overlay !== null) return [[{ ...only, text: ` ${cut(only.text.trimStart(), cells)}` }]];
  const texts = wrapText(only.text.trimStart(), cells);
  const room = messageRows(rows) - kept;
  const row = (text: string): Line => [{ ...only, text: ` ${text}` }];
  if (texts.length <= room) return linkRows(only.text, texts.map(row));
  const rest = texts.slice(room - 1).join(' ');
  return [
    ...texts.slice(0, room - 1).map(row),
    [{ ...only, text: ` ${cut(rest, cells - wholeByKey().length)}` }, muted(wholeByKey())],
  ];
};

/** A message in one row: what stays must not hide the end of a list for good. */
const inOneRow = (line: Line, { columns, overlay }: Ui): Line => {
  const [only] = line;
  if (only === undefined || lineWidth(line) <= columns) return line;
  const hint = overlay === null ? wholeByKey() : '';
  return [
    { ...only, text: ` ${cut(only.text.trimStart(), columns - 2 - hint.length)}` },
    muted(hint),
  ];
};

/** What the message rows say: the prompt, the last answer to a key, the newest notice, marks and filter. */
export const messageLines = (app: AppState, ui: Ui): readonly Line[] => {
  const prompt = promptLine(ui);
  if (prompt !== undefined) return [prompt];
  const toast = shownToast(app, ui, ui.now);
  if (toast !== null) {
    const line: Line = [span(` ${toast.text}`, toast.tone)];
    const chosen = ui.overlay === null ? chosenWords(app, ui) : [];
    // A message must not hide what the next key acts on.
    return chosen.length === 0
      ? wrapped(line, ui)
      : [...wrapped(line, ui, 1), [span(' '), ...chosen]];
  }
  const notice = noticeLine(app, ui);
  const words = listWords(app, ui);
  if (notice === undefined)
    return [[span(' '), ...(words.length === 0 ? quietWords(app, ui) : words)]];
  // Marks say what the next key acts on, unless that is what is open: a notice must not hide them.
  if (words.length > 0 && ui.overlay === null) return [inOneRow(notice, ui), [span(' '), ...words]];
  return isFreshNotice(app, ui.now) ? wrapped(notice, ui) : [inOneRow(notice, ui)];
};
