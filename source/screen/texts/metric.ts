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
export const metricText = (one: JudgedMetric): readonly TonedText[] => {
  const { verdict, query } = one;
  return [
    { text: `${metricSentence(one)}.`, tone: verdictTone(verdict) },
    ...(verdict.kind === 'unknown' ? [] : [plain(''), ...numberLines(verdict.compared, one)]),
    ...(query === null ? [] : [plain(''), quiet('Asked of Prometheus:'), plain(`  ${query}`)]),
  ];
};
