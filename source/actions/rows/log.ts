import { readUnitLogKey } from '../../model/host/unit-journal.ts';
import { derivationName } from '../../model/nix/derivation-name.ts';
import { allLog, stampedLine } from '../../model/words/log.ts';
import { sinceMenu } from '../../screen/dialogs/menu-since.ts';
import { keyName } from '../../screen/key-names.ts';
import { selectedId } from '../../screen/rows/lists.ts';
import { isBuilderLog, isOnDisk, ringOf } from '../../screen/rows/log.ts';
import { fleetLog } from '../../state/state.ts';
import type { ScreenState } from '../../store.ts';
import { type Action, type ActionContext, type Place, screenAction } from '../action.ts';
import { tell } from '../doing/tell.ts';
import { tellToolFailure } from '../doing/tools.ts';
import { inLog } from '../reasons.ts';

const nameOf = (host: string): string => {
  const unit = readUnitLogKey(host);
  if (unit !== null) return `${unit.host}-${unit.unit.replaceAll('/', '-')}`;
  if (isBuilderLog(host)) return derivationName(host);
  return host === allLog ? 'fleet' : host === fleetLog ? 'nixup' : host;
};

/** The whole log that the screen shows: of a builder as Nix keeps it, of a host as it is on the disk. */
export const readLog = async (context: ActionContext, by: 'pager' | 'editor'): Promise<void> => {
  const { app, ui } = context.state();
  const { host } = ui.log;
  const ring = ringOf(app, host);
  const heard = ring.lines;
  if (by === 'pager' && ring.dropped > 0 && !isBuilderLog(host) && isOnDisk(host, ring)) {
    const files = (await context.engine()?.runs.logFiles(host === '' ? null : host)) ?? [];
    if (files.length > 0) {
      tellToolFailure(context, await context.terminal.pageFiles(files));
      return;
    }
  }
  const kept = isBuilderLog(host) ? await context.engine()?.build.readLog(host) : undefined;
  const said = heard.map((line, index) => stampedLine(ring.times[index] ?? null, line));
  const isKept = kept != null && kept.lines >= ring.dropped + heard.length;
  if (isKept && kept.lines > kept.tail.length) {
    const { pageFiles, editFile } = context.terminal;
    tellToolFailure(context, await (by === 'pager' ? pageFiles([kept.file]) : editFile(kept.file)));
    return;
  }
  const lines = isKept ? kept.tail : said;
  if (lines.length === 0) {
    tell(context, 'there is no line to read yet', 'warn');
    return;
  }
  tellToolFailure(context, await context.terminal.readLines(lines, `${nameOf(host)}.log`, by));
};

/** The past run on which the cursor is. */
const runUnderCursor = ({ app, ui }: ScreenState): string | undefined =>
  ui.screen.kind === 'view' && ui.screen.view === 'history' ? selectedId(app, ui) : undefined;

const readRunLogs = async (context: ActionContext, run: string): Promise<void> => {
  const files = (await context.engine()?.runs.evidence(run))?.files ?? [];
  if (files.length === 0) tell(context, 'no log of this run is here', 'warn');
  else tellToolFailure(context, await context.terminal.pageFiles(files));
};

const becauseNoSearch = (state: ScreenState): string | undefined => {
  if (!inLog(state)) return 'only in a log';
  return state.ui.log.search === ''
    ? `nothing is searched yet; ${keyName('filter')} searches`
    : undefined;
};

const becauseNoLog = (state: ScreenState): string | undefined =>
  inLog(state) ? undefined : 'only in a log';

const logPlaces: readonly Place[] = ['log', 'host'];

/** Keys of a log: in its view, and in the view of a host. */
export const logKeys: readonly Action[] = [
  {
    id: 'pager',
    keys: ['|'],
    label: 'pager',
    help: 'Read the whole log in $PAGER; in the history all logs of a run.',
    where: [...logPlaces, 'history'],
    danger: 'look',
    named: true,
    disabled: (state) =>
      inLog(state) || runUnderCursor(state) !== undefined
        ? undefined
        : 'only in a log, or on a past run',
    perform: (context) => {
      const run = runUnderCursor(context.state());
      context.start(() =>
        run === undefined ? readLog(context, 'pager') : readRunLogs(context, run),
      );
    },
  },
  screenAction(
    {
      id: 'next-tab',
      keys: [']'],
      label: 'next tab',
      help: 'The next tab of a host; in the log view the next log.',
      where: logPlaces,
    },
    () => ({ type: 'tabbed', by: 1 }),
  ),
  screenAction(
    {
      id: 'previous-tab',
      keys: ['['],
      label: 'previous tab',
      help: 'The tab before; in the log view the log before.',
      where: logPlaces,
    },
    () => ({ type: 'tabbed', by: -1 }),
  ),
  screenAction(
    {
      id: 'next-hit',
      keys: ['n'],
      label: 'next',
      help: 'Go to the next match of the search.',
      where: logPlaces,
      disabled: becauseNoSearch,
    },
    () => ({ type: 'found', by: 1 }),
  ),
  screenAction(
    {
      id: 'previous-hit',
      keys: ['N'],
      label: 'previous',
      help: 'Go to the previous match of the search.',
      where: logPlaces,
      disabled: becauseNoSearch,
    },
    () => ({ type: 'found', by: -1 }),
  ),
  screenAction(
    {
      id: 'hits-only',
      keys: ['&'],
      label: 'only hits',
      help: 'Show only lines with what is searched, or all again.',
      where: logPlaces,
      disabled: becauseNoSearch,
    },
    () => ({ type: 'hits-only' }),
  ),
  screenAction(
    {
      id: 'follow',
      keys: ['f'],
      label: 'follow',
      help: 'Follow the end of a log, or pause.',
      where: logPlaces,
      disabled: becauseNoLog,
    },
    ({ ui }) => ({ type: 'followed', follow: !ui.log.follow }),
  ),
  screenAction(
    {
      id: 'fewer-levels',
      keys: ['+'],
      label: 'fewer levels',
      help: 'Show only worse lines of a log: all, warnings, errors; of the journal of a unit: all, info, notice, warning, error, critical.',
      where: logPlaces,
      tabs: ['log'],
      disabled: becauseNoLog,
    },
    () => ({ type: 'leveled', by: 1 }),
  ),
  screenAction(
    {
      id: 'more-levels',
      keys: ['-'],
      label: 'more levels',
      help: 'Show more lines of a log again: errors, warnings, all; of the journal of a unit: critical, error, warning, notice, info, all.',
      where: logPlaces,
      tabs: ['log'],
      disabled: becauseNoLog,
    },
    () => ({ type: 'leveled', by: -1 }),
  ),
  screenAction(
    {
      id: 'since',
      keys: ['0'],
      label: 'since',
      help: 'Choose from when on a log is shown: the end, the last minutes or hours, since the run began.',
      where: logPlaces,
      disabled: becauseNoLog,
    },
    ({ app, ui }) => ({ type: 'opened', overlay: sinceMenu(app, ui, ui.now) }),
  ),
  screenAction(
    {
      id: 'times',
      keys: ['9'],
      label: 'times',
      help: 'Show the time of each line of a log, or not.',
      where: logPlaces,
      disabled: becauseNoLog,
    },
    () => ({ type: 'timed' }),
  ),
  screenAction(
    {
      id: 'wrap',
      keys: ['W'],
      label: 'wrap',
      help: 'Wrap long lines of a log, or scroll them.',
      where: logPlaces,
      disabled: becauseNoLog,
    },
    () => ({ type: 'wrapped' }),
  ),
];
