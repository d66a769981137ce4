import { compileWarning, planSentence } from '../../model/build/build-plan-text.ts';
import { type BuildPlan, summarizePlan, summarizePlans } from '../../model/build/plan.ts';
import type { BuildRequest } from '../../services/build/request.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

/** Tells for one host after the other what is about to be built and fetched. */
export const createPlanTeller = (
  context: EngineContext,
  session: RunSession,
): ((request: BuildRequest) => Promise<void>) => {
  const { nix } = context;
  const plans = new Map<string, BuildPlan>();
  const warned = new Set<string>();

  // A build continues without a plan.
  return async (request: BuildRequest): Promise<void> => {
    const { host } = request;
    const planned = await nix.planBuild(request, { signal: session.signal });
    if (!planned.ok) return;
    const on = request.place?.host ?? null;
    plans.set(host, { ...planned.value, on });
    const own = summarizePlan(host, plans, context.estimates.of);
    session.say({ type: 'build-planned', host, plan: own });
    session.say({
      type: 'build-planned',
      host: null,
      plan: summarizePlans(plans, context.estimates.of),
    });
    session.log(host, `Plan: ${planSentence(own)}.`);
    const fresh = own.compiles.filter((name) => !warned.has(name));
    for (const name of fresh) warned.add(name);
    const warning = compileWarning({ ...own, compiles: fresh });
    if (warning !== null)
      context.emitter.emit({ type: 'noticed', tone: 'warning', text: `${host}: ${warning}.` });
  };
};
