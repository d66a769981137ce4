import { compareHealth } from '../../model/host/health.ts';
import type { HostFacts } from '../../model/host/host.ts';
import { type Result, success } from '../../model/result.ts';
import { sampledSentence } from '../../model/watch/counters.ts';
import { type RunWatch, reportDocument, reportMarkdown } from '../../model/watch/run-watch.ts';
import { showInstant } from '../../model/words/format-time.ts';
import { counted } from '../../model/words/sentences.ts';
import type { RunResult } from '../../state/run.ts';
import type { AppState } from '../../state/state.ts';
import { allRead } from '../arguments/invocation.ts';
import type { CommandContext, CommandRun } from '../program/command.ts';
import { doRun } from '../program/do-run.ts';
import { reportNow, watchOf } from '../program/find-run.ts';
import type { Program, Refused } from '../program/open.ts';
import { resultText } from '../program/result-text.ts';
import { fleetWatchLines, type HostNow, reportText, watchLines } from '../reports/watch.ts';
import { answerCalibration, answerCharts, answerSigns } from './watch-answers.ts';

/** Between two looks with `--follow`, ms. */
const everyMs = 60_000;

/** What became different on a host between two looks, in words. Pure. */
export const newsOf = (
  state: AppState,
  host: string,
  before: HostFacts | null,
): readonly string[] => {
  const known = state.hosts[host];
  if (known === undefined) return [];
  if (known.probe.kind !== 'answered' || known.facts === null)
    return before === null ? [] : ['does not answer any more'];
  const now = known.facts;
  if (before === null) return ['answers'];
  const verdict = compareHealth(before, now, known.entry);
  return [
    ...(verdict.kind === 'unhealthy' ? verdict.problems : []),
    ...(before.bootId !== now.bootId ? ['was rebooted'] : []),
    ...(before.current !== now.current ? [`runs another system: ${now.current ?? 'unknown'}`] : []),
  ];
};

const factsOf = (state: AppState, host: string): HostFacts | null => {
  const known = state.hosts[host];
  return known?.probe.kind === 'answered' ? known.facts : null;
};

/** Numbers of hosts that keep none are told once in so many looks. */
const sampledEvery = 5;

const tellSampled = (
  console: CommandContext['console'],
  sampled: Awaited<ReturnType<Program['engine']['health']['sample']>>,
  isJson: boolean,
): void => {
  for (const [host, window] of sampled) {
    if (isJson) console.answerJson({ type: 'sampled', at: window.to, host, ...window });
    else console.answer(`${showInstant(window.to)}  ${host}  ${sampledSentence(window)}`);
  }
};

/** Looks again every minute and tells only what is new, until stopped or unread. */
const follow = async (
  { console, world }: CommandContext,
  program: Program,
  hosts: readonly string[],
  isJson: boolean,
): Promise<void> => {
  const stop = AbortSignal.any([console.canceled, console.unread]);
  const before = new Map<string, HostFacts | null>();
  const look = (): void => {
    for (const host of hosts) before.set(host, factsOf(program.state(), host));
  };
  look();
  console.tell(`watching ${counted(hosts.length, 'host')}; ^c ends it`);
  await program.engine.health.sample(hosts);
  let looks = 0;
  while (!stop.aborted) {
    await world.clock.sleep(everyMs, stop);
    if (stop.aborted) return;
    await program.survey({ probe: true, evaluate: false, words: hosts });
    for (const host of hosts)
      for (const news of newsOf(program.state(), host, before.get(host) ?? null))
        console.answer(`${showInstant(world.clock.now())}  ${host}  ${news}`);
    look();
    const sampled = await program.engine.health.sample(hosts);
    looks += 1;
    // The first numbers at once, then not at each look.
    if (looks % sampledEvery === 1) tellSampled(console, sampled, isJson);
  }
};

interface Compared {
  readonly result: RunResult;
  readonly hosts: readonly string[];
  /** The run whose report was made; null where no run deployed lately. */
  readonly run: string | null;
}

