import {
  type Calibration,
  type Cries,
  calibratedDays,
  criesByMetric,
  rateWords,
  totalCries,
} from '../../model/watch/calibration.ts';
import { allMetrics } from '../../model/watch/metric.ts';
import { alignRows } from '../arguments/text-table.ts';

const cells = ({ days, worse }: Cries): readonly string[] => [
  String(days),
  String(worse),
  rateWords({ days, worse }),
];

/** How often the rule said worse on days without a change: by metric, by host, and of all. */
export const calibrationText = (calibrations: readonly Calibration[]): readonly string[] => {
  const known = calibrations.filter(({ why }) => why === null);
  const unknown = calibrations.flatMap(({ host, why }) =>
    why === null ? [] : [`${host}: not known: ${why}`],
  );
  if (known.length === 0) return unknown;
  const total = totalCries(known);
  const byHost = known.map((one) => [one.host, ...cells(totalCries([one]))]);
  const byBoth = known.flatMap((one) =>
    criesByMetric([one]).map(([title, cries]) => [one.host, title, ...cells(cries)]),
  );
  return [
    `The rule on each of the last ${calibratedDays} days, as if a host had been changed at its beginning. Days with a real change are left out. COMPARED: each day of each metric of each host.`,
    '',
    ...alignRows([
      ['METRIC', 'COMPARED', 'WORSE', 'RATE'],
      ...criesByMetric(known).map(([title, cries]) => [title, ...cells(cries)]),
    ]),
    '',
    ...alignRows([['HOST', 'COMPARED', 'WORSE', 'RATE'], ...byHost]),
    '',
    ...alignRows([['HOST', 'METRIC', 'DAYS', 'WORSE', 'RATE'], ...byBoth]),
    '',
    ...unknown,
    `${rateWords(total)} of ${total.days} comparisons said worse although nothing was changed.`,
  ];
};

/** The same for `--json`. */
export const calibrationDocument = (calibrations: readonly Calibration[]) => {
  const rate = ({ days, worse }: Cries): number | null => (days === 0 ? null : worse / days);
  const total = totalCries(calibrations);
  return {
    version: 1,
    days: calibratedDays,
    hosts: calibrations.map(({ host, metrics, why }) => ({
      host,
      reason: why,
      metrics: allMetrics.flatMap(({ id }) => {
        const cries = metrics[id];
        return cries === undefined ? [] : [{ metric: id, ...cries, rate: rate(cries) }];
      }),
    })),
    total: { ...total, rate: rate(total) },
  };
};
