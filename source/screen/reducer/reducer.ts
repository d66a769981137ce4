import type { AppState } from '../../state/state.ts';
import { asksToLeave } from '../dialogs/confirm-quit.ts';
import { addToField, eraseInField } from '../field-text.ts';
import { scrollPage } from '../host/host-page.ts';
import { isTooSmall, largest } from '../layout.ts';
import type { CommitsOverlay, Confirmation, Overlay } from '../overlay.ts';
import { commitLines, commitPanes } from '../texts/commits.ts';
import { scrollDetails } from '../texts/lock-panes.ts';
import { listOf, showsFacts, showsLog, type Ui, type UiEvent } from '../ui.ts';
import { nextNews, shownToast } from './activity.ts';
import { bodyRowsOf } from './body-rows.ts';
import { reduceChart } from './chart.ts';
import { moveCommand } from './commands.ts';
import { commitUnderCursor, moveCommit } from './commits.ts';
import { confirmationLayout } from './confirmation-layout.ts';
import { findInPane, isReadPane } from './find.ts';
import { findFailure, keepHost } from './keep-host.ts';
import {
  chooseColumn,
  clickColumn,
  jumpCursor,
  moveCursor,
  pointAt,
  rowsOf,
  sortAgain,
  startRange,
  toggleAllMarks,
  toggleFold,
  toggleMark,
  unfoldInput,
} from './lists.ts';
import { changeLevel, followLog, jumpLog, openLog, scrollLog, shiftLog, showSince } from './log.ts';
import { pointAtLine, stepInLog, wrapLog } from './log-cursor.ts';
import { findInLog, followTyping } from './log-find.ts';
import { addHits, addSince, showHitsOnly } from './log-hits.ts';
import { editMessageHere } from './message.ts';
import {
  eraseInOverlay,
  foldNoise,
  moveFocus,
  nextChange,
  relayDifference,
  scrollNote,
  scrollOverlay,
  showChange,
  typeIntoOverlay,
} from './overlay.ts';
import { overlayRoom, overlayRows } from './overlay-rows.ts';
import { keepText, typedText } from './prompt-text.ts';
import { reduceTerminal } from './terminal.ts';
import { back } from './ui-back.ts';
import { setPromptText, startPrompt, submit } from './ui-prompt.ts';
import { cycle, show, tab } from './ui-screen.ts';

const move = (app: AppState, ui: Ui, by: number): Ui => {
  if (ui.overlay?.kind === 'commands') return moveCommand(app, ui, by);
  if (ui.overlay?.kind === 'commits') return moveCommit(ui, by);
  if (ui.overlay !== null) return scrollOverlay(ui, by);
  if (showsLog(ui.screen)) return scrollLog(app, ui, by);
  if (showsFacts(ui.screen)) return scrollPage(app, ui, by, bodyRowsOf(app, ui));
  const list = listOf(ui.screen);
  return list === undefined ? ui : moveCursor(app, ui, list, by);
};

/** The row under the cursor of a pane: all of it, or one row again. */
const unfoldRow = (ui: Ui): Ui => {
  const { overlay } = ui;
  if (overlay?.kind === 'confirm') return unfoldCommands(ui, overlay);
  if (overlay?.kind === 'commits')
    return { ...ui, overlay: { ...overlay, isOpen: !overlay.isOpen, top: 0 } };
  return overlay?.kind === 'commands'
    ? { ...ui, overlay: { ...overlay, unfolded: !overlay.unfolded } }
    : ui;
};

/** Scrolls the message of a commit by half of its rows. */
const scrollMessage = (app: AppState, ui: Ui, list: CommitsOverlay, by: 1 | -1): Ui => {
  const commit = commitUnderCursor(list);
  const { message } = commitPanes(overlayRoom(ui), list.isOpen);
  if (commit === undefined || message === 0) return ui;
  const last = Math.max(0, commitLines(commit, list, app, ui.columns - 6).length - message);
  const top = Math.max(0, Math.min(last, list.top + by * Math.ceil(message / 2)));
  return { ...ui, overlay: { ...list, top } };
};

const farRows = 1_000_000;

