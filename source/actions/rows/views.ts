import { allLog } from '../../model/words/log.ts';
import { messagesText } from '../../screen/messages.ts';
import { isChosen } from '../../screen/reducer/keep-host.ts';
import { hostOfScreen } from '../../screen/rows/targets.ts';
import { signsText } from '../../screen/texts/signs-text.ts';
import { listOf, type UiEvent, type ViewName, viewNames } from '../../screen/ui.ts';
import type { ScreenState } from '../../store.ts';
import { type Action, screenAction } from '../action.ts';
import { listOfLogs } from '../doing/list-logs.ts';
import { inLog } from '../reasons.ts';

/** What each view shows; titles and help. */
export const viewTitles: Readonly<Record<ViewName, { title: string; shows: string }>> = {
  fleet: {
    title: 'Fleet',
    shows: 'Every host: what it runs, what is being done with it, its health.',
  },
  lock: { title: 'Lock', shows: 'Inputs that moved since the committed lock, alarms first.' },
  packages: {
    title: 'Packages',
    shows: 'Packages that change on each host: what it runs against what it would run.',
  },
  check: { title: 'Check', shows: 'The board of questions to answer before anything is built.' },
  build: { title: 'Build', shows: 'What is being built and fetched, for each host.' },
  health: { title: 'Health', shows: 'Failed and critical units of each host.' },
  log: {
    title: 'Log',
    shows:
      'The log of the chosen host, else that of the fleet. Pressed again: the log of the fleet, then the list of logs.',
  },
  history: { title: 'History', shows: 'Runs of the past and how they ended.' },
};

/**
 * Which log fits where somebody is: that of the host that was chosen, where it has one, else that of the fleet. In a log
 * the key leads to that of the fleet, and from there to the list of all.
 */
const logOfPlace = (state: ScreenState): UiEvent => {
  const { app, ui } = state;
  if (inLog(state))
    return ui.log.host === allLog && ui.screen.kind === 'view'
      ? listOfLogs
      : { type: 'log-opened', host: allLog };
  const host = isChosen(ui) ? hostOfScreen(app, ui) : undefined;
  const hasLog = host !== undefined && app.logs[host] !== undefined;
  return { type: 'log-opened', host: hasLog ? host : allLog };
};

const numbered = viewNames.map((view, index): Action => {
  const { title, shows } = viewTitles[view];
  return screenAction(
    { id: `show-${view}`, keys: [String(index + 1)], label: title, help: shows },
    (state) =>
      view === 'log' ? logOfPlace(state) : { type: 'showed', screen: { kind: 'view', view } },
  );
});

/** Keys that choose what is seen. */
export const viewKeys: readonly Action[] = [
  ...numbered,
  screenAction(
    { id: 'next-view', keys: ['tab'], label: 'next view', help: 'The next view.' },
    () => ({ type: 'cycled', by: 1 }),
  ),
  screenAction(
    { id: 'previous-view', keys: ['shift-tab'], label: 'previous view', help: 'The view before.' },
    () => ({ type: 'cycled', by: -1 }),
  ),
  screenAction(
    {
      id: 'filter',
      keys: ['/'],
      label: 'filter',
      help: 'Filter a list (the prompt names what it takes), or search a log.',
      disabled: (state) =>
        inLog(state) || listOf(state.ui.screen) !== undefined
          ? undefined
          : 'nothing to filter here',
    },
    (state) => ({ type: 'prompted', prompt: inLog(state) ? 'search' : 'filter' }),
  ),
  screenAction(
    {
      id: 'palette',
      keys: [':'],
      label: 'actions',
      help: 'One search over actions, views, hosts, inputs and logs: letters of a name are enough.',
    },
    () => ({ type: 'opened', overlay: { kind: 'palette', filter: '', cursor: null } }),
  ),
  screenAction(
    {
      id: 'help',
      keys: ['?'],
      label: 'help',
      help: 'All keys by view, to read, search and run; what the signs mean.',
    },
    () => ({ type: 'opened', overlay: { kind: 'help', filter: '', cursor: null } }),
  ),
  screenAction(
    { id: 'commands', keys: ['@'], label: 'commands', help: 'The commands that ran, as they ran.' },
    () => ({ type: 'opened', overlay: { kind: 'commands', cursor: null, unfolded: false } }),
  ),
  screenAction(
    {
      id: 'messages',
      keys: ['"'],
      label: 'messages',
      help: 'The messages of the last row in full, the newest first.',
    },
    ({ app, ui }) => ({
      type: 'opened',
      overlay: { kind: 'text', title: 'Messages', lines: messagesText(app, ui), top: 0 },
    }),
  ),
  screenAction(
    {
      id: 'signs',
      keys: [],
      label: 'signs',
      help: 'What the signs on the screen mean, and the words beside a host.',
    },
    () => ({
      type: 'opened',
      overlay: { kind: 'text', title: 'Signs', lines: signsText(), top: 0 },
    }),
  ),
  screenAction(
    {
      id: 'back',
      keys: ['escape'],
      label: 'back',
      help: 'Back: closes, clears marks and filters, then returns from a host to where it was opened, else to the fleet.',
      named: false,
    },
    () => ({ type: 'backed' }),
  ),
];
