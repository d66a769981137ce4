import { compareHealth } from '../../model/host/health.ts';
import type { HostFacts } from '../../model/host/host.ts';
import { type Result, success } from '../../model/result.ts';
import { showInstant } from '../../model/words/format-time.ts';
import { counted } from '../../model/words/sentences.ts';
import type { RunResult } from '../../state/run.ts';
import type { AppState } from '../../state/state.ts';
import { allRead } from '../arguments/invocation.ts';
import type { CommandContext, CommandRun } from '../program/command.ts';
import { doRun } from '../program/do-run.ts';
import type { Program, Refused } from '../program/open.ts';
import { watchLines } from '../reports/watch.ts';

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

const compare = async (
  program: Program,
  words: readonly string[],
): Promise<Result<{ readonly result: RunResult; readonly hosts: readonly string[] }, Refused>> => {
  const surveyed = await program.survey({ probe: false, evaluate: false, words });
  if (!surveyed.ok) return surveyed;
  const chosen = program.hosts(words);
  if (!chosen.ok) return chosen;
  const known = program.state().hosts;
  const hosts = chosen.value.filter((name) => known[name]?.entry.role.kind === 'deployable');
  const result = await program.engine.health.watch(hosts);
  return success({ result, hosts });
};

/** Each host compared with its state before the last deploy; with `--follow` again and again. */
export const run: CommandRun<'watch'> = async (invocation, context) =>
  await doRun(invocation, context, async (program) => {
    const { follow: isFollowed, ...rest } = invocation.own;
    allRead(rest);
    const compared = await compare(program, invocation.words);
    if (!compared.ok) return compared;
    const { result, hosts } = compared.value;
    if (!invocation.flags.json)
      for (const host of hosts) {
        const watch = program.state().hosts[host]?.watch;
        if (watch !== undefined)
          for (const line of watchLines(host, watch)) context.console.answer(line);
      }
    if (isFollowed) {
      context.console.tell(result.summary);
      await follow(context, program, hosts);
    }
    return success({ result });
  });
