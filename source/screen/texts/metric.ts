import {
  type Calibration,
  type Cries,
  criesByMetric,
  rateWords,
  totalCries,
} from '../../model/watch/calibration.ts';
import type { ComparedMetric, MetricVerdict } from '../../model/watch/judge.ts';
import { showMetric } from '../../model/watch/metric.ts';
import type { JudgedMetric } from '../../model/watch/report.ts';
import { metricSentence, unitOf } from '../../model/watch/report.ts';
import type { Tone } from '../../model/words/line.ts';
import type { TonedText } from '../overlay.ts';
import { plain, quiet } from '../toned.ts';

/** The tone of a verdict: what is unknown is not fine. */
export const verdictTone = (verdict: MetricVerdict): Tone => {
  switch (verdict.kind) {
    case 'worse':
      return 'bad';
    case 'early':
      return verdict.leaning === 'worse' ? 'warn' : 'muted';
    case 'unknown':
      return 'warn';
    case 'better':
      return 'good';
    case 'as-before':
      return 'plain';
  }
};

const numberLines = (facts: ComparedMetric, one: JudgedMetric): readonly TonedText[] => {
  const { after, base, low, high, days } = facts;
  const show = (value: number): string => showMetric(value, unitOf(one));
  const percentile = after.p95 === null ? '' : `, 95th percentile ${show(after.p95)}`;
  return [
    plain(
      `since the deploy     median ${show(after.p50)}, quartiles ${show(after.p25)} and ${show(after.p75)}${percentile}`,
    ),
    plain(
      `${`${days} days before`.padEnd(20)} median ${show(base)}, from ${show(low)} to ${show(high)}`,
    ),
    quiet(`${after.samples} of about ${after.expected} samples`),
  ];
};

/** The numbers behind a verdict, and the query with which a person can ask for them. */
export const metricText = (one: JudgedMetric, when = ''): readonly TonedText[] => {
  const { verdict, query } = one;
  return [
    { text: `${metricSentence(one, when)}.`, tone: verdictTone(verdict) },
    ...(verdict.kind === 'unknown' ? [] : [plain(''), ...numberLines(verdict.compared, one)]),
    ...(query === null
      ? []
      : [
          plain(''),
          quiet(
            query.startsWith('sadf ') ? 'Asked of sysstat on the host:' : 'Asked of Prometheus:',
          ),
          plain(`  ${query}`),
        ]),
  ];
};

/** How often the rule said worse on days without a change: of all, by metric, by host. */
export const calibrationTexts = (calibrations: readonly Calibration[]): readonly TonedText[] => {
  const known = calibrations.filter(({ why }) => why === null);
  const total = totalCries(known);
  const row = (name: string, cries: Cries, what: 'days' | 'comparisons'): TonedText =>
    plain(`  ${name.padEnd(18)} ${cries.worse} of ${cries.days} ${what}   ${rateWords(cries)}`);
  return [
    plain(
      known.length === 0
        ? 'Nothing is known.'
        : `${rateWords(total)} of ${total.days} comparisons said worse although nothing was changed.`,
    ),
    ...(known.length === 0 ? [] : [quiet('A comparison: one metric of one host on one day.')]),
    ...criesByMetric(known).map(([title, cries]) => row(title, cries, 'comparisons')),
    ...calibrations.flatMap((one): readonly TonedText[] =>
      one.why === null
        ? [
            plain(''),
            row(one.host, totalCries([one]), 'comparisons'),
            ...criesByMetric([one]).map(([title, cries]) => row(`  ${title}`, cries, 'days')),
          ]
        : [{ text: `  ${one.host}: not known: ${one.why}`, tone: 'warn' }],
    ),
  ];
};
