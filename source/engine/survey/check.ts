import type { CheckRow } from '../../model/board/board.ts';
import { isAsleep } from '../../model/explain/pending-reason.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { failed } from '../../model/result.ts';
import { counted } from '../../model/words/sentences.ts';
import { checkBoard, openBoard } from '../../services/board/board.ts';
import { lockCheckRows } from '../../services/board/lock-rows.ts';
import { entriesOf } from '../../state/hosts.ts';
import type { StageState } from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import { observeGit, observeLock } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';
import type { GoalBody } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';
import { type AskedHost, askHosts, readFleet } from './survey.ts';

/** The rows that stop the runbook, and all that are red. */
export interface CheckVerdict {
  readonly blocking: readonly CheckRow[];
  readonly red: readonly CheckRow[];
  /** Hosts that do not answer: they are pending. */
  readonly offline: readonly CheckRow[];
}

/**
 * Red rows that make every later step impossible or wrong. The others (a host
 * asleep, a firing alert, an open task) are for the person to weigh.
 */
const blocking: ReadonlySet<string> = new Set([
  'git.repository',
  'git.conflicts',
  'lock.file',
  'nix.version',
  'nix.hosts',
  'config.file',
]);

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

/** What is wrong, in one line. */
export const describeRows = (rows: readonly CheckRow[]): string =>
  rows.map(({ label, evidence }) => `${label}: ${evidence}`).join('; ');

const redOf = (rows: readonly CheckRow[]): readonly CheckRow[] =>
  rows.filter(({ state }) => state === 'red');

const stops = ({ id }: CheckRow): boolean => blocking.has(id);

const judgeRows = (rows: readonly CheckRow[], at: number): StageState => {
  const red = redOf(rows);
  const stopping = red.filter(stops);
  if (stopping.length > 0) return { kind: 'failed', reason: describeRows(stopping), at };
  return red.length > 0
    ? {
        kind: 'partly',
        ending: 'partly',
        evidence: `${counted(rows.length, 'check')}, ${red.length} failed that stop nothing: ${red.map(({ label }) => label).join(', ')}`,
        at,
      }
    : { kind: 'passed', evidence: `${counted(rows.length, 'check')}, none failed`, at };
};

/** A person looked at the lock: its alarms are no longer red, and do not count for the step. */
export const tellReviewed = ({ state, world, emitter }: EngineContext): void => {
  const { lock, board, stages } = state();
  const at = world.clock.now();
  if (board.length === 0) return;
  const { check } = stages;
  emitter.emit({ type: 'board-observed', rows: lockCheckRows(lock, at, true) });
  if (check.kind === 'partly')
    emitter.emit({
      type: 'stage-changed',
      stage: 'check',
      state: judgeRows(state().board, check.at),
    });
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
  const red = redOf(rows);
  session.stage('check', judgeRows(rows, world.clock.now()));
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
      ? { summary: 'Nothing stands in the way.' }
      : {
          exitCode: 4,
          summary: `Nothing stands in the way; ${offline.map(({ label }) => label).join(', ')} will wait: no answer.`,
        };
  };
