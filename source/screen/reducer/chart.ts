import { chartWindows } from '../../model/watch/chart.ts';
import { allMetrics } from '../../model/watch/metric.ts';
import type { Ui, UiEvent } from '../ui.ts';

type ChartEvent = Extract<
  UiEvent,
  { readonly type: 'chart-window' | 'chart-metric' | 'chart-chosen' }
>;

/** Which metric is shown over time, and how much time; at an end it stays. */
export const reduceChart = (ui: Ui, event: ChartEvent): Ui => {
  const { metric, window } = ui.chart;
  switch (event.type) {
    case 'chart-window': {
      const next = chartWindows[chartWindows.indexOf(window) + event.by];
      return next === undefined ? ui : { ...ui, chart: { metric, window: next } };
    }
    case 'chart-metric': {
      const index = allMetrics.findIndex(({ id }) => id === metric);
      const next = allMetrics[(index + event.by + allMetrics.length) % allMetrics.length];
      return next === undefined ? ui : { ...ui, chart: { metric: next.id, window } };
    }
    case 'chart-chosen':
      return { ...ui, chart: { metric: event.metric, window } };
  }
};
