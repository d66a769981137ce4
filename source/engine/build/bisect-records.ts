import { join } from 'node:path';
import { z } from 'zod';
import type { BisectProbe } from '../../model/causes/bisect.ts';
import { bisectOrder } from '../../model/causes/bisect-order.ts';
import type { Failure } from '../../model/failure.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { type KeptFormat, openKeptFile, parseKept } from '../../services/world/kept-file.ts';
import type { EngineContext } from '../run/context.ts';

const probe = z.object({
  updated: z.array(z.string()),
  verdict: z.enum(['passes', 'fails', 'unclear']),
});

const searches = z.array(z.object({ key: z.string(), probes: z.array(probe) }));

const format: KeptFormat<z.infer<typeof searches>> = {
  empty: [],
  parse: (text) => {
    const json = parseKept(text);
    const read = json.ok ? searches.safeParse(json.value) : undefined;
    return read?.success === true ? { value: read.data, misfits: null } : null;
  },
  write: (all) => `${JSON.stringify(all)}\n`,
};

/** Searches that are remembered; older ones start again. */
const keptSearches = 20;

/** What was tried in one search, on disk, so that it can go on after a cancellation or a crash. */
interface BisectRecords {
  readonly probes: readonly BisectProbe[];
  keep(probes: readonly BisectProbe[]): Promise<void>;
}

/** The search of this name; a file that cannot be read counts as empty. */
export const openBisectRecords = async (
  context: EngineContext,
  key: string,
): Promise<BisectRecords> => {
  const file = await openKeptFile(
    context.world,
    join(context.folder, 'bisect.json'),
    format,
    context.tellDamage,
  );
  return {
    probes: file.value().find((search) => search.key === key)?.probes ?? [],
    keep: async (probes) => {
      const search = {
        key,
        probes: probes.map(({ updated, verdict }) => ({ updated: [...updated], verdict })),
      };
      // What cannot be kept is tried again one day; the search itself goes on.
      await file.change((before) =>
        [...before.filter((one) => one.key !== key), search].slice(-keptSearches),
      );
    },
  };
};

/** The two locks between which the guilty input is, and the inputs that moved, cheap ones first. */
export interface BisectLocks {
  readonly oldText: string;
  readonly old: FlakeLock;
  readonly now: FlakeLock;
  readonly inputs: readonly string[];
}

export const readBisectLocks = (context: EngineContext): Result<BisectLocks, Failure> => {
  const { lock } = context.state();
  const nothing = (detail: string): Result<BisectLocks, Failure> =>
    failed({
      code: 'gate-closed',
      host: null,
      reason: detail,
      ...advised(advise('Look at the configuration itself', 'git diff HEAD')),
    });
  if (lock.kind !== 'read') return nothing('there is no lock whose inputs could be tried');
  const inputs = bisectOrder(lock.changes);
  if (inputs.length === 0)
    return nothing('no input changed since the committed lock, so none can be to blame');
  const old = parseFlakeLock(lock.oldText, 'HEAD:flake.lock');
  if (!old.ok) return old;
  const now = parseFlakeLock(lock.newText, 'flake.lock');
  if (!now.ok) return now;
  return success({ oldText: lock.oldText, old: old.value, now: now.value, inputs });
};
