import { messagesText } from '../../screen/messages.ts';
import { signsText } from '../../screen/texts/signs-text.ts';
import { listOf, type ViewName, viewNames } from '../../screen/ui.ts';
import { type Action, screenAction } from '../action.ts';
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
  log: { title: 'Log', shows: 'Live output of a host or of the fleet.' },
  history: { title: 'History', shows: 'Runs of the past and how they ended.' },
};

const numbered = viewNames.map((view, index): Action => {
  const { title, shows } = viewTitles[view];
  return screenAction(
    { id: `show-${view}`, keys: [String(index + 1)], label: title, help: shows },
    () => ({ type: 'showed', screen: { kind: 'view', view } }),
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
      help: 'One search over actions, hosts and inputs: letters of a name are enough.',
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
      help: 'Back: closes, clears marks and filters, then returns to the fleet.',
      named: false,
    },
    () => ({ type: 'backed' }),
  ),
];
