import { viewTitles } from '../../actions/rows/views.ts';
import { alarmTexts } from '../../model/lock/alarm-texts.ts';
import { chartAbout } from '../../model/watch/chart.ts';
import type { Line } from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { healthBesideChecks } from '../../screen/host/health-sections.ts';
import { hostPage } from '../../screen/host/host-page.ts';
import { lockCounts } from '../../screen/rows/lock.ts';
import { chartSentence, chartTitle } from '../../screen/texts/chart.ts';
import type { Screen, ViewName } from '../../screen/ui.ts';
import { earlierBoard, isRemembered, shownBoard, shownFleet } from '../../state/remembered.ts';
import type { ScreenState } from '../../store.ts';
import { buildTotals } from '../build/build-view.tsx';
import { sentenceLines } from '../host/charts-pane.tsx';
import { hostHealthLines } from '../host/health-view.tsx';
import { checkTitle } from '../run/check-view.tsx';
import { logWords } from './log.ts';
import { cells, selectionWords } from './rows.ts';
import { spoken, spokenLine } from './words.ts';

const saidLines = (lines: readonly Line[]): readonly string[] =>
  lines.map(spokenLine).filter((words) => words !== '');

/** The row under the cursor; nothing where the screen has no list. */
export const selection = (state: ScreenState): readonly string[] => {
  const words = selectionWords(state);
  return words === null ? [] : [words];
};

/** The changes of the lock, and each alarm. */
export const lockWords = ({ lock }: ScreenState['app']): readonly string[] => {
  if (lock.kind !== 'read') return [];
  const { changed, alarms, unchanged } = lockCounts(lock);
  return [
    `${counted(changed, 'input')} changed, ${unchanged} unchanged, ${counted(alarms, 'alarm')}`,
    ...lock.changes.flatMap(({ path, alarms: names }) =>
      names.map((name) => `alarm ${name} of ${path}: ${alarmTexts[name]}`),
    ),
  ];
};

/** What a view says above its rows. */
const headOfView = ({ app, ui }: ScreenState, view: ViewName): readonly string[] => {
  switch (view) {
    case 'lock':
      return lockWords(app);
    case 'check': {
      const board = shownBoard(app);
      const title = checkTitle(board, earlierBoard(app), { ...ui, columns: cells });
      return board.length === 0 ? [] : saidLines([title.slice(1)]);
    }
    case 'build':
      return saidLines(buildTotals(app, cells, ui.now));
    case 'fleet':
    case 'packages':
    case 'health':
    case 'log':
    case 'history':
      return [];
  }
};

/** A chart in words: between what it was, and how that was judged. */
export const chartWords = ({ app, ui }: ScreenState, name: string): readonly string[] => {
  const host = app.hosts[name];
  if (host === undefined) return [];
  const title = spoken(chartTitle(ui.chart));
  const answer = chartAbout(app.charts, { host: name, ...ui.chart });
  if (answer === null) return [`${title}: asking Prometheus`];
  return [
    answer.kind === 'unknown'
      ? `${title}: unknown: ${spoken(answer.why)}`
      : `${title}: ${spoken(chartSentence(answer.chart))}`,
    ...saidLines(sentenceLines(host, ui.chart.metric, cells)),
  ];
};

const tabWords = (
  state: ScreenState,
  { host: name, tab }: Extract<Screen, { kind: 'host' }>,
): readonly string[] => {
  const { app, ui } = state;
  const host = shownFleet(app).hosts[name];
  if (host === undefined) return ['the flake has no such host any more'];
  if (tab === 'facts' || isRemembered(host))
    return saidLines(hostPage(host, app, { columns: cells, now: ui.now, rows: 0, isInOne: true }));
  switch (tab) {
    case 'generations':
      return selection(state);
    case 'health':
      return saidLines([
        ...hostHealthLines(host, cells, ui.now),
        ...healthBesideChecks(host, app, cells),
      ]);
    case 'charts':
      return chartWords(state, name);
    case 'log':
      return logWords(state);
  }
};

/** What stands on the screen, without what is open over it; what a view is for is said where all is. */
export const screenWords = (state: ScreenState, isAll: boolean): readonly string[] => {
  const { screen } = state.ui;
  if (screen.kind === 'host')
    return [`Host ${screen.host}, tab ${screen.tab}`, ...tabWords(state, screen)];
  const { title, shows } = viewTitles[screen.view];
  return [
    isAll ? `View ${title}: ${shows}` : `View ${title}`,
    ...headOfView(state, screen.view),
    ...(screen.view === 'log' ? logWords(state) : selection(state)),
  ];
};
