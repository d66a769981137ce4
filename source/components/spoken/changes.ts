import type { Action } from '../../actions/action.ts';
import { viewTitles } from '../../actions/rows/views.ts';
import { alarmTexts } from '../../model/lock/alarm-texts.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import { hostPage } from '../../screen/host/host-pane.ts';
import type { Overlay } from '../../screen/overlay.ts';
import { messageLines } from '../../screen/reducer/message-lines.ts';
import { promptText } from '../../screen/reducer/prompt-text.ts';
import { lockCounts } from '../../screen/rows/lock.ts';
import { ringOf } from '../../screen/rows/log.ts';
import { stepName, stepWords } from '../../screen/texts/steps.ts';
import type { Toast } from '../../screen/ui.ts';
import { type FleetHost, shownFleet } from '../../state/remembered.ts';
import { stageOrder } from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import type { ScreenState } from '../../store.ts';
import { overlayWords, placeWords } from './overlays.ts';
import { hostWords, selectionKey, selectionWords } from './rows.ts';
import { spoken, spokenLine } from './words.ts';

/** Lines of a log that are said when it is opened, and at a time while it is followed. */
const logLines = 10;

const selection = (state: ScreenState): readonly string[] => {
  const words = selectionWords(state);
  return words === null ? [] : [words];
};

const lastOfLog = ({ app, ui }: ScreenState): readonly string[] => {
  const { lines } = ringOf(app, ui.log.host);
  return lines.length === 0 ? ['nothing was logged yet'] : lines.slice(-logLines).map(spoken);
};

const headOfView = ({ app }: ScreenState, view: string): readonly string[] => {
  if (view !== 'lock' || app.lock.kind !== 'read') return [];
  const { changed, alarms, unchanged } = lockCounts(app.lock);
  return [
    `${counted(changed, 'input')} changed, ${unchanged} unchanged, ${counted(alarms, 'alarm')}`,
    ...app.lock.changes.flatMap(({ path, alarms: names }) =>
      names.map((name) => `alarm ${name} of ${path}: ${alarmTexts[name]}`),
    ),
  ];
};

/** What stands on the screen, without what is open over it. */
const screenWords = (state: ScreenState): readonly string[] => {
  const { app, ui } = state;
  const { screen } = ui;
  if (screen.kind === 'host') {
    const host = shownFleet(app).hosts[screen.host];
    const details =
      host === undefined || screen.tab !== 'facts'
        ? []
        : hostPage(host, app, { columns: 400, now: ui.now, rows: 0 }).map(spokenLine);
    return [
      `Host ${screen.host}, tab ${screen.tab}`,
      ...details.filter((line) => line !== ''),
      ...(screen.tab === 'log' ? lastOfLog(state) : []),
      ...selection(state),
    ];
  }
  return [
    `View ${viewTitles[screen.view].title}: ${viewTitles[screen.view].shows}`,
    ...headOfView(state, screen.view),
    ...(screen.view === 'log' ? lastOfLog(state) : selection(state)),
  ];
};

const titleOf = (overlay: Overlay): string =>
  `${overlay.kind} ${'title' in overlay ? overlay.title : ''}`;

const overlayChanges = (
  before: Overlay | null,
  state: ScreenState,
  table: readonly Action[],
): readonly string[] => {
  const { overlay } = state.ui;
  if (overlay === before) return [];
  if (overlay === null) return ['closed', ...selection(state)];
  if (before === null || titleOf(before) !== titleOf(overlay))
    return overlayWords(overlay, state, table);
  if (overlay.kind === 'text' && before.kind === 'text' && overlay.lines !== before.lines) {
    const known = new Set(before.lines.map(({ text }) => text));
    return overlay.lines.filter(({ text }) => !known.has(text)).map(({ text }) => spoken(text));
  }
  if (overlay.kind === 'commits' && before.kind === 'commits' && overlay.isOpen !== before.isOpen)
    return overlayWords(overlay, state, table);
  return [placeWords(overlay, state, table)];
};

const screenName = ({ screen }: ScreenState['ui']): string =>
  screen.kind === 'host' ? `${screen.host} ${screen.tab}` : screen.view;

/** An announcement may be told twice in a moment: once by its key, and once more when it is its turn. */
const isSameToast = (before: Toast | null, now: Toast): boolean =>
  before === now || (before?.text === now.text && now.at - before.at < 1_000);

/** What keys have changed of the screen, said one after the other; the end of it all is where the cursor stands now. */
export const changesByKeys = (
  before: ScreenState,
  now: ScreenState,
  table: readonly Action[],
): readonly string[] => {
  const { ui } = now;
  const prompt =
    ui.prompt === null || (before.ui.prompt !== null && spokenPrompt(before) === spokenPrompt(now))
      ? []
      : [before.ui.prompt === null ? spokenPrompt(now) : typedWords(now)];
  const toast =
    ui.toast === null || isSameToast(before.ui.toast, ui.toast) ? [] : [spoken(ui.toast.text)];
  const overlay = overlayChanges(before.ui.overlay, now, table);
  const isElsewhere = screenName(before.ui) !== screenName(ui);
  const log =
    before.ui.log.host !== ui.log.host && !isElsewhere
      ? [`log ${ui.log.host === '' ? 'of the fleet' : ui.log.host}`, ...lastOfLog(now)]
      : [];
  const moved =
    isElsewhere || overlay.length > 0 || selectionKey(before) === selectionKey(now)
      ? []
      : selection(now);
  return [
    ...toast,
    ...(isElsewhere ? screenWords(now) : []),
    ...log,
    ...moved,
    ...overlay,
    ...prompt,
  ];
};

