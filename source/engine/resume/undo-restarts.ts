import type { HostEntry } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { InterruptedRun } from '../../state/run.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import { probeHosts } from '../survey/survey.ts';

/**
 * Hosts that should boot into a new system and still run the old one may have a boot entry chosen
 * for the next boot, and a generation of the new system: both are removed. Answers the hosts where
 * that was done.
 */
export const undoRestarts = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  systems: Readonly<Record<string, StorePath>>,
): Promise<readonly string[]> => {
  const waiting = run.restarts.flatMap((host): readonly (readonly [HostEntry, StorePath])[] => {
    const known = context.state().hosts[host];
    const old = systems[host];
    return known?.probe.kind === 'answered' && old !== undefined && known.facts?.current === old
      ? [[known.entry, old]]
      : [];
  });
  const undone = await Promise.all(
    waiting.map(async ([entry, old]) => {
      const back = await session.perform(
        { host: entry.name, deed: 'rollback', from: run.targets[entry.name] ?? null, to: old },
        () => context.hosts.bootOnce.undo(entry, old, { profileBefore: null }),
        () =>
          `profile and boot default of ${entry.name} are ${old}, and nothing else is booted once`,
      );
      return back.ok ? [entry] : [];
    }),
  );
  await probeHosts(context, undone.flat());
  return undone.flat().map(({ name }) => name);
};
