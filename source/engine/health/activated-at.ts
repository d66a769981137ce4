import type { EngineContext } from '../run/context.ts';

/** A rollback follows its deploy after few runs. */
const mostRuns = 20;

/**
 * When a host began to run a system that it was brought back from, by the journals of the run that did that and of those
 * before it, ms since the epoch; null where they do not say. A system that was taken back at once never was a generation.
 */
export const activatedAt = async (
  { journal }: EngineContext,
  { host, system, run }: { readonly host: string; readonly system: string; readonly run: string },
): Promise<number | null> => {
  const known = await journal.runs();
  const until = known.indexOf(run);
  for (const id of known
    .slice(0, until + 1)
    .toReversed()
    .slice(0, mostRuns)) {
    const begun = (await journal.read(id)).findLast(
      (event) =>
        event.type === 'intended' &&
        event.host === host &&
        event.deed === 'activate' &&
        event.to === system,
    );
    if (begun !== undefined) return begun.at;
  }
  return null;
};