const compare = async (
  program: Program,
  words: readonly string[],
  since: string | null,
): Promise<Result<Compared, Refused>> => {
  const surveyed = await program.survey({ probe: false, evaluate: false, words });
  if (!surveyed.ok) return surveyed;
  const chosen = program.hosts(words);
  if (!chosen.ok) return chosen;
  const watch = await watchOf(program, since);
  if (!watch.ok) return watch;
  const known = program.state().hosts;
  const changed = since === null ? null : watch.value?.hosts.map(({ host }) => host);
  const hosts = chosen.value.filter(
    (name) =>
      known[name]?.entry.role.kind === 'deployable' && (changed == null || changed.includes(name)),
  );
  const result = await (since === null
    ? program.engine.health.watch(hosts)
    : program.engine.health.watch(hosts, watch.value));
  return success({ result, hosts, run: watch.value?.run ?? null });
};

const asJson = (report: RunWatch, now: number) => ({
  type: 'watch-report',
  at: now,
  ...reportDocument(report, now),
});

/** What the watch says, for people: of the fleet, of each host, and of the run that changed them. */
const tellWatch = (
  { console }: CommandContext,
  state: AppState,
  hosts: readonly string[],
  { report, result }: { readonly report: RunWatch | null; readonly result: RunResult },
  now: number,
): void => {
  const nowOf = (host: string): HostNow => {
    const outcome = result.hosts[host];
    const reason = outcome?.status === 'unhealthy' ? outcome.reason : null;
    return {
      isAnswering: state.hosts[host]?.probe.kind === 'answered',
      problems: reason === null || reason === undefined ? [] : [reason],
    };
  };
  const told = hosts.flatMap((host) => {
    const watch = state.hosts[host]?.watch;
    return watch === undefined ? [] : [{ host, lines: watchLines(host, watch, nowOf(host)) }];
  });
  const names = new Set(told.map(({ host }) => host));
  const lines = [
    ...fleetWatchLines(state.fleetWatch ?? null),
    ...told.flatMap((one) => one.lines),
    ...(report === null ? [] : ['', ...reportText(report, now, names), '']),
  ];
  for (const line of lines) console.answer(line);
};

/** How the comparison ended, in words. A host whose units are as before was told above, with all that the watch says of it. */
const endWords = (state: AppState, result: RunResult): string =>
  resultText({
    ...result,
    hosts: Object.fromEntries(
      Object.entries(result.hosts).filter(
        ([host, { status }]) => status !== 'unchanged' || state.hosts[host]?.watch === undefined,
      ),
    ),
  });

/** The report of the last deploy, and what the watch found just now: trouble of a check stands in no report of a host. */
const markdownOf = (report: RunWatch | null, now: number, { summary }: RunResult): string =>
  [
    report === null
      ? 'No run deployed in the last days: there is no report of one.'
      : reportMarkdown(report, now).trimEnd(),
    '',
    `Found now: ${summary}`,
  ].join('\n');

/** Each host compared with its state before the last deploy, or since a run; with `--follow` again and again. */
export const run: CommandRun<'watch'> = async (invocation, context) => {
  const {
    follow: isFollowed,
    since,
    markdown,
    chart,
    window,
    calibrate,
    sign,
    ...rest
  } = invocation.own;
  allRead(rest);
  if (chart !== null) return await answerCharts(invocation, context, { metric: chart, window });
  if (calibrate) return await answerCalibration(invocation, context);
  if (sign.length > 0) return await answerSigns(invocation, context, { since, markdown, sign });
  const { console, world } = context;
  return await doRun(invocation, context, async (program) => {
    const compared = await compare(program, invocation.words, since);
    if (!compared.ok) return compared;
    const { result, hosts } = compared.value;
    const report = await reportNow(program, compared.value.run);
    const now = world.clock.now();
    if (invocation.flags.json) {
      if (report !== null) console.answerJson(asJson(report, now));
    } else if (!markdown) tellWatch(context, program.state(), hosts, { report, result }, now);
    if (isFollowed) {
      console.tell(result.summary);
      await follow(context, program, hosts, invocation.flags.json);
    }
    const answer = markdown ? markdownOf(report, now, result) : endWords(program.state(), result);
    return success({ result, answer });
  });
};
