import { compareHealth } from '../../model/host/health.ts';
import type { HostFacts } from '../../model/host/host.ts';
import { type Result, success } from '../../model/result.ts';
import { type RunWatch, reportDocument, reportMarkdown } from '../../model/watch/run-watch.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { showInstant } from '../../model/words/format-time.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import type { RunResult } from '../../state/run.ts';
import type { AppState } from '../../state/state.ts';
import { allRead } from '../arguments/invocation.ts';
import { readSigns } from '../arguments/sign-words.ts';
import { answerQuestion } from '../program/answer.ts';
import type { CommandContext, CommandRun } from '../program/command.ts';
import { doRun } from '../program/do-run.ts';
import { findRun } from '../program/find-run.ts';
import { type Program, type Refused, refused } from '../program/open.ts';
import { fleetWatchLines, reportText, watchLines } from '../reports/watch.ts';

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

/** Looks again every minute and tells only what is new, until stopped or unread. */
const follow = async (
  { console, world }: CommandContext,
  program: Program,
  hosts: readonly string[],
): Promise<void> => {
  const stop = AbortSignal.any([console.canceled, console.unread]);
  const before = new Map<string, HostFacts | null>();
  const look = (): void => {
    for (const host of hosts) before.set(host, factsOf(program.state(), host));
  };
  look();
  console.tell(`watching ${counted(hosts.length, 'host')}; ^c ends it`);
  while (!stop.aborted) {
    await world.clock.sleep(everyMs, stop);
    if (stop.aborted) return;
    await program.survey({ probe: true, evaluate: false, words: hosts });
    for (const host of hosts)
      for (const news of newsOf(program.state(), host, before.get(host) ?? null))
        console.answer(`${showInstant(world.clock.now())}  ${host}  ${news}`);
    look();
  }
};

/** Of the run that is named, else of the newest that deployed. */
const watchOf = async (
  { engine, state }: Program,
  since: string | null,
): Promise<Result<RunWatch | null, Refused>> => {
  if (since === null) return success(state().watches[0] ?? null);
  const found = findRun(state().history, since);
  if (!found.ok) return found;
  const watch = await engine.health.watchOf(found.value.id);
  return watch === null
    ? refused(2, {
        code: 'gate-closed',
        host: null,
        reason: `the run ${found.value.id} (${found.value.goal}) changed no host`,
        ...advised(advise('See the runs with', 'nixup history')),
      })
    : success(watch);
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

/** The report as it is after the comparison; null where no run deployed lately. */
const reportNow = async (
  { engine, state }: Program,
  run: string | null,
): Promise<RunWatch | null> =>
  run === null
    ? null
    : (state().watches.find((one) => one.run === run) ?? (await engine.health.watchOf(run)));

/** What a person says of hosts is recorded with the run that changed them. */
const sign = async (
  program: Program,
  words: readonly string[],
  since: string | null,
  values: readonly string[],
): Promise<Result<RunWatch, Refused>> => {
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
  if (watch.value === null)
    return wrong('no run deployed in the last days', 'See the runs with', 'nixup history');
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

/** Each host compared with its state before the last deploy, or since a run; with `--follow` again and again. */
export const run: CommandRun<'watch'> = async (invocation, context) => {
  const { follow: isFollowed, since, markdown, sign: signs, ...rest } = invocation.own;
  allRead(rest);
  const { console, world } = context;
  if (signs.length > 0)
    return await answerQuestion(invocation, context, async (program) => {
      const signed = await sign(program, invocation.words, since, signs);
      if (!signed.ok) return signed;
      const now = world.clock.now();
      return success({
        text: markdown
          ? reportMarkdown(signed.value, now)
          : reportText(signed.value, now).join('\n'),
        json: { version: 1, watch: reportDocument(signed.value, now) },
        exitCode: 0,
      });
    });
  return await doRun(invocation, context, async (program) => {
    const compared = await compare(program, invocation.words, since);
    if (!compared.ok) return compared;
    const { result, hosts } = compared.value;
    const report = await reportNow(program, compared.value.run);
    const now = world.clock.now();
    if (invocation.flags.json) {
      if (report !== null)
        console.answerJson({ type: 'watch-report', at: now, ...reportDocument(report, now) });
    } else if (!markdown) {
      for (const line of fleetWatchLines(program.state().fleetWatch ?? null)) console.answer(line);
      for (const host of hosts) {
        const watch = program.state().hosts[host]?.watch;
        if (watch !== undefined) for (const line of watchLines(host, watch)) console.answer(line);
      }
    }
    if (!invocation.flags.json && !markdown && report !== null)
      for (const line of ['', ...reportText(report, now), '']) console.answer(line);
    if (isFollowed) {
      console.tell(result.summary);
      await follow(context, program, hosts);
    }
    return success({
      result,
      ...(markdown
        ? {
            answer:
              report === null
                ? 'No run deployed in the last days: there is no report.'
                : reportMarkdown(report, now),
          }
        : {}),
    });
  });
};
