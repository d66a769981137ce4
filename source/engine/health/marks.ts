import { explainInLine, explainShortly } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result } from '../../model/result.ts';
import { createMarks, type Mark } from '../../services/board/marks.ts';
import type { MarkRecord } from '../records/schemas.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

type MarkKind = MarkRecord['kind'];

const kinds: readonly MarkKind[] = ['silence', 'annotation'];

const places: Readonly<Record<MarkKind, string>> = {
  silence: 'Alertmanager',
  annotation: 'Grafana',
};

/** Kept before it is made: a nixup that is killed in between leaves word of it. */
const makeMark = async (
  context: EngineContext,
  session: RunSession,
  hosts: readonly string[],
  [kind, mark]: readonly [MarkKind, Mark],
): Promise<void> => {
  const { world, config, records } = context;
  const at = world.clock.now();
  const { instances, silence } = config.monitoring;
  const made = await session.perform<string>(
    { host: null, deed: `mark-${kind}` },
    async (): Promise<Result<string, Failure>> => {
      const kept = await records.keepMark({
        run: session.id,
        kind,
        at,
        until: at + (silence ?? 0),
        machine: world.hostName,
        processId: world.processId,
      });
      return kept.ok
        ? await mark.make({
            run: session.id,
            hosts,
            instances: hosts.flatMap((host) =>
              Object.hasOwn(instances, host) ? (instances[host] ?? []) : [],
            ),
            at,
          })
        : kept;
    },
    (evidence) => evidence,
  );
  if (!made.ok)
    session.log(
      null,
      `${places[kind]} was not told of the deploy: ${explainShortly(made.failure)}`,
    );
};

/** Alerts of these hosts become silent, and the deploy is noted, where the configuration asks for it. */
export const makeMarks = async (
  context: EngineContext,
  session: RunSession,
  hosts: readonly string[],
): Promise<void> => {
  const marks = createMarks(context.world, context.config.monitoring);
  for (const kind of kinds) {
    const mark = marks[kind];
    if (mark !== null) await makeMark(context, session, hosts, [kind, mark]);
    await mark?.close();
  }
};

/** Takes back what a run left; answers why not. */
const takeBack = async (
  { world, config, records }: EngineContext,
  { run, kind }: MarkRecord,
): Promise<Result<string, Failure>> => {
  const mark = createMarks(world, config.monitoring)[kind];
  if (mark === null)
    return failed({
      code: 'config-invalid',
      file: 'nixup.toml',
      line: null,
      detail: `${places[kind]} is not configured any more, and has a mark of the run ${run}`,
      remedy: `remove it there by hand`,
    });
  const done = await mark.takeBack(run, world.clock.now());
  await mark.close();
  if (done.ok) await records.dropMark(run, kind);
  return done;
};

/** Takes back what this run made. What cannot be taken back now is tried again by the next start. */
export const takeMarksBack = async (context: EngineContext, session: RunSession): Promise<void> => {
  for (const record of context.records.marks().filter(({ run }) => run === session.id)) {
    const done = await session.perform(
      { host: null, deed: `unmark-${record.kind}` },
      () => takeBack(context, record),
      (evidence) => evidence,
    );
    if (!done.ok)
      session.log(
        null,
        `${places[record.kind]} still has a mark of this deploy; the next start of nixup tries again: ${explainInLine(done.failure)}`,
      );
  }
};

/** Whether nobody is there any more who takes it back. */
const isLeft = (
  { world }: EngineContext,
  { machine, processId, at, until }: MarkRecord,
): boolean =>
  machine === world.hostName
    ? processId !== world.processId && !world.isProcessAlive(processId, at)
    : world.clock.now() > until;

/** Takes back what a nixup left that was killed, or that did not reach the server; tells each. */
export const takeLeftMarksBack = async (context: EngineContext): Promise<void> => {
  const { records, emitter } = context;
  if (context.state().readOnly) return;
  for (const record of records.marks().filter((one) => isLeft(context, one))) {
    const done = await takeBack(context, record);
    emitter.emit({
      type: 'noticed',
      tone: done.ok ? 'info' : 'warning',
      text: done.ok
        ? `The ${record.kind} of the run ${record.run}, which was cut off, is taken back: ${done.value}.`
        : `The ${record.kind} of the run ${record.run} is still in ${places[record.kind]}: ${explainInLine(done.failure)}`,
    });
  }
};
