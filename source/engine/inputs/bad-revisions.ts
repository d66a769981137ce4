import { nixupCommand } from '../../model/command.ts';
import { revisionsOf } from '../../model/inputs/moves.ts';
import { type FailedBefore, failedBeforeWords } from '../../model/inputs/standing.ts';
import { rootOfChange } from '../../model/lock/change.ts';
import { showRevision } from '../../model/words/format.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import type { BadRevisionRecord } from '../records/schemas.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

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

/** Revisions with which a host passed are not bad any more: somebody corrected the flake. */
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

/** What the lock holds now, for each moved input, that failed before. */
const failedBefore = (context: EngineContext): readonly (FailedBefore & { input: string })[] => {
  const { lock } = context.state();
  if (lock.kind !== 'read') return [];
  const moved = new Set(lock.changes.map(rootOfChange));
  const revisions = revisionsNow(context);
  const found = context.records
    .badRevisions()
    .filter(({ input, revision }) => moved.has(input) && revisions.get(input) === revision);
  return [...new Set(found.map(({ input }) => input))].map((input) => {
    const ofInput = found.filter((record) => record.input === input);
    const { revision, why, together, at } = ofInput.reduce((one, other) =>
      other.at > one.at ? other : one,
    );
    const hosts = [...new Set(ofInput.map(({ host }) => host))];
    return { kind: 'failed-before', input, revision, hosts, at, why, together };
  });
};

/** What the lock holds that failed before, one sentence for each input, with the way to hold it. */
export const badRevisionWarnings = (context: EngineContext): readonly string[] =>
  failedBefore(context).map((one) => {
    const together =
      one.together.length === 0 ? '' : ` together with ${one.together.join(' and ')}`;
    const words = failedBeforeWords(one, context.world.clock.now());
    const hold = nixupCommand('hold', one.input);
    return `${one.input} is at ${showRevision(one.revision)}, which${together} ${words}. Hold it with: ${hold}`;
  });

/** Shows in the rows of inputs that they are at a revision that failed before. */
export const tellBadRevisions = (context: EngineContext): void => {
  const standings = Object.fromEntries(
    failedBefore(context).map(({ input, ...standing }) => [input, standing]),
  );
  if (Object.keys(standings).length > 0) context.emitter.emit({ type: 'inputs-asked', standings });
};

/** Says after an update which of the new revisions failed before: on the screen, and in the run's log. */
export const warnOfBadRevisions = (context: EngineContext, session: RunSession): void => {
  for (const text of badRevisionWarnings(context)) {
    session.log(null, text);
    context.emitter.emit({ type: 'noticed', tone: 'warning', text });
  }
};
