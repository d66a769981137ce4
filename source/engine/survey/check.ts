import type { CheckRow } from '../../model/board/board.ts';
import { isAsleep } from '../../model/explain/pending-reason.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { failed } from '../../model/result.ts';
import { checkBoard, openBoard } from '../../services/board/board.ts';
import { lockCheckRows } from '../../services/board/lock-rows.ts';
import { entriesOf } from '../../state/hosts.ts';
import { describeRows, judgeBoard, redRows, stops } from '../../state/reducer/check-step.ts';
import type { AppState } from '../../state/state.ts';
import { observeGit, observeLock } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';
import type { GoalBody } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';
import type { AskedHost } from './asking.ts';
import { readFleet } from './read-fleet.ts';
import { askHosts } from './survey.ts';

/** The rows that stop the runbook, and all that are red. */
interface CheckVerdict {
  readonly blocking: readonly CheckRow[];
  readonly red: readonly CheckRow[];
  /** Hosts that do not answer: they are pending. */
  readonly offline: readonly CheckRow[];
}

/** A host that does not answer is pending. */
const isOffline = (state: AppState, { id }: CheckRow): boolean => {
  const host = id.startsWith('hosts.') ? state.hosts[id.slice('hosts.'.length)] : undefined;
  return host?.probe.kind === 'failed' && isAsleep(host.probe.failure);
};

/** Images, and entries that are left out or refused, have a row without being asked. */
const unasked = (entry: HostEntry): AskedHost => ({
  entry,
  probe: Promise.resolve(failed({ code: 'canceled', what: `the probe of ${entry.name}` })),
});

/** A person looked at the lock: its alarms are no longer red, and do not count for the step. */
export const tellReviewed = ({ state, world, emitter }: EngineContext): void => {
  const { lock, board } = state();
  if (board.length > 0)
    emitter.emit({ type: 'board-observed', rows: lockCheckRows(lock, world.clock.now(), true) });
};

/**
 * Answers every question of the board, row by row as they come in. The step
 * passes unless something makes the later ones impossible: what else is red is
 * for the person to weigh. `hosts`: the rows of these only.
 */
export const runCheck = async (
  context: EngineContext,
  session: RunSession,
  hosts: readonly string[] | null = null,
): Promise<CheckVerdict> => {
  const { emitter, world, config } = context;
  session.stage('check', { kind: 'running', since: world.clock.now() });
  const isAsked = ({ name }: HostEntry): boolean => hosts === null || hosts.includes(name);
  const known = entriesOf(context.state(), context.state().hostNames);
  emitter.emit({
    type: 'board-observed',
    rows: openBoard(config, context.configFile, known.filter(isAsked)),
  });
  await observeGit(context);
  await observeLock(context);
  const listed = known.length > 0 ? known : ((await readFleet(context)) ?? []);
  const entries = listed.filter(isAsked);
  const { fleet } = context.state();
  const rows = await checkBoard(
    {
      world: context.world,
      flake: context.flake,
      git: context.git,
      nix: context.nix,
      config,
      configFile: context.configFile,
      configFailures: context.configFailures,
      isTrusted: context.isTrusted,
      lock: context.state().lock,
      isReviewed: context.state().stages.review.kind === 'passed',
      unlisted: fleet.kind === 'failed' ? fleet.failure : null,
      names: listed.map(({ name }) => name),
      hosts: [
        ...askHosts(context, entries),
        ...entries.filter(({ role }) => role.kind !== 'deployable').map(unasked),
      ],
    },
    (answered) => emitter.emit({ type: 'board-observed', rows: answered }),
  );
  const red = redRows(rows);
  session.stage('check', judgeBoard(rows, world.clock.now()));
  return {
    blocking: red.filter(stops),
    red,
    offline: rows.filter((row) => isOffline(context.state(), row)),
  };
};

export const checkGoal =
  (context: EngineContext, hosts: readonly string[] | null = null): GoalBody =>
  async (session) => {
    const { red, offline } = await runCheck(context, session, hosts);
    if (red.length > 0) return { exitCode: 1, summary: describeRows(red) };
    return offline.length === 0
      ? { summary: 'No check failed.' }
      : {
          exitCode: 4,
          summary: `No check failed; ${offline.map(({ label }) => label).join(', ')} did not answer.`,
        };
  };
