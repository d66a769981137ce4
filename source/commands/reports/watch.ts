import {
  type HostWatch,
  isMeasured,
  type JudgedMetric,
  metricSentence,
  titleOf,
  verdictWords,
  watchVerdict,
  weightOf,
} from '../../model/watch/report.ts';
import { showMoment } from '../../model/words/format-time.ts';

const isQuiet = ({ verdict }: JudgedMetric): boolean => verdict.kind === 'as-before';

/** Metrics that share a reason stand in one line. */
const unknownLines = (metrics: readonly JudgedMetric[]): readonly string[] => {
  const byWords = new Map<string, string[]>();
  for (const one of metrics) {
    const title = titleOf(one);
    const words = metricSentence(one).slice(title.length + 2);
    byWords.set(words, [...(byWords.get(words) ?? []), title]);
  }
  return [...byWords].map(([words, titles]) => `unknown: ${titles.join(', ')}: ${words}`);
};

/** What the watch says of a host: its verdict, then what moved, then what is unknown, then what is as before. */
export const watchLines = (host: string, watch: HostWatch): readonly string[] => {
  const measured = watch.metrics.filter(isMeasured);
  const moved = measured
    .filter((one) => !isQuiet(one) && one.verdict.kind !== 'unknown')
    .toSorted((one, other) => weightOf(other) - weightOf(one));
  const unknown = measured.filter(({ verdict }) => verdict.kind === 'unknown');
  const quiet = measured.filter(isQuiet).map(titleOf);
  const since = watch.changedAt === null ? '' : `, changed ${showMoment(watch.changedAt)} UTC`;
  return [
    `${host}: ${verdictWords[watchVerdict(watch)]}${since}`,
    ...[
      ...moved.map(metricSentence),
      ...unknownLines(unknown),
      ...(quiet.length === 0 ? [] : [`as before: ${quiet.join(', ')}`]),
    ].map((line) => `  ${line}`),
  ];
};
