import { healthRows } from '../../screen/rows/health.ts';
import { selectedId } from '../../screen/rows/lists.ts';
import { targetHosts } from '../../screen/rows/targets.ts';
import { calibrationTexts } from '../../screen/texts/metric.ts';
import { deployableHosts } from '../../state/hosts.ts';
import type { ScreenState } from '../../store.ts';
import { type Action, type Place, screenAction } from '../action.ts';
import { showText } from '../doing/show-text.ts';
import { tell } from '../doing/tell.ts';
import { becauseNoHosts, becauseNoTarget, firstReason } from '../reasons.ts';

const chartPlaces: readonly Place[] = ['health', 'host'];

/** The host and, in the view Health, the metric under the cursor. */
const chartUnderCursor = ({ app, ui }: ScreenState) => {
  const id = ui.screen.kind === 'view' && ui.screen.view === 'health' ? selectedId(app, ui) : null;
  const row = healthRows(app.hostNames, app.hosts, '').find((one) => one.id === id);
  const host =
    row === undefined
      ? targetHosts(app, ui)[0]
      : row.kind === 'host'
        ? row.host.entry.name
        : row.host;
  return { host, metric: row?.kind === 'metric' ? row.line.judged.metric : ui.chart.metric };
};

/** Metrics over time. */
export const chartKeys: readonly Action[] = [
  {
    id: 'chart',
    keys: ['M'],
    label: 'chart',
    help: 'Show the chart of this metric, or of this host.',
    where: ['everywhere'],
    danger: 'look',
    named: true,
    disabled: (state) => firstReason(state, becauseNoHosts, becauseNoTarget),
    perform: (context) => {
      const { host, metric } = chartUnderCursor(context.state());
      if (host === undefined) return;
      context.ui({ type: 'chart-chosen', metric });
      context.ui({ type: 'showed', screen: { kind: 'host', host, tab: 'charts' } });
    },
  },
  {
    id: 'calibrate',
    keys: [],
    label: 'calibrate watch',
    help: 'Try the rule of the watch on the last 28 days, and keep how often it says worse without a change.',
    where: ['everywhere'],
    danger: 'look',
    named: true,
    disabled: (state) => firstReason(state, becauseNoHosts),
    perform: (context) => {
      const engine = context.engine();
      if (engine === undefined) return;
      const title = 'Calibration of the watch';
      context.start(async () => {
        const hosts = deployableHosts(context.state().app);
        const calibrations = await engine.health.calibrate(hosts, (words) =>
          tell(context, `calibrating: ${words}`),
        );
        showText(context, title, calibrationTexts(calibrations));
      });
    },
  },
  screenAction(
    {
      id: 'shorter-window',
      keys: ['+'],
      label: 'less time',
      help: 'Show less time of a metric: 7 d, 24 h, 6 h, 1 h.',
      where: chartPlaces,
      tabs: ['charts'],
    },
    () => ({ type: 'chart-window', by: -1 }),
  ),
  screenAction(
    {
      id: 'longer-window',
      keys: ['-'],
      label: 'more time',
      help: 'Show more time of a metric: 1 h, 6 h, 24 h, 7 d.',
      where: chartPlaces,
      tabs: ['charts'],
    },
    () => ({ type: 'chart-window', by: 1 }),
  ),
  screenAction(
    {
      id: 'next-metric',
      keys: ['>'],
      label: 'next metric',
      help: 'Show the next metric over time.',
      where: chartPlaces,
      tabs: ['charts'],
    },
    () => ({ type: 'chart-metric', by: 1 }),
  ),
  screenAction(
    {
      id: 'previous-metric',
      keys: ['<'],
      label: 'previous metric',
      help: 'Show the metric before over time.',
      where: chartPlaces,
      tabs: ['charts'],
    },
    () => ({ type: 'chart-metric', by: -1 }),
  ),
];
