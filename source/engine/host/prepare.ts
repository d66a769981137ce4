import { showCommand } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { type HostFacts, namedTool } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { type Advice, advise, advised } from '../../model/words/advice.ts';
import { showMoment } from '../../model/words/format-time.ts';
import type { EngineContext } from '../run/context.ts';
import { otherMachine } from '../survey/identity.ts';
import { followedActivation, type HostJourney } from './journey.ts';

const gate = (host: string, reason: string, next: Advice | string): Result<void, Failure> =>
  failed({ code: 'gate-closed', host, reason, ...advised(next) });

/**
 * An undecided activation that a run of this very flake's journal began. The run
 * lock is ours, so that run has ended, and nobody but us will decide it. One of
 * another folder or machine may be alive, and is left alone.
 */
export const isOrphan = async (context: EngineContext, facts: HostFacts): Promise<boolean> => {
  const id = facts.supervision?.id;
  if (id === undefined) return false;
  return (await context.journal.runs()).some((run) => id.startsWith(`${run}-`));
};

/**
 * Activations that an ended nixup left undecided are reverted first; answers the facts after that.
 */
export const settleOrphan = async (
  context: EngineContext,
  journey: HostJourney,
  facts: HostFacts,
  signal: AbortSignal,
): Promise<Result<HostFacts, Failure>> => {
  const id = facts.supervision?.id;
  if (id === undefined || id === followedActivation(journey)) return success(facts);
  if (!(await isOrphan(context, facts))) return success(facts);
  const decided = await context.hosts.decide(journey.entry, id, 'revert', signal);
  return decided.ok ? meetHost(context, journey, signal) : decided;
};

const holderCommand = ({ entry }: HostJourney): string =>
  showCommand({ file: 'ssh', args: [entry.address, 'ps -ef | grep switch-to-configuration'] });

/** Why the login user cannot become root, by what the configuration allows. */
const noRootWords = ({ elevate }: HostJourney['entry']): string => {
  if (elevate === 'auto')
    return 'the login user is not root and has no passwordless sudo, doas or run0';
  return elevate === 'root'
    ? 'the login user is not root, and nixup.toml says elevate = "root"'
    : `nixup.toml says elevate = "${elevate}", and the login user may not use ${elevate} without a password, or it is not on the host`;
};

/** What must hold before anything is copied. Pure. */
export const preflight = (journey: HostJourney, facts: HostFacts): Result<void, Failure> => {
  const host = journey.entry.name;
  if (facts.elevation === null)
    return failed({
      code: 'elevation-refused',
      host,
      ...namedTool(journey.entry),
      detail: noRootWords(journey.entry),
    });
  const open = facts.supervision ?? null;
  if (open !== null && open.id !== followedActivation(journey))
    return gate(
      host,
      `another nixup works on it: ${open.who}, since ${showMoment(open.since)} UTC (${open.phase})`,
      'Wait until it has decided, then deploy again.',
    );
  if (facts.activationLock !== null && open === null)
    return gate(
      host,
      `another activation is running on it${facts.activationLock.holder === null ? '' : ` (process ${facts.activationLock.holder})`}`,
      advise('Wait until it ended, then deploy again. See it with', holderCommand(journey)),
    );
  if (followedActivation(journey) !== null) return success(undefined);
  if (facts.current !== journey.from && facts.current !== journey.to)
    return gate(
      host,
      `it was switched by somebody else since the plan was made, to ${facts.current ?? 'an unknown system'}`,
      advise(
        'Look at it again, then deploy again',
        showCommand({ file: 'nixup', args: ['status', host] }),
      ),
    );
  return success(undefined);
};

/**
 * Asks the host again over a connection of its own, and refuses another machine
 * under its name (a stale address). What is found becomes the baseline.
 */
export const meetHost = async (
  context: EngineContext,
  journey: HostJourney,
  signal: AbortSignal,
): Promise<Result<HostFacts, Failure>> => {
  const { entry } = journey;
  const { records } = context;
  const probed = await context.hosts.probe(entry, { signal, fresh: true, scope: 'deploy' });
  if (!probed.ok) return probed;
  const facts = probed.value;
  context.emitter.emit({ type: 'host-probed', host: entry.name, facts });
  const mismatch = otherMachine(context, entry, facts);
  if (mismatch !== null) return failed(mismatch);
  if (facts.machineId !== null) await records.keepMachineId(entry.name, facts.machineId);
  return success(facts);
};
