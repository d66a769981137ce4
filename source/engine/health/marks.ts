import { explainInLine, explainShortly } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result } from '../../model/result.ts';
import { dayMs } from '../../model/words/durations.ts';
import { showMoment } from '../../model/words/format-time.ts';
import { createMarks, type Mark } from '../../services/board/marks.ts';
import { createMonitoring } from '../../services/board/monitoring.ts';
import { findPlaces } from '../../services/watch/places.ts';
import { namesQuery } from '../../services/watch/queries.ts';
import type { MarkRecord } from '../records/schemas.ts';
import type { EngineContext } from '../run/context.ts';
import { heldRuns } from '../run/lock.ts';
import type { RunSession } from '../run/session.ts';
import { namedHost } from './ask-watch.ts';

type MarkKind = MarkRecord['kind'];

const kinds: readonly MarkKind[] = ['silence', 'annotation'];

const places: Readonly<Record<MarkKind, string>> = {
  silence: 'Alertmanager',
  annotation: 'Grafana',
};

/** An annotation has no end of its own: for so long another machine leaves it to the run that made it, ms. */
const annotatedMs = dayMs;

/** A deploy waits for the names in the metrics no longer than that, ms. */
const namesMs = 5_000;

/** What alerts call these hosts: as nixup.toml has it, and as Prometheus knows their exporters by their host names. */
const namesInAlerts = async (
  context: EngineContext,
  hosts: readonly string[],
): Promise<readonly string[]> => {
  const { world, config } = context;
  const { instances } = config.monitoring;
  const given = hosts.flatMap((host) =>
    Object.hasOwn(instances, host) ? (instances[host] ?? []) : [],
  );
  const { prometheus, close } = createMonitoring(world, config.monitoring);
  if (prometheus === null) return given;
  const names = await prometheus.query(namesQuery, world.clock.now(), namesMs).finally(close);
  // Without it the silence is for the names that are known: a deploy does not fail for that.
  if (!names.ok) return given;
  const found = hosts.flatMap((host) => {
    const entry = context.state().hosts[host]?.entry;
    return entry === undefined ? [] : findPlaces(namedHost(context, entry), names.value.series);
  });
  return [...new Set([...given, ...found.map(({ instance }) => instance)])];
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
  const { silence } = config.monitoring;
  const instances = kind === 'silence' ? await namesInAlerts(context, hosts) : [];
  const made = await session.perform<string>(
    { host: null, deed: `mark-${kind}` },
    async (): Promise<Result<string, Failure>> => {
      const kept = await records.keepMark({
        run: session.id,
        kind,
        at,
        until: at + (kind === 'silence' ? (silence ?? 0) : annotatedMs),
        machine: world.hostName,
        processId: world.processId,
      });
      return kept.ok
        ? await mark.make({
            run: session.id,
            hosts,
            instances,
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

const keyOf = ({ run, kind }: MarkRecord): string => `${run} ${kind}`;

/** Why a mark stays where it is: without its configuration its server is not known. */
const givenUp = ({ run, kind, until }: MarkRecord): Failure => ({
  code: 'config-invalid',
  file: 'nixup.toml',
  line: null,
  detail: `${places[kind]} is not configured any more, and has the ${kind} of the run ${run}`,
  remedy:
    kind === 'silence'
      ? `it ends by itself at ${showMoment(until)} UTC; to end it before, remove it there by hand`
      : 'remove it there by hand',
});

/** Takes back what a run left; answers why not. The record stays where another try can have another end. */
const takeBack = async (
  { world, config, records }: EngineContext,
  record: MarkRecord,
): Promise<Result<string, Failure>> => {
  const { run, kind } = record;
  const mark = createMarks(world, config.monitoring)[kind];
  if (mark === null) {
    await records.dropMark(run, kind);
    return failed(givenUp(record));
  }
  const done = await mark.takeBack(run, world.clock.now());
  await mark.close();
  if (done.ok) await records.dropMark(run, kind);
  return done;
};

/** That it is still there, and whether nixup tries again. */
const stillWords = ({ records }: EngineContext, record: MarkRecord, failure: Failure): string => {
  const { run, kind } = record;
  const isKept = records.marks().some((one) => keyOf(one) === keyOf(record));
  return `The ${kind} of the run ${run} is still in ${places[kind]}${isKept ? '; the next start of nixup tries again' : ''}: ${explainInLine(failure)}`;
};

/** Takes back what this run made. What cannot be taken back now is tried again by the next start. */
export const takeMarksBack = async (context: EngineContext, session: RunSession): Promise<void> => {
  for (const record of context.records.marks().filter(({ run }) => run === session.id)) {
    const done = await session.perform(
      { host: null, deed: `unmark-${record.kind}` },
      () => takeBack(context, record),
      (evidence) => evidence,
    );
    if (!done.ok) session.log(null, stillWords(context, record, done.failure));
  }
};

/** Whether nobody is there any more who takes it back. `held`: runs whose lock somebody has. */
const isLeft = (
  { world }: EngineContext,
  { run, machine, processId, at, until }: MarkRecord,
  held: ReadonlySet<string>,
): boolean =>
  !held.has(run) &&
  (machine === world.hostName
    ? processId !== world.processId && !world.isProcessAlive(processId, at)
    : world.clock.now() > until);

/** Takes back what a nixup left that was killed, or that did not reach the server; tells each. `tried`: in this start. */
export const takeLeftMarksBack = async (
  context: EngineContext,
  tried: Set<string>,
): Promise<void> => {
  const { world, records, emitter } = context;
  // A configuration with mistakes does not say which servers there are.
  if (context.state().readOnly || context.configFailures.length > 0) return;
  const marks = records.marks().filter((one) => !tried.has(keyOf(one)));
  if (marks.length === 0) return;
  const held = await heldRuns(world, context.flake, context.folder);
  for (const record of marks.filter((one) => isLeft(context, one, held))) {
    // Another survey may have begun it meanwhile.
    if (tried.has(keyOf(record))) continue;
    tried.add(keyOf(record));
    if (record.kind === 'silence' && world.clock.now() > record.until) {
      // It ended by itself.
      await records.dropMark(record.run, record.kind);
      continue;
    }
    const done = await takeBack(context, record);
    emitter.emit({
      type: 'noticed',
      tone: done.ok ? 'info' : 'warning',
      text: done.ok
        ? `The ${record.kind} of the run ${record.run}, which was cut off, is taken back: ${done.value}.`
        : stillWords(context, record, done.failure),
    });
  }
};
