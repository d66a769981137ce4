import pLimit from 'p-limit';
import { showCommand } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import { showGeneration } from '../../model/host/generation.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { adviceLine, advise } from '../../model/words/advice.ts';
import { hostList } from '../../model/words/sentences.ts';
import type { CleanPlan, CleanTarget } from '../../state/plans/clean.ts';
import { exitCodeOf, type HostOutcome } from '../../state/run.ts';
import type { EngineContext } from '../run/context.ts';
import type { GoalBody } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';
import { probeHosts } from '../survey/survey.ts';

const numbers = (list: readonly number[]): string => list.map(showGeneration).join(', ');

const cleanHost = async (
  context: EngineContext,
  session: RunSession,
  target: CleanTarget,
): Promise<HostOutcome> => {
  const { host, remove } = target;
  const known = context.state().hosts[host];
  const current = known?.facts?.current ?? null;
  const base = { from: current, to: current, generation: null };
  if (known === undefined) return { ...base, status: 'skipped', reason: 'no longer in the flake' };
  const cleaned = await session.perform(
    { host, deed: `remove generations ${remove.map(({ number }) => number).join(' ')}` },
    () => context.hosts.clean(known.entry, remove),
    ({ removed }) => `${numbers(removed)} are gone`,
  );
  if (!cleaned.ok) {
    const { what, next } = explain(cleaned.failure);
    return { ...base, status: 'failed', reason: `${what} ${adviceLine(next)}` };
  }
  await probeHosts(context, [known.entry]);
  const { removed, refused } = cleaned.value;
  return {
    ...base,
    status: 'succeeded',
    reason: `removed ${removed.length === 0 ? 'none' : numbers(removed)}${refused.length === 0 ? '' : `; kept after all: ${numbers(refused)}`}`,
  };
};

/** Removes exactly the generations that were shown. Their space comes free with the next garbage collection. */
const runClean = async (
  context: EngineContext,
  session: RunSession,
  plan: CleanPlan,
): Promise<void> => {
  for (const { host, kind, reason } of plan.leftOut) {
    // No later run cleans a host that does not answer by itself.
    const status = kind === 'unchanged' ? kind : 'skipped';
    session.outcome(host, { status, from: null, to: null, generation: null, reason });
  }
  const limit = pLimit(context.jobs.activate);
  await Promise.all(
    plan.targets.map((target) =>
      limit(async () => session.outcome(target.host, await cleanHost(context, session, target))),
    ),
  );
};

export const cleanGoal =
  (context: EngineContext, plan: CleanPlan): GoalBody =>
  async (session) => {
    await runClean(context, session, plan);
    const told = plan.targets.map(({ host }) =>
      aboutHost(host, session.outcomes.get(host)?.reason ?? 'nothing'),
    );
    const silent = plan.leftOut.filter(({ kind }) => kind === 'pending');
    if (plan.targets.length === 0 && silent.length > 0)
      return {
        exitCode: 1,
        summary: `Nothing was removed. It is not known what can be removed, as these hosts did not answer: ${hostList(silent.map(({ host }) => host))}.`,
      };
    const names = silent.map(({ host }) => host);
    const isDone = exitCodeOf([...session.outcomes.values()]) === 0;
    return {
      ...(silent.length > 0 && isDone ? { exitCode: 4 } : {}),
      summary: [
        told.length === 0
          ? 'Nothing to remove.'
          : `${told.join('; ')}. Space comes free with the next garbage collection.`,
        ...(silent.length === 0
          ? []
          : [`Not cleaned, because no answer came: ${hostList(names)}.`]),
      ].join(' '),
      ...(silent.length === 0
        ? {}
        : {
            next: advise(
              'When they answer',
              showCommand({ file: 'nixup', args: ['clean', ...names] }),
            ),
          }),
    };
  };