const jump = (app: AppState, ui: Ui, to: 'first' | 'last'): Ui => {
  if (ui.overlay !== null) return move(app, ui, to === 'first' ? -farRows : farRows);
  if (showsLog(ui.screen)) return jumpLog(app, ui, to);
  if (showsFacts(ui.screen)) return move(app, ui, to === 'first' ? -farRows : farRows);
  const list = listOf(ui.screen);
  return list === undefined ? ui : jumpCursor(app, ui, list, to);
};

/** A pane that is drawn again, because more of it was read, keeps the search and what was typed. */
const open = (ui: Ui, overlay: Overlay): Ui => {
  const { overlay: before } = ui;
  const isAgain = isReadPane(before) && isReadPane(overlay) && before.title === overlay.title;
  return isAgain
    ? { ...ui, overlay }
    : { ...ui, overlay, prompt: null, noteTop: topOf(ui, overlay), find: { text: '', hit: null } };
};

/** A menu whose text is renewed keeps its place. */
const topOf = ({ overlay: before, noteTop }: Ui, overlay: Overlay): number =>
  before?.kind === 'menu' && overlay.kind === 'menu' && before.title === overlay.title
    ? noteTop
    : 0;

/** Answers to keys that can be read again. */
const keptTold = 30;

/** News that wait to be told. */
const keptNews = 3;

/** News wait while a step is announced: the second press would not mean what is read then. */
const tellUi = (app: AppState, ui: Ui, event: Of<'told'>): Ui => {
  const toast = {
    text: event.text,
    tone: event.tone,
    at: event.at,
    ...(event.isRefusal === true ? { isRefusal: true as const } : {}),
  };
  const told = [...ui.told, toast].slice(-keptTold);
  const isHeld =
    event.isAnswer !== true && ui.armed !== null && shownToast(app, ui, event.at) !== null;
  return isHeld
    ? { ...ui, told, news: [...ui.news, toast].slice(-keptNews) }
    : // The message that announced a step is gone: the next m announces it again.
      { ...ui, armed: null, toast, told };
};

type Of<Type extends UiEvent['type']> = Extract<UiEvent, { readonly type: Type }>;

// Over 60 lines: one case for each event.
/** Each command whole, or in one row again; what was read stays in sight as far as it can. */
const unfoldCommands = (ui: Ui, overlay: Confirmation): Ui => {
  const turned = { ...overlay, isUnfolded: overlay.isUnfolded !== true };
  const { overflow } = confirmationLayout(turned, ui.columns, overlayRows(ui));
  return { ...ui, overlay: { ...turned, top: Math.min(overlay.top, overflow) } };
};

/** What the cursor of a view is on that somebody comes to. */
const arrive = (app: AppState, before: Ui, after: Ui): Ui =>
  findFailure(app, before, keepHost(app, before, after));

const isOneRow = ({ by, unit }: Of<'moved'>): boolean => unit === 'row' && Math.abs(by) === 1;

// Over 60 lines: one event after the other.
/** Where the cursor is, what is marked, and in which order rows stand. */
const reduceLists = (
  ui: Ui,
  event: Of<
    | 'moved'
    | 'jumped'
    | 'shifted'
    | 'marked'
    | 'pointed'
    | 'all-marked'
    | 'range-started'
    | 'sorted'
    | 'column-chosen'
    | 'folded'
    | 'unfolded'
    | 'details-scrolled'
    | 'zoomed'
  >,
  app: AppState,
): Ui => {
  switch (event.type) {
    case 'moved':
      if (ui.overlay?.kind === 'menu' && event.unit === 'page') return scrollNote(ui, event.by);
      // A key goes to a line of a log; the wheel turns several, and scrolls.
      if (ui.overlay === null && showsLog(ui.screen) && isOneRow(event))
        return stepInLog(app, ui, event.by > 0 ? 1 : -1);
      return move(
        app,
        ui,
        // A page of a dialog is smaller: a row of the last one stays.
        event.by *
          (ui.overlay?.kind === 'confirm' && event.unit === 'page'
            ? Math.max(1, confirmationLayout(ui.overlay, ui.columns, overlayRows(ui)).bodyRows - 1)
            : rowsOf(event.unit, ui.overlay === null ? bodyRowsOf(app, ui) : overlayRows(ui))),
      );
    case 'jumped':
      return jump(app, ui, event.to);
    case 'shifted':
      if (showsLog(ui.screen)) return shiftLog(app, ui, event.by);
      return listOf(ui.screen) === 'lock' ? unfoldInput(app, ui, event.by > 0) : ui;
    case 'pointed':
      return pointAt(app, ui, event.list, event.id);
    case 'marked':
      return toggleMark(app, ui);
    case 'all-marked':
      return toggleAllMarks(app, ui);
    case 'range-started':
      return startRange(app, ui);
    case 'sorted':
      return event.column === undefined ? sortAgain(app, ui) : clickColumn(app, ui, event.column);
    case 'column-chosen':
      return chooseColumn(app, ui, event.by);
    case 'folded':
      return toggleFold(app, ui);
    case 'unfolded':
      return unfoldRow(ui);
    case 'details-scrolled':
      if (ui.overlay?.kind === 'commits') return scrollMessage(app, ui, ui.overlay, event.by);
      return scrollDetails(app, ui, event.by, bodyRowsOf(app, ui));
    case 'zoomed':
      return { ...ui, zoomed: !ui.zoomed };
  }
};

