import { type Result, success } from '../../model/result.ts';
import type { Calibration } from '../../model/watch/calibration.ts';
import type { ChartAnswer, ChartWindow } from '../../model/watch/chart.ts';
import type { MetricId } from '../../model/watch/metric.ts';
import {
  earlySignWords,
  noWatchWords,
  type RunWatch,
  reportDocument,
  reportMarkdown,
  watchLeft,
} from '../../model/watch/run-watch.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { showAge } from '../../model/words/format-time.ts';
import { hostList } from '../../model/words/sentences.ts';
import { chartPoints } from '../../screen/texts/chart.ts';
import type { Invocation } from '../arguments/invocation.ts';
import { readSigns } from '../arguments/sign-words.ts';
import { saysYes } from '../program/agreement.ts';
import { answerQuestion } from '../program/answer.ts';
import type { CommandContext } from '../program/command.ts';
import type { Console } from '../program/console.ts';
import { reportNow, watchOf } from '../program/find-run.ts';
import { type Program, type Refused, refused } from '../program/open.ts';
import { calibrationDocument, calibrationText } from '../reports/calibration.ts';
import { chartDocument, chartText, usualChartColumns } from '../reports/charts.ts';
import { reportText } from '../reports/watch.ts';

type WatchInvocation = Invocation<'watch'>;

interface SignAsked {
  readonly since: string | null;
  readonly values: readonly string[];
  readonly mayAsk: boolean;
  readonly isYes: boolean;
  readonly console: Console;
  readonly now: number;
}

/** Fine is said of 24 hours: where they are not over the person is asked, or has said yes. Null: go on. */
const agreesEarly = async (
  watch: RunWatch,
  hosts: readonly string[],
  { isYes, mayAsk, console, now }: SignAsked,
): Promise<ReturnType<typeof refused> | null> => {
  const early = hosts.filter((host) => watchLeft(watch, host, now) > 0);
  const last = early.toSorted(
    (one, other) => watchLeft(watch, other, now) - watchLeft(watch, one, now),
  )[0];
  if (last === undefined || isYes) return null;
  const words =
    early.length === 1
      ? earlySignWords(watch, last, now)
      : `The watch of ${hostList(early)} is not over; the last, ${last}, ends in ${showAge(watchLeft(watch, last, now))}`;
  if (mayAsk && (await saysYes(console, `${words}; sign now?`))) return null;
  return refused(3, {
    code: 'gate-closed',
    host: null,
    reason: startSmall(words),
    ...advised(
      advise(
        'Nothing was signed. To sign it now all the same',
        `nixup watch ${hosts.join(' ')} --sign fine --yes`,
      ),
    ),
  });
};

const startSmall = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);

/** What a person says of hosts is recorded with the run that changed them. */
const sign = async (
  program: Program,
  words: readonly string[],
  asked: SignAsked,
): Promise<Result<RunWatch, Refused>> => {
  const { since, values } = asked;
  const wrong = (reason: string, words: string, command: string): ReturnType<typeof refused> =>
    refused(2, { code: 'gate-closed', host: null, reason, ...advised(advise(words, command)) });
  const signs = readSigns(values);
  if (signs.kind === 'wrong') return wrong(signs.why, 'See how with', 'nixup help watch');
  const surveyed = await program.survey({ probe: false, evaluate: false, words });
  if (!surveyed.ok) return surveyed;
  const chosen = program.hosts(words);
  if (!chosen.ok) return chosen;
  const watch = await watchOf(program, since);
  if (!watch.ok) return watch;
  if (watch.value === null) return wrong(noWatchWords, 'See the runs with', 'nixup history');
  const { run, hosts } = watch.value;
  if (words.length === 0)
    return wrong(
      'name the hosts that you sign',
      'For example',
      `nixup watch ${hosts[0]?.host ?? ''} --sign fine`,
    );
  const others = chosen.value.filter((name) => !hosts.some(({ host }) => host === name));
  if (others.length > 0)
    return wrong(
      `the run ${run} did not change ${hostList(others)}`,
      'See what it changed with',
      `nixup history ${run}`,
    );
  const early =
    signs.trouble?.length === 0 ? await agreesEarly(watch.value, chosen.value, asked) : null;
  if (early !== null) return early;
  for (const host of chosen.value) {
    if (!(await program.engine.health.signOff(run, host, signs.trouble)))
      return refused(1, {
        code: 'gate-closed',
        host,
        reason: 'what was said of it could not be recorded',
        ...advised(advise('See why with', 'nixup check')),
      });
  }
  return success((await reportNow(program, run)) ?? watch.value);
};