const spokenPrompt = ({ app, ui }: ScreenState): string =>
  messageLines(app, { ...ui, toast: null })
    .slice(0, 1)
    .map(spokenLine)
    .join('');

/** What is typed, without what keys do there: that was said when it was opened. */
const typedWords = ({ ui }: ScreenState): string => `typed ${promptText(ui)}`;

/** Where the keys are: said again where a key has changed nothing. */
export const whereKeysAre = (state: ScreenState, table: readonly Action[]): string => {
  const { overlay, prompt } = state.ui;
  if (prompt !== null) return spokenPrompt(state);
  if (overlay !== null) return placeWords(overlay, state, table);
  return selectionWords(state) ?? screenWords(state).at(-1) ?? '';
};

/** Everything: at the start, and when it is asked for. */
export const wholeScreen = (state: ScreenState, table: readonly Action[]): readonly string[] => {
  const { app, ui } = state;
  const { git } = app;
  return [
    [
      app.demo ? 'nixup demo' : 'nixup',
      ...(app.flakePath === null ? [] : [app.flakePath]),
      ...(git === null ? [] : [`branch ${git.branch ?? 'detached head'}`]),
      ...(app.hostNames.length === 0 ? [] : [counted(app.hostNames.length, 'host')]),
    ].join(', '),
    ...stepsSaid(app, ui.now),
    ...screenWords(state),
    ...(ui.overlay === null ? [] : overlayWords(ui.overlay, state, table)),
  ];
};

const stepsSaid = (app: AppState, now: number): readonly string[] =>
  stageOrder(app)
    .filter((name) => app.stages[name].kind !== 'todo')
    .map(
      (name) =>
        `step ${stepName(name, app.stages[name])}: ${spoken(stepWords(app.stages[name], now))}`,
    );

const stepChanges = (before: AppState, app: AppState, now: number): readonly string[] =>
  app.stages === before.stages
    ? []
    : stageOrder(app)
        .filter((name) => {
          const [old, state] = [before.stages[name], app.stages[name]];
          return (
            old !== state && (old.kind !== state.kind || stepWords(old, 0) !== stepWords(state, 0))
          );
        })
        .map((name) => {
          const state = app.stages[name];
          const words = state.kind === 'running' ? 'running' : spoken(stepWords(state, now));
          return `step ${stepName(name, state)}: ${words}`;
        });

/** Columns whose words are states; what is asked just now is none. */
const stateColumns = ['position', 'work', 'health'];
const passing = /(?:asking|evaluating|being evaluated|checking)\b/;

/** A state without its numbers: how far something has come is no new state. */
const withoutNumbers = (words: string): string => words.replaceAll(/\d[\d.,/]*/g, '').trim();

const statesOf = (app: AppState, host: FleetHost | undefined, now: number): readonly string[] =>
  host === undefined ? [] : hostWords(app, host, now, stateColumns);

/** Hosts with another state, those with the same one together. */
const hostChanges = (before: AppState, app: AppState, now: number): readonly string[] => {
  const [old, fleet] = [shownFleet(before), shownFleet(app)];
  const hosts = new Map<string, string[]>();
  for (const name of fleet.names) {
    if (old.hosts[name] === fleet.hosts[name] && before.packages[name] === app.packages[name])
      continue;
    const known = new Set(statesOf(before, old.hosts[name], now).map(withoutNumbers));
    for (const words of statesOf(app, fleet.hosts[name], now)) {
      if (known.has(withoutNumbers(words)) || passing.test(words)) continue;
      hosts.set(words, [...(hosts.get(words) ?? []), name]);
    }
  }
  return [...hosts].map(([words, names]) => `${hostList(names)}: ${words}`);
};

const logChanges = (before: ScreenState, now: ScreenState): readonly string[] => {
  const { screen, log } = now.ui;
  const isShown = screen.kind === 'view' ? screen.view === 'log' : screen.tab === 'log';
  if (!isShown || !log.follow || before.ui.log.host !== log.host) return [];
  const [old, ring] = [ringOf(before.app, log.host), ringOf(now.app, log.host)];
  const more = ring.dropped + ring.lines.length - old.dropped - old.lines.length;
  if (more <= 0) return [];
  const left = more - logLines;
  return [
    ...(left > 0 ? [`${counted(left, 'line')} before`] : []),
    ...ring.lines.slice(-Math.min(more, logLines)).map(spoken),
  ];
};

/** What has happened meanwhile: messages, steps, hosts, lines of the log that is followed. */
export const changesByFacts = (before: ScreenState, now: ScreenState): readonly string[] => {
  const { app, ui } = now;
  const last = before.app.notices.at(-1)?.id ?? 0;
  const isRead = before.app.lock.kind !== 'read' || app.lock.kind !== 'read';
  return [
    ...app.notices
      .filter(({ id }) => id > last)
      .map(({ tone, text }) => `${tone === 'info' ? '' : `${tone}: `}${spoken(text)}`),
    ...stepChanges(before.app, app, ui.now),
    ...hostChanges(before.app, app, ui.now),
    ...(isRead || lockCounts(before.app.lock).changed === lockCounts(app.lock).changed
      ? []
      : headOfView(now, 'lock')),
    ...logChanges(before, now),
  ].filter((line) => line !== '');
};