/** A dialog that came when the window had no room for it. */
const unasked = (app: AppState, ui: Ui, overlay: Overlay): Ui =>
  overlay.kind === 'confirm' || overlay.kind === 'menu'
    ? tellUi(app, ui, {
        type: 'told',
        text: `${overlay.title}: not asked, because the window was too small. Press the key again.`,
        tone: 'warn',
        at: ui.now,
      })
    : ui;

/** Which view, which tab, what lies over it. */
const reducePlace = (
  ui: Ui,
  event: Of<
    | 'showed'
    | 'cycled'
    | 'tabbed'
    | 'opened'
    | 'backed'
    | 'focused'
    | 'relaid'
    | 'noise-folded'
    | 'next-change'
    | 'change-shown'
  >,
  app: AppState,
): Ui => {
  switch (event.type) {
    case 'showed':
      return arrive(app, ui, show(ui, event.screen));
    case 'cycled':
      return arrive(app, ui, cycle(ui, event.by));
    case 'tabbed':
      return tab(app, ui, event.by);
    case 'opened':
      return isTooSmall(ui) && !asksToLeave(event.overlay)
        ? unasked(app, ui, event.overlay)
        : open(ui, event.overlay);
    case 'backed':
      return back(app, ui);
    case 'focused':
      return moveFocus(ui, event.by);
    case 'noise-folded':
      return { ...foldNoise(ui), find: { ...ui.find, hit: null } };
    case 'relaid':
      return { ...relayDifference(ui), find: { ...ui.find, hit: null } };
    case 'next-change':
      return nextChange(ui, event.by);
    case 'change-shown':
      return showChange(ui, event.input);
  }
};

/** What is typed: into a prompt, a filter, a dialog. */
const reduceTyped = (
  ui: Ui,
  event: Of<
    | 'choosing'
    | 'naming-unit'
    | 'naming-command'
    | 'prompted'
    | 'typed'
    | 'erased'
    | 'text-kept'
    | 'edited'
    | 'submitted'
  >,
  app: AppState,
): Ui => {
  switch (event.type) {
    case 'choosing':
      return { ...ui, prompt: { kind: 'choose', input: event.input, text: '', before: '' } };
    case 'naming-command':
      return { ...ui, prompt: { kind: 'shell', host: event.host, text: '', before: '' } };
    case 'naming-unit':
      return { ...ui, prompt: { kind: 'unit', host: event.host, text: '', before: '' } };
    case 'prompted':
      return startPrompt(ui, event.prompt);
    case 'typed':
      return ui.prompt === null
        ? typeIntoOverlay(ui, event.text)
        : followTyping(app, setPromptText(keepText(ui), addToField(typedText(ui), event.text)));
    case 'erased':
      return ui.prompt === null
        ? eraseInOverlay(ui)
        : followTyping(app, setPromptText(keepText(ui), eraseInField(typedText(ui))));
    case 'text-kept':
      return keepText(ui);
    case 'edited':
      return editMessageHere(ui, event.edit);
    case 'submitted':
      return submit(app, ui);
  }
};

