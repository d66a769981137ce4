import { allLog } from '../../model/words/log.ts';
import { copyMenu } from '../../screen/dialogs/menu-copy.ts';
import { selectedId } from '../../screen/rows/lists.ts';
import { hostOfScreen, targetHosts, unitOfScreen } from '../../screen/rows/targets.ts';
import type { Ui } from '../../screen/ui.ts';
import type { Action, ActionContext } from '../action.ts';
import { listOfLogs } from '../doing/list-logs.ts';
import { openMetric, openRow } from '../doing/open-row.ts';
import { tell } from '../doing/tell.ts';
import { tellToolFailure } from '../doing/tools.ts';
import { openUnitLog } from '../doing/units.ts';
import { becauseNoHosts, becauseNoTarget, becauseNotNow, firstReason, inLog } from '../reasons.ts';
import { readLog } from './log.ts';

const fileOfScreen = (context: ActionContext): string | undefined => {
  const { app, ui } = context.state();
  if (app.flakePath === null) return undefined;
  const file = ui.screen.kind === 'view' && ui.screen.view === 'lock' ? 'flake.lock' : 'flake.nix';
  return `${app.flakePath}/${file}`;
};

/** The host whose charts are shown; null where none are. */
const hostOfCharts = ({ screen }: Ui): string | null =>
  screen.kind === 'host' && screen.tab === 'charts' ? screen.host : null;

const anywhere = ['everywhere'] as const;

/** Keys that open, copy, edit and ask again. */
export const fileKeys: readonly Action[] = [
  {
    id: 'open',
    keys: ['enter'],
    label: 'open',
    help: 'Open the row: a host, the commits of an input, a package on all hosts, a question in full, a unit, a run; in charts the numbers of the metric.',
    where: anywhere,
    danger: 'look',
    named: false,
    disabled: ({ app, ui }) =>
      selectedId(app, ui) === undefined && hostOfCharts(ui) === null
        ? 'nothing to open here'
        : undefined,
    perform: (context) => {
      const { app, ui } = context.state();
      const id = selectedId(app, ui);
      const charted = hostOfCharts(ui);
      if (charted !== null) openMetric(context, charted, ui.chart.metric);
      else if (id !== undefined) openRow(context, id);
    },
  },
  {
    id: 'unit',
    keys: ['J'],
    label: 'unit',
    help: 'Open a unit of this host by its name: status, journal, unit file and how it changed.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: (state) => firstReason(state, becauseNoHosts, becauseNoTarget),
    perform: (context) => {
      const { app, ui } = context.state();
      const [host] = targetHosts(app, ui);
      if (host !== undefined) context.ui({ type: 'naming-unit', host });
    },
  },
  {
    id: 'log',
    keys: ['L'],
    label: 'log',
    help: 'The log of this host; on a unit its journal, followed; where no host is selected, the log of the fleet; in a log the list of all logs.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: () => undefined,
    perform: (context) => {
      const { app, ui } = context.state();
      const unit = unitOfScreen(app, ui);
      if (inLog(context.state()) && unit === null) context.ui(listOfLogs);
      else if (unit === null)
        context.ui({ type: 'log-opened', host: hostOfScreen(app, ui) ?? allLog });
      else if (!inLog(context.state())) openUnitLog(context, { ...unit, level: 'all' });
    },
  },
  {
    id: 'refresh',
    keys: ['R'],
    label: 'refresh',
    help: 'Ask everything again: nixup.toml, git, lock, hosts, what they should run.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: (state) => firstReason(state, becauseNotNow),
    perform: (context) => {
      const engine = context.engine();
      if (engine === undefined) return;
      tell(context, 'refreshing');
      context.start(() => engine.refresh());
    },
  },
  {
    id: 'edit',
    keys: ['e'],
    label: 'edit',
    help: 'Open flake.nix in $EDITOR; in the view Lock flake.lock, in a log that log.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: (state) => {
      const { app } = state;
      if (inLog(state)) return undefined;
      if (app.flakePath === null) return 'the flake is not open yet';
      return app.demo ? 'the demo has no files' : undefined;
    },
    perform: (context) => {
      if (inLog(context.state())) {
        context.start(() => readLog(context, 'editor'));
        return;
      }
      const file = fileOfScreen(context);
      if (file === undefined) return;
      context.start(async () => {
        tellToolFailure(context, await context.terminal.editFile(file));
      });
    },
  },
  {
    id: 'copy',
    keys: ['y'],
    label: 'copy',
    help: 'Copy a name, path, revision, link or command to the clipboard.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: () => undefined,
    perform: (context) => {
      const { app, ui } = context.state();
      context.ui({ type: 'opened', overlay: copyMenu(app, ui, context.now()) });
    },
  },
];
