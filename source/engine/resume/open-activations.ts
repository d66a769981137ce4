import type { HostEntry } from '../../model/host/host.ts';
import { entriesOf } from '../../state/hosts.ts';
import { isOrphan } from '../host/prepare.ts';
import type { EngineContext } from '../run/context.ts';
import { probeHosts } from '../survey/survey.ts';

/** The activation that a run without an owner left undecided on a host, by its id. */
export const openActivation = async (
  context: EngineContext,
  host: string,
): Promise<string | null> => {
  const facts = context.state().hosts[host]?.facts ?? null;
  return facts !== null && (await isOrphan(context, facts))
    ? (facts.supervision?.id ?? null)
    : null;
};

/** Asks every host where it stands, and waits for those that are going back by themselves. */
export const settleReverts = async (
  context: EngineContext,
  names: readonly string[],
): Promise<void> => {
  const entries = entriesOf(context.state(), names);
  await probeHosts(context, entries);
  await revertOpen(
    context,
    entries.filter(({ name }) => {
      const phase = context.state().hosts[name]?.facts?.supervision?.phase;
      return phase === 'reverting' || phase === 'stopping';
    }),
  );
};

/** Has every one of these hosts that is not decided go back; answers those that went. */
export const revertOpen = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<readonly string[]> => {
  const open: { entry: HostEntry; id: string }[] = [];
  for (const entry of entries) {
    const id = await openActivation(context, entry.name);
    if (id !== null) open.push({ entry, id });
  }
  const decided = await Promise.all(
    open.map(async ({ entry, id }) => {
      const answer = await context.hosts.decide(entry, id, 'revert');
      return answer.ok && ['reverted', 'rebooted'].includes(answer.value?.result?.kind ?? '')
        ? [entry.name]
        : [];
    }),
  );
  if (open.length > 0)
    await probeHosts(
      context,
      open.map(({ entry }) => entry),
    );
  return decided.flat();
};
