import type { Action } from '../../actions/action.ts';
import { counted } from '../../model/words/sentences.ts';
import { keyName } from '../../screen/key-names.ts';
import { messageLines } from '../../screen/reducer/message-lines.ts';
import { promptText } from '../../screen/reducer/prompt-text.ts';
import { shownStages, stepName, stepWords } from '../../screen/texts/steps.ts';
import { showsLog, type Toast } from '../../screen/ui.ts';
import { nextStage, stageOrder } from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import type { ScreenState } from '../../store.ts';
import { progressWords } from './facts.ts';
import { lineInLog, logByKeys } from './log.ts';
import { overlayChanges, overlayWords, placeWords } from './overlays.ts';
import { selectionKey } from './rows.ts';
import { chartWords, screenWords, selection } from './views.ts';
import { sentence, spoken, spokenLine, verbatim } from './words.ts';

const screenName = ({ screen }: ScreenState['ui']): string =>
  screen.kind === 'host' ? `${screen.host} ${screen.tab}` : screen.view;

/** An announcement may be told twice in a moment: once by its key, and once more when it is its turn. */
const isSameToast = (before: Toast | null, now: Toast): boolean =>
  before === now || (before?.text === now.text && now.at - before.at < 1_000);

const promptChange = (before: ScreenState, now: ScreenState): readonly string[] => {
  if (now.ui.prompt === null) return [];
  if (before.ui.prompt === null) return [spokenPrompt(now)];
  // A blank at the end changes the text, and not how it is said.
  if (promptText(before.ui) !== promptText(now.ui)) return [typedWords(before, now)];
  return spokenPrompt(before) === spokenPrompt(now) ? [] : [spokenPrompt(now)];
};

/** Another chart of the same tab; what it shows may come later, as a fact. */
const chartChange = (before: ScreenState, { app, ui }: ScreenState): readonly string[] =>
  ui.screen.kind === 'host' && ui.screen.tab === 'charts' && before.ui.chart !== ui.chart
    ? chartWords({ app, ui }, ui.screen.host)
    : [];

/** What keys have changed of the screen, said one after the other; the end of it all is where the cursor stands now. */
export const changesByKeys = (
  before: ScreenState,
  now: ScreenState,
  table: readonly Action[],
): readonly string[] => {
  const { ui } = now;
  const toast =
    ui.toast === null || isSameToast(before.ui.toast, ui.toast) ? [] : [spoken(ui.toast.text)];
  const overlay = overlayChanges(before, now, table);
  const isElsewhere = screenName(before.ui) !== screenName(ui);
  const moved = (): readonly string[] => [
    ...logByKeys(before, now),
    ...chartChange(before, now),
    ...(selectionKey(before) === selectionKey(now) ? [] : selection(now)),
  ];
  return [
    ...toast,
    ...(isElsewhere ? screenWords(now, false) : moved()),
    ...(overlay ?? ['closed', ...(isElsewhere ? [] : placeOnScreen(now))]),
    ...promptChange(before, now),
  ].filter((line, at, lines) => line !== '' && line !== lines[at - 1]);
};

const spokenPrompt = ({ app, ui }: ScreenState): string =>
  messageLines(app, { ...ui, toast: null })
    .slice(0, 1)
    .map(spokenLine)
    .join('');

/** What was pasted may have signs and columns; a blank alone has a name. */
const letters = (text: string): string => (text.trim() === '' ? 'space' : verbatim(text));

/** The letters that a key added or took away; the whole text only where neither is so. */
const typedWords = (before: ScreenState, now: ScreenState): string => {
  const [old, text] = [promptText(before.ui), promptText(now.ui)];
  if (text === '') return 'empty';
  if (old !== '' && text.startsWith(old)) return `typed ${letters(text.slice(old.length))}`;
  return old.startsWith(text)
    ? `erased ${letters(old.slice(text.length))}`
    : `typed ${letters(text)}`;
};

const placeOnScreen = (state: ScreenState): readonly string[] =>
  showsLog(state.ui.screen) ? [lineInLog(state)] : selection(state);

/** Where the keys are: said again where a key has changed nothing. */
export const whereKeysAre = (state: ScreenState, table: readonly Action[]): string => {
  const { overlay, prompt } = state.ui;
  if (prompt !== null) return spokenPrompt(state);
  if (overlay !== null) return placeWords(overlay, state, table);
  return placeOnScreen(state)[0] ?? screenWords(state, false)[0] ?? '';
};

/** Keys with which every screen is found and left. */
const firstKeys = (): string =>
  sentence([
    `Keys: ${keyName('move-on')} next step`,
    `${keyName('help')} all keys`,
    `${keyName('palette')} search`,
    `${keyName('repaint')} says all of the screen`,
    `${keyName('quit')} leaves`,
  ]);

/** Everything: at the start, and when it is asked for. */
export const wholeScreen = (state: ScreenState, table: readonly Action[]): readonly string[] => {
  const { app, ui } = state;
  const { git } = app;
  const next = nextStage(app);
  return [
    [
      app.demo ? 'nixup demo' : 'nixup',
      ...(app.readOnly ? ['read-only'] : []),
      ...(app.flakePath === null ? [] : [app.flakePath]),
      ...(git === null ? [] : [`branch ${git.branch ?? 'detached head'}`]),
      ...(app.hostNames.length === 0 ? [] : [counted(app.hostNames.length, 'host')]),
    ].join(', '),
    ...stepsSaid(app, ui.now),
    next === undefined ? '' : `next step: ${next}`,
    progressWords(app) ?? '',
    firstKeys(),
    ...screenWords(state, true),
    ...(ui.overlay === null ? [] : overlayWords(ui.overlay, state, table)),
    ui.prompt === null ? '' : spokenPrompt(state),
  ].filter((line) => line !== '');
};

const stepsSaid = (app: AppState, now: number): readonly string[] =>
  stageOrder(app)
    .filter((name) => app.stages[name].kind !== 'todo')
    .map(
      (name) =>
        `step ${stepName(name, app.stages[name])}: ${spoken(stepWords(shownStages(app)[name], now))}`,
    );
