import type { Action } from '../../actions/action.ts';
import { footerActions } from '../../actions/footer.ts';
import { inLog } from '../../actions/reasons.ts';
import { showKey } from '../../keys.ts';
import {
  cut,
  joinFitting,
  type Line,
  lineWidth,
  muted,
  span,
  strong,
  widthOf,
  wrapText,
} from '../../model/words/line.ts';
import type { Overlay } from '../../screen/overlay.ts';
import { isFreshNotice, toastLife, toastMs } from '../../screen/reducer/activity.ts';
import { promptText } from '../../screen/reducer/ui-prompt.ts';
import { markedIds } from '../../screen/rows/lists.ts';
import { type ListName, listOf, type Prompt, type Ui } from '../../screen/ui.ts';
import type { AppState } from '../../state/state.ts';
import type { ScreenState } from '../../store.ts';

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

const promptHints = (prompt: Prompt): readonly string[] => {
  switch (prompt.kind) {
    case 'filter':
      return filterHints(prompt.list);
    case 'choose':
      return ['a day (2026-11-20), a hash, a tag or a branch · Enter takes it, Esc drops'];
    case 'unit':
      return ['grafana, sshd.socket, ada/backup.timer of user ada · Enter opens, Esc drops'];
    case 'search':
    case 'find':
      return ['Enter searches, n N go to the matches'];
  }
};

const promptLine = (ui: Ui): Line | undefined => {
  if (ui.prompt === null) return undefined;
  const typed: Line = [
    span(' '),
    strong(promptTitle(ui.prompt), 'accent'),
    span(promptText(ui)),
    { text: ' ', inverse: true },
  ];
  const room = ui.columns - lineWidth(typed) - 3;
  const hints = promptHints(ui.prompt);
  const hint = hints.find((words) => widthOf(words) <= room) ?? hints.at(-1) ?? '';
  return [...typed, muted(`   ${hint}`)];
};