/** Without a Prometheus there is nothing to show: that is a matter of the configuration. */
const notConfigured = (reason = 'no Prometheus is configured'): ReturnType<typeof refused> =>
  refused(2, {
    code: 'gate-closed',
    host: null,
    reason,
    ...advised('Name it in nixup.toml: [monitoring] prometheus = "http://HOST:9090"'),
  });

/** A metric of hosts over time. */
const charts = async (
  program: Program,
  words: readonly string[],
  asked: { readonly metric: MetricId; readonly window: ChartWindow },
  columns: number,
): Promise<Result<readonly ChartAnswer[], Refused>> => {
  const surveyed = await program.survey({ probe: true, evaluate: false, words });
  if (!surveyed.ok) return surveyed;
  const chosen = program.hosts(words);
  if (!chosen.ok) return chosen;
  const known = program.state().hosts;
  const answers: ChartAnswer[] = [];
  for (const host of chosen.value) {
    if (known[host]?.entry.role.kind !== 'deployable') continue;
    const answer = await program.engine.health.chart(host, asked, chartPoints(columns));
    if (answer !== null) answers.push(answer);
  }
  return success(answers);
};

/** Prints a metric of hosts over time. */
export const answerCharts = (
  invocation: WatchInvocation,
  context: CommandContext,
  asked: { readonly metric: MetricId; readonly window: ChartWindow },
): Promise<number> =>
  answerQuestion(invocation, context, async (program) => {
    const { json: isJson, ascii } = invocation.flags;
    // A program gets the same numbers whatever the terminal is.
    const columns = (isJson ? undefined : context.console.columns?.()) ?? usualChartColumns;
    const answers = await charts(program, invocation.words, asked, columns);
    if (!answers.ok) return answers;
    const [first] = answers.value;
    if (
      !program.engine.health.hasMetrics() &&
      answers.value.every(({ kind }) => kind === 'unknown')
    )
      return notConfigured(first?.kind === 'unknown' ? first.why : undefined);
    return success({
      text: answers.value
        .map((answer) => chartText(answer, columns, ascii).join('\n'))
        .join('\n\n'),
      json: { version: 1, charts: answers.value.map(chartDocument) },
      exitCode: answers.value.every(({ kind }) => kind === 'read') ? 0 : 4,
    });
  });

/** Records what a person says of hosts, and prints the report with it. */
export const answerSigns = (
  invocation: WatchInvocation,
  context: CommandContext,
  asked: {
    readonly since: string | null;
    readonly markdown: boolean;
    readonly sign: readonly string[];
  },
): Promise<number> =>
  answerQuestion(invocation, context, async (program) => {
    const { console } = context;
    const now = context.world.clock.now();
    const signed = await sign(program, invocation.words, {
      since: asked.since,
      values: asked.sign,
      mayAsk: console.canAsk && !invocation.flags.json,
      isYes: invocation.flags.yes,
      console,
      now,
    });
    if (!signed.ok) return signed;
    return success({
      text: asked.markdown
        ? reportMarkdown(signed.value, now)
        : reportText(signed.value, now).join('\n'),
      json: { version: 1, watch: reportDocument(signed.value, now) },
      exitCode: 0,
    });
  });

/** Each reason with its hosts; nothing where there is no host. */
const whyNotCalibrated = (calibrations: readonly Calibration[]): string | undefined => {
  const reasons = [...new Set(calibrations.map(({ why }) => why ?? ''))].map((reason) => {
    const hosts = calibrations.filter(({ why }) => why === reason).map(({ host }) => host);
    return `${hostList(hosts)}: ${reason}`;
  });
  return reasons.length === 0 ? undefined : reasons.join('; ');
};

/** Tries the rule on the last month, and prints how often it says worse without a change. */
export const answerCalibration = (
  invocation: WatchInvocation,
  context: CommandContext,
): Promise<number> =>
  answerQuestion(invocation, context, async (program) => {
    const { words } = invocation;
    const surveyed = await program.survey({ probe: true, evaluate: false, words });
    if (!surveyed.ok) return surveyed;
    const chosen = program.hosts(words);
    if (!chosen.ok) return chosen;
    const known = program.state().hosts;
    const hosts = chosen.value.filter((name) => known[name]?.entry.role.kind === 'deployable');
    const calibrations = await program.engine.health.calibrate(
      hosts,
      (what) => context.console.tell(what),
      context.console.canceled,
    );
    const isNothingKnown = calibrations.every(({ why }) => why !== null);
    if (isNothingKnown && !program.engine.health.hasMetrics())
      return notConfigured(whyNotCalibrated(calibrations));
    return success({
      text: calibrationText(calibrations).join('\n'),
      json: calibrationDocument(calibrations),
      exitCode: calibrations.some(({ why }) => why === null) ? 0 : 4,
    });
  });
