import type { Failure } from '../../model/failure.ts';
import { fingerprintOf } from '../../model/lock/facts.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { hostList } from '../../model/words/sentences.ts';
import { filesToComeWords, rollbackCommand } from '../../state/partly-back.ts';
import { filesToCome, interruptionOf } from '../../state/reducer/replay.ts';
import type { FilesToCome, InterruptedRun } from '../../state/run.ts';
import { takeFilesBack } from '../deploy/rollback.ts';
import { isLockText, type PreparedBack, prepareFilesBack } from '../deploy/take-back-files.ts';
import type { EngineContext } from '../run/context.ts';
import { closeInterrupted } from '../run/interrupted.ts';
import type { RunSession } from '../run/session.ts';

/**
 * What a rollback that was cut off still had to take back after its hosts, and the command that
 * does it.
 */
export const filesStillToCome = (
  context: EngineContext,
  also: FilesToCome | undefined,
): readonly string[] => {
  if (also === undefined) return [];
  const hosts = also.hosts.filter((host) => context.state().hosts[host] !== undefined);
  // Without a name it would be a rollback of every host.
  const names = hosts.length > 0 ? hosts : also.hosts;
  return names.length === 0
    ? []
    : [
        `${filesToComeWords(also)} That was not done yet. To do it: ${rollbackCommand(names, also)}`,
      ];
};

/** Files that go back once the hosts are: asked and found possible, before the first host. */
export interface FilesToFinish {
  readonly also: FilesToCome;
  readonly prepared: PreparedBack;
}

/** The lock has changed since the rollback began: it may not be dropped. */
const changedSince = (also: FilesToCome): Failure => ({
  code: 'gate-closed',
  host: null,
  reason:
    'No host was touched: flake.lock was changed after the rollback was cut off, and to finish it would lose that',
  remedy: `Keep it first: nixup commit. Or close the run (nixup resume leave), and take back what you mean: ${rollbackCommand(also.hosts, also)}`,
});

/**
 * Asks what a rollback asks before its first host, and announces what is to come. Null where
 * the run was to take back hosts alone.
 */
export const prepareFilesToFinish = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
): Promise<Result<FilesToFinish | null, Failure>> => {
  const { alsoBack } = run;
  if (alsoBack === undefined) return success(null);
  const prepared = await prepareFilesBack(context, session, alsoBack);
  if (!prepared.ok) return prepared;
  const { lock } = context.state();
  const { commit } = prepared.value;
  const isKnown =
    lock.kind !== 'read' ||
    lock.changes.length === 0 ||
    fingerprintOf(lock) === run.lock ||
    (commit !== null && (await isLockText(context, commit.planned.text)));
  if (alsoBack.lock && !isKnown) return failed(changedSince(alsoBack));
  session.say({
    type: 'intended',
    host: null,
    deed: filesToCome(alsoBack),
    from: null,
    to: null,
  });
  return success({ also: alsoBack, prepared: prepared.value });
};

/** Hosts that do not run what the rollback was to take them to: lock and commit stay with them. */
const notBack = (context: EngineContext, run: InterruptedRun): readonly string[] =>
  Object.entries(run.targets).flatMap(([host, to]) => {
    const known = context.state().hosts[host];
    return known === undefined || known.facts?.current === to ? [] : [host];
  });

/** Other unfinished runs that were to do the same: a resume that was cut off itself. */
const closeSame = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  also: FilesToCome,
): Promise<void> => {
  for (const { id, ending } of context.state().history) {
    if (ending !== null || id === run.id || id === session.id) continue;
    const other = interruptionOf(id, await context.journal.read(id));
    if (other?.alsoBack !== undefined && filesToCome(other.alsoBack) === filesToCome(also))
      await closeInterrupted(context, other, `finished by ${session.id}`);
  }
};

/** Takes the files back, once every host is; what was done, in sentences. */
export const finishFiles = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  { also, prepared }: FilesToFinish,
): Promise<Result<readonly string[], Failure>> => {
  const left = notBack(context, run);
  if (left.length > 0)
    return success([
      `${hostList(left)} ${left.length === 1 ? 'is' : 'are'} not back, so the files stay.`,
      ...filesStillToCome(context, also),
    ]);
  const done = await takeFilesBack(context, session, prepared, also.hosts);
  if (!done.ok) return done;
  session.say({ type: 'achieved', host: null, deed: filesToCome(also), evidence: 'done' });
  await closeSame(context, session, run, also);
  return done;
};
