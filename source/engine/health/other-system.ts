import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import { isBackward, type OtherSystem, runsSince } from '../../model/host/other-system.ts';
import { undoWords } from '../../model/host/upgraders.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { countPackages } from '../../model/packages/review.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { createClosures } from '../../services/nix/store.ts';
import type { EngineContext } from '../run/context.ts';
import { packagesOf } from '../survey/packages.ts';

/**
 * What somebody else brought a host to, such as an upgrade service, compared with what nixup deployed to it last; null
 * where it runs that.
 */
export const otherSystemOf = async (
  context: EngineContext,
  entry: HostEntry,
  facts: HostFacts,
  deployed: StorePath,
): Promise<OtherSystem | null> => {
  const { current } = facts;
  if (current === deployed) return null;
  const base = {
    deployed,
    since: runsSince(facts),
    backward: isBackward(facts, deployed),
  };
  if (current === null) return { ...base, packages: null, changed: null };
  const closures = createClosures(context.world, context.hosts.run);
  const [difference, files] = await Promise.all([
    packagesOf(closures, entry, deployed, current),
    context.hosts.compareFiles(entry, deployed, current),
  ]);
  return {
    ...base,
    packages: difference === null ? null : countPackages(difference.changes),
    changed: files.ok ? files.value : null,
  };
};

/** What will switch these hosts by itself, and may undo what nixup did: a sentence a host. */
export const undoSentences = (
  context: EngineContext,
  hosts: readonly string[],
): readonly string[] =>
  hosts.flatMap((host) => {
    const words = undoWords(context.state().hosts[host]?.facts?.upgraders);
    return words === null ? [] : [`${aboutHost(host, words)}.`];
  });
