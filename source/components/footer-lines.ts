import type { Action } from '../actions/action.ts';
import { footerRows } from '../actions/footer.ts';
import { showKey } from '../keys.ts';
import { cut, joinFitting, type Line, lineWidth, muted, span, strong } from '../model/line.ts';
import { toastMs } from '../model/selectors-activity.ts';
import { markedIds } from '../model/selectors-list.ts';
import type { AppState } from '../model/state.ts';
import { listOf, type Ui } from '../model/ui.ts';
import type { ScreenState } from '../store.ts';

const promptLine = (ui: Ui): Line | undefined => {
  if (ui.prompt === null) return undefined;
  const text = ui.prompt.kind === 'filter' ? ui.lists[ui.prompt.list].filter : ui.log.search;
  return [
    span(' '),
    strong(ui.prompt.kind === 'filter' ? 'filter ' : 'search ', 'accent'),
    span(text),
    { text: ' ', inverse: true },
    muted(
      ui.prompt.kind === 'filter'
        ? '   words, @tag, !not · Enter keeps, Esc drops'
        : '   Enter searches, n N go on',
    ),
  ];
};

const noticeLine = (app: AppState, ui: Ui): Line | undefined => {
  const notice = app.notices.at(-1);
  if (notice === undefined || notice.id <= ui.dismissedNotice) return undefined;
  // What was told before the last run began is no longer news.
  const { run } = app;
  const began = run.kind === 'active' || run.kind === 'canceling' ? run.since : 0;
  const ended = run.kind === 'done' && run.result.ok ? run.at : 0;
  if (notice.at < Math.max(began, ended)) return undefined;
  if (notice.tone === 'info' && ui.now - notice.at > toastMs * 2) return undefined;
  const tone = notice.tone === 'error' ? 'bad' : notice.tone === 'warning' ? 'warn' : 'plain';
  return [span(` ${notice.text}`, tone)];
};

const listLine = (app: AppState, ui: Ui): Line => {
  const list = listOf(ui.screen);
  if (list === undefined) return [span(' ')];
  const marked = markedIds(app, ui, list).length;
  const { filter, rangeFrom } = ui.lists[list];
  return [
    span(' '),
    ...(rangeFrom === null ? [] : [strong('range  ', 'accent')]),
    ...(marked === 0 ? [] : [strong(`${marked} marked  `, 'accent')]),
    ...(filter === '' ? [] : [span(`filter: ${filter}  `, 'accent'), muted('Esc clears')]),
  ];
};

/** What the message line says: the prompt, the last answer to a key, the newest notice, marks and filter. */
export const messageLine = (app: AppState, ui: Ui): Line => {
  const prompt = promptLine(ui);
  if (prompt !== undefined) return prompt;
  const { toast } = ui;
  if (toast !== null && ui.now - toast.at < toastMs * (toast.tone === 'bad' ? 3 : 1))
    return [span(` ${cut(toast.text, ui.columns - 2)}`, toast.tone)];
  return noticeLine(app, ui) ?? listLine(app, ui);
};

const keyWords = (row: Action, state: ScreenState): Line => {
  const [key] = row.keys;
  if (key === undefined) return [];
  return row.disabled(state) === undefined
    ? [strong(showKey(key)), span(` ${row.label}`)]
    : [muted(`${showKey(key)} ${row.label}`)];
};

const overlayKeys = (ui: Ui): Line | undefined => {
  switch (ui.overlay?.kind) {
    case undefined:
      return undefined;
    case 'confirm':
      return [
        muted(' left right choose · up down PgUp PgDn g G scroll · Enter takes · Esc closes'),
      ];
    case 'menu':
      return [muted(' up down choose · Enter takes · Esc closes')];
    case 'help':
    case 'palette':
      return [muted(' type to filter · up down choose · Enter does it · Esc closes')];
    case 'difference':
      return [muted(' j k PgUp PgDn g G scroll · n N next change · Tab side by side · Esc closes')];
    case 'commands':
      return [muted(' j k PgUp PgDn g G choose · Enter whole line · y copies · Esc closes')];
    case 'text':
      return [muted(' j k PgUp PgDn g G scroll · Esc closes')];
  }
};

/** The keys that matter on this screen; those not available now are dimmed. */
export const keysLine = (state: ScreenState, table: readonly Action[]): Line => {
  const { ui } = state;
  const own = overlayKeys(ui);
  if (own !== undefined) return own;
  const rows = footerRows(table, ui);
  const isFixed = (row: Action): boolean => row.id === 'help' || row.id === 'palette';
  const fixed: Line = rows.filter(isFixed).flatMap((row) => [span('  '), ...keyWords(row, state)]);
  const others = rows.filter((row) => !isFixed(row)).map((row) => keyWords(row, state));
  return [span(' '), ...joinFitting(others, '  ', ui.columns - lineWidth(fixed) - 2), ...fixed];
};
