import { journalSentences, switcherSentences } from '../../model/watch/journal.ts';
import {
  criesSentence,
  type FleetWatch,
  fleetWatchNotes,
  type HostWatch,
  notedLines,
  titleOf,
  verdictWords,
  type WatchedLine,
  type WatchVerdict,
  watchedLines,
  watchVerdict,
} from '../../model/watch/report.ts';
import { type ReportLine, type RunWatch, reportLines } from '../../model/watch/run-watch.ts';
import { showMoment } from '../../model/words/format-time.ts';

const isQuiet = ({ judged }: WatchedLine): boolean => judged.verdict.kind === 'as-before';

/** What is known of a host beside its watch. */
export interface HostNow {
  readonly isAnswering: boolean;
  /** What is wrong with it now, and was not before the deploy. */
  readonly problems: readonly string[];
}

const fine: HostNow = { isAnswering: true, problems: [] };

/** One verdict for the host: what is wrong with it now is never told as unknown, and one that is mute is told as that. */
const hostVerdict = (verdict: WatchVerdict, { isAnswering, problems }: HostNow): string => {
  if (problems.length > 0) return verdictWords.worse;
  if (isAnswering || verdict === 'worse') return verdictWords[verdict];
  return `did not answer: its units and its journal are not known${verdict === 'unknown' ? '' : `; ${metricsWords(verdict)}`}`;
};

const metricsWords = (verdict: WatchVerdict): string =>
  verdict === 'not-configured' ? verdictWords[verdict] : `metrics: ${verdictWords[verdict]}`;

/** What the watch says of a host: its verdict, then what moved, then what is unknown, then what is as before. */
export const watchLines = (
  host: string,
  watch: HostWatch,
  now: HostNow = fine,
): readonly string[] => {
  const lines = watchedLines(watch);
  const quiet = lines.filter(isQuiet).map(({ judged }) => titleOf(judged));
  const since = watch.changedAt === null ? '' : `, changed ${showMoment(watch.changedAt)} UTC`;
  const until = watch.window === null ? '' : `, compared until ${showMoment(watch.window.to)} UTC`;
  const verdict = watchVerdict(watch);
  const cries = criesSentence(watch);
  return [
    `${host}: ${hostVerdict(verdict, now)}${since}${until}`,
    ...[
      ...now.problems,
      ...(watch.journal === null ? [] : journalSentences(watch.journal)),
      ...switcherSentences(watch.journal),
      ...notedLines(watch).map(({ words }) => words),
      ...(verdict === 'not-configured' ? [] : lines.filter((line) => !isQuiet(line))).map(
        ({ words }) => words,
      ),
      ...(cries === null ? [] : [cries]),
      ...(quiet.length === 0 ? [] : [`as before: ${quiet.join(', ')}`]),
    ].map((line) => `  ${line}`),
  ];
};

const indents: Readonly<Record<ReportLine['kind'], string>> = {
  headline: '',
  heading: '',
  host: '  ',
  detail: '    ',
  signed: '  ',
  unsigned: '  ',
};

/** The report of the watch after a run, as text, without what was told of these hosts. */
export const reportText = (
  watch: RunWatch,
  now: number,
  toldBefore?: ReadonlySet<string>,
): readonly string[] =>
  reportLines(watch, now, toldBefore).map(({ kind, text }) => `${indents[kind]}${text}`);

/** Alerts that name no host, and what is odd about the servers; nothing where there is neither. */
export const fleetWatchLines = (fleet: FleetWatch | null): readonly string[] => {
  const lines = fleetWatchNotes(fleet).map(({ words }) => `  ${words}`);
  return lines.length === 0 ? [] : ['fleet:', ...lines];
};