/** The log, and what is searched in a text. */
const reduceLog = (
  ui: Ui,
  event: Of<
    | 'wrapped'
    | 'timed'
    | 'since-chosen'
    | 'since-found'
    | 'followed'
    | 'found'
    | 'log-opened'
    | 'leveled'
    | 'hits-only'
    | 'line-pointed'
    | 'log-read'
    | 'log-searched'
  >,
  app: AppState,
): Ui => {
  switch (event.type) {
    case 'wrapped':
      return wrapLog(app, ui);
    case 'timed':
      return { ...ui, log: { ...ui.log, showsTimes: !ui.log.showsTimes } };
    case 'since-chosen':
      return showSince(app, ui, event.since);
    case 'since-found':
      return event.host === ui.log.host ? addSince(app, ui, event.line) : ui;
    case 'followed':
      return followLog(app, ui, event.follow);
    case 'found':
      return isReadPane(ui.overlay) ? findInPane(ui, event.by) : findInLog(app, ui, event.by);
    case 'log-opened':
      return openLog(ui, event.host);
    case 'leveled':
      return changeLevel(app, ui, event.by);
    case 'hits-only':
      return showHitsOnly(app, ui);
    case 'line-pointed':
      return pointAtLine(app, ui, event.number);
    case 'log-read':
      return event.host === ui.log.host ? { ...ui, log: { ...ui.log, older: event.piece } } : ui;
    case 'log-searched':
      return event.host === ui.log.host ? addHits(app, ui, event.hits) : ui;
  }
};

/** Why a key did nothing there is said no longer where somebody has gone on to another row or view. */
const gone = (before: Ui, ui: Ui): Ui =>
  ui !== before && ui.toast === before.toast && ui.toast?.isRefusal === true
    ? { ...ui, toast: null }
    : ui;

// Whole: one case for each event, and the compiler asks for each.
/** Folds what a key did to the screen. Pure: time comes in the event. */
export const reduceUi = (ui: Ui, event: UiEvent, app: AppState): Ui => {
  switch (event.type) {
    case 'moved':
    case 'jumped':
    case 'shifted':
    case 'marked':
    case 'pointed':
    case 'all-marked':
    case 'range-started':
    case 'sorted':
    case 'column-chosen':
    case 'folded':
    case 'unfolded':
    case 'details-scrolled':
    case 'zoomed':
      return gone(ui, reduceLists(ui, event, app));
    case 'showed':
    case 'cycled':
    case 'tabbed':
    case 'opened':
    case 'backed':
    case 'focused':
    case 'relaid':
    case 'noise-folded':
    case 'next-change':
    case 'change-shown':
      return gone(ui, reducePlace(ui, event, app));
    case 'choosing':
    case 'naming-unit':
    case 'naming-command':
    case 'prompted':
    case 'typed':
    case 'erased':
    case 'text-kept':
    case 'edited':
    case 'submitted':
      return reduceTyped(ui, event, app);
    case 'wrapped':
    case 'timed':
    case 'since-chosen':
    case 'since-found':
    case 'followed':
    case 'found':
    case 'log-opened':
    case 'leveled':
    case 'hits-only':
    case 'line-pointed':
    case 'log-read':
    case 'log-searched':
      return reduceLog(ui, event, app);
    case 'chart-window':
    case 'chart-metric':
    case 'chart-chosen':
      return reduceChart(ui, event);
    case 'coloured':
    case 'themed':
    case 'mouse-set':
      return reduceTerminal(ui, event);
    case 'resized':
      return {
        ...ui,
        columns: Math.min(event.columns, largest.columns),
        rows: Math.min(event.rows, largest.rows),
      };
    case 'ticked':
      return event.at === ui.now ? ui : nextNews(app, { ...ui, now: event.at }, event.at);
    case 'armed':
      // The announcement of a step is removed with its message.
      return {
        ...ui,
        armed: event.stage,
        toast:
          event.stage === null || ui.toast === null ? null : { ...ui.toast, isAnnouncement: true },
      };
    case 'hinted':
      return { ...ui, hint: 'shown' };
    case 'interrupted':
      return { ...ui, interruptedAt: event.at };
    case 'told':
      return tellUi(app, ui, event);
  }
};