/** When the active run began, or the last one ended: messages from before are no longer new. */
const lastTurn = ({ run }: AppState): number => {
  switch (run.kind) {
    case 'none':
      return 0;
    case 'active':
    case 'canceling':
      return run.since;
    case 'done':
      return run.at;
  }
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

const sortWords = {
  trouble: 'sorted by trouble',
  name: 'sorted by name',
  flake: 'in the order of the flake',
} as const;

/** Order, marks and filter of the list on the screen; nothing where there are none. */
const listWords = (app: AppState, ui: Ui): Line => {
  const list = listOf(ui.screen);
  if (list === undefined) return [];
  const marked = markedIds(app, ui, list).length;
  const { filter, rangeFrom } = ui.lists[list];
  return [
    ...(list === 'fleet' && ui.sort !== 'auto' ? [muted(`${sortWords[ui.sort]}  `)] : []),
    ...(rangeFrom === null ? [] : [strong('range  ', 'accent')]),
    ...(marked === 0 ? [] : [strong(`${marked} marked  `, 'accent')]),
    ...(filter === '' ? [] : [span(`filter: ${filter}  `, 'accent'), muted('Esc clears')]),
  ];
};

/** Rows that a message may take: more where the window has them. */
const messageRows = (rows: number): number => Math.max(2, Math.min(5, Math.floor(rows / 6)));

/** Told where a message is cut: it is nowhere cut for good. */
const wholeByKey = ' (! whole)';

const wrapped = (line: Line, { columns, rows, overlay }: Ui): readonly Line[] => {
  const [only] = line;
  const cells = columns - 2;
  if (line.length !== 1 || only === undefined || lineWidth(line) <= columns) return [line];
  // More rows would cover the frame of what is open.
  if (overlay !== null) return [[{ ...only, text: ` ${cut(only.text.trimStart(), cells)}` }]];
  const texts = wrapText(only.text.trimStart(), cells);
  const room = messageRows(rows);
  const row = (text: string): Line => [{ ...only, text: ` ${text}` }];
  if (texts.length <= room) return texts.map(row);
  const rest = texts.slice(room - 1).join(' ');
  return [
    ...texts.slice(0, room - 1).map(row),
    [{ ...only, text: ` ${cut(rest, cells - wholeByKey.length)}` }, muted(wholeByKey)],
  ];
};

/** A message in one row: what stays must not hide the end of a list for good. */
const inOneRow = (line: Line, { columns, overlay }: Ui): Line => {
  const [only] = line;
  if (only === undefined || lineWidth(line) <= columns) return line;
  const hint = overlay === null ? wholeByKey : '';
  return [
    { ...only, text: ` ${cut(only.text.trimStart(), columns - 2 - hint.length)}` },
    muted(hint),
  ];
};

/** When the open dialog was opened: earlier messages do not concern it. */
const openedAt = ({ overlay }: Ui): number =>
  overlay?.kind === 'confirm' || overlay?.kind === 'menu' ? overlay.openedAt : 0;

/** What the message rows say: the prompt, the last answer to a key, the newest notice, marks and filter. */
export const messageLines = (app: AppState, ui: Ui): readonly Line[] => {
  const prompt = promptLine(ui);
  if (prompt !== undefined) return [prompt];
  const { toast } = ui;
  const since = Math.max(lastTurn(app), openedAt(ui));
  if (toast !== null && ui.now - toast.at < toastLife(toast) && toast.at >= since)
    return wrapped([span(` ${toast.text}`, toast.tone)], ui);
  const notice = noticeLine(app, ui);
  const words = listWords(app, ui);
  if (notice === undefined) return [[span(' '), ...words]];
  // Marks say what the next key acts on: a notice must not hide them.
  if (words.length > 0) return [inOneRow(notice, ui), [span(' '), ...words]];
  return isFreshNotice(app, ui.now) ? wrapped(notice, ui) : [inOneRow(notice, ui)];
};

const keyWords = (row: Action, state: ScreenState): Line => {
  const [key] = row.keys;
  if (key === undefined) return [];
  // One key filters lists and searches logs.
  const label = row.id === 'filter' && inLog(state) ? 'search' : row.label;
  return row.disabled(state) === undefined
    ? [strong(showKey(key)), span(` ${label}`)]
    : [muted(`${showKey(key)} ${label}`)];
};

/** Keys of actions that an open text names. */
const actKeys = (
  acts: readonly string[],
  state: ScreenState,
  table: readonly Action[],
): readonly Line[] =>
  table
    .filter(({ id }) => acts.includes(id))
    .map((row) => [span(' '), ...keyWords(row, state), muted(' ·')]);

/** Keys of what is open, in the longest words that fit: closing it is never cut. */
const hintOf = (overlay: Overlay): readonly string[] => {
  switch (overlay.kind) {
    case 'confirm':
      return overlay.required.kind === 'nothing'
        ? [
            'left right choose · up down PgUp PgDn g G scroll · Enter takes · Esc closes',
            'left right choose · up down scroll · Enter · Esc closes',
          ]
        : [
            'type it · left right choose · up down PgUp PgDn scroll · Enter takes · Esc closes',
            'type it · left right · up down scroll · Enter · Esc closes',
          ];
    case 'message':
      return [
        'type · arrows Home End, Ctrl by words · ^w ^u ^k erase · Esc ends and keeps the text',
        'type · arrows, Ctrl by words · ^w ^u ^k erase · Esc ends and keeps it',
        'type · arrows · ^w ^u ^k erase · Esc ends, keeps it',
      ];
    case 'menu':
      return ['up down choose · Enter takes · Esc closes'];
    case 'help':
    case 'palette':
      return [
        'type to filter · up down choose · Enter does it · Esc closes',
        'type to filter · up down · Enter does it · Esc closes',
      ];
    case 'difference':
      return [
        'j k PgUp PgDn g G scroll · / search · n N next change or hit · Tab layout · Esc closes',
        'j k PgUp PgDn · / search · n N next · Tab · Esc closes',
      ];
    case 'commands':
      return [
        'j k PgUp PgDn g G choose · Enter whole line · y copies · Esc closes',
        'j k choose · Enter whole line · y copies · Esc closes',
      ];
    case 'text':
      return [
        'j k PgUp PgDn g G scroll · / search · Esc closes',
        'j k scroll · / search · Esc closes',
        'j k scroll · Esc closes',
        'Esc closes',
      ];
  }
};

const overlayKeys = (state: ScreenState, table: readonly Action[]): Line | undefined => {
  const { overlay, columns } = state.ui;
  if (overlay === null) return undefined;
  const acts = overlay.kind === 'text' ? actKeys(overlay.acts ?? [], state, table) : [];
  const hints = hintOf(overlay);
  for (let shown = acts.length; shown >= 0; shown -= 1) {
    const before = acts.slice(0, shown).flat();
    const hint = hints.find((words) => lineWidth(before) + widthOf(words) + 1 <= columns);
    if (hint !== undefined) return [...before, muted(` ${hint}`)];
  }
  return [muted(` ${hints.at(-1) ?? ''}`)];
};

/** The keys that matter on this screen; those not available now are dimmed. */
export const keysLine = (state: ScreenState, table: readonly Action[]): Line => {
  const { ui } = state;
  const own = overlayKeys(state, table);
  if (own !== undefined) return own;
  const rows = footerActions(table, ui, state.app.run.kind);
  const isFixed = (row: Action): boolean => row.id === 'help' || row.id === 'palette';
  const fixed: Line = rows.filter(isFixed).flatMap((row) => [span('  '), ...keyWords(row, state)]);
  const others = rows.filter((row) => !isFixed(row)).map((row) => keyWords(row, state));
  return [span(' '), ...joinFitting(others, '  ', ui.columns - lineWidth(fixed) - 2), ...fixed];
};
