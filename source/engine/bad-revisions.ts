import { z } from 'zod';
import { showRevision } from '../model/format-size.ts';
import { showAge } from '../model/format-time.ts';
import { revisionsOf } from '../model/lock-moves.ts';
import { parseFlakeLock } from '../parsers/flake-lock.ts';
import type { EngineContext } from './context.ts';

/** A revision of an input that broke a host. */
export const badRevisionRecord = z.object({
  input: z.string(),
  revision: z.string(),
  host: z.string(),
  at: z.number(),
  run: z.string(),
  /** One sentence: what failed. */
  why: z.string(),
  /** Inputs without whose new revisions it works. */
  together: z.array(z.string()),
});
export type BadRevisionRecord = z.infer<typeof badRevisionRecord>;

const revisionsNow = (context: EngineContext): ReadonlyMap<string, string> => {
  const { lock } = context.state();
  if (lock.kind !== 'read') return new Map();
  const parsed = parseFlakeLock(lock.newText, 'flake.lock');
  return parsed.ok ? revisionsOf(parsed.value) : new Map();
};

/** Remembers that these inputs, at the revisions of the lock as it is, break these hosts. */
export const rememberBadRevisions = async (
  context: EngineContext,
  run: string,
  inputs: readonly string[],
  hosts: readonly string[],
  why: string,
): Promise<void> => {
  const revisions = revisionsNow(context);
  const at = context.world.clock.now();
  const records = inputs.flatMap((input): readonly BadRevisionRecord[] => {
    const revision = revisions.get(input);
    if (revision === undefined) return [];
    const together = inputs.filter((other) => other !== input);
    return hosts.map((host) => ({ input, revision, host, at, run, why, together }));
  });
  if (records.length > 0) await context.records.keepBadRevisions(records);
};

/** What passed is not bad any more: somebody mended the other side. */
export const forgetBadRevisions = async (
  context: EngineContext,
  hosts: readonly string[],
): Promise<void> => {
  const revisions = revisionsNow(context);
  const passed = new Set(hosts);
  await context.records.dropBadRevisions(
    ({ input, revision, host }) => passed.has(host) && revisions.get(input) === revision,
  );
};

/** What the lock holds that failed before, one sentence for each input, with the way to hold it. */
export const badRevisionWarnings = (context: EngineContext): readonly string[] => {
  const { lock } = context.state();
  if (lock.kind !== 'read') return [];
  const moved = new Set(lock.changes.map(({ path }) => path.split('/')[0] ?? ''));
  const revisions = revisionsNow(context);
  const now = context.world.clock.now();
  const found = context.records
    .badRevisions()
    .filter(({ input, revision }) => moved.has(input) && revisions.get(input) === revision);
  return [...new Set(found.map(({ input }) => input))].map((input) => {
    const ofInput = found.filter((record) => record.input === input);
    const hosts = [...new Set(ofInput.map(({ host }) => host))];
    const last = ofInput.reduce((one, other) => (other.at > one.at ? other : one));
    const together =
      last.together.length === 0 ? '' : ` together with ${last.together.join(' and ')}`;
    return `${input} is at ${showRevision(last.revision)}, which${together} failed on ${hosts.join(', ')} ${showAge(now - last.at)} ago: ${last.why}. Hold it with: nixup hold ${input}`;
  });
};

/** Says after an update which of the new revisions failed before. */
export const warnOfBadRevisions = (context: EngineContext): void => {
  for (const text of badRevisionWarnings(context))
    context.emitter.emit({ type: 'noticed', tone: 'warning', text });
};
