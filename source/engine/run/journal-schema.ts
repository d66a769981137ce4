import { z } from 'zod';
import type { BisectProgress } from '../../model/causes/bisect.ts';
import type { ProposalState } from '../../model/forge/proposal.ts';
import type { DeployStep, HostWork } from '../../model/host/host.ts';
import type { PackageMove } from '../../model/past/package-moves.ts';
import { activeRunShape, failureShapes } from '../../parsers/kept/failure-schema.ts';
import {
  anyOf,
  count,
  hostName,
  kinds,
  moment,
  nullable,
  storePath,
  text,
  texts,
} from '../../parsers/kept/shapes.ts';
import { fleetWatch, hostWatch } from '../../parsers/kept/watch-schema.ts';
import type { AppEvent, RunEvent } from '../../state/events.ts';
import type { Goal, HostOutcomeStatus } from '../../state/run.ts';
import { type StageState, stageNames } from '../../state/stage.ts';

const step = anyOf<DeployStep>({
  evaluate: true,
  build: true,
  identity: true,
  preflight: true,
  copy: true,
  preview: true,
  activate: true,
  restart: true,
  contact: true,
  health: true,
  persist: true,
  verify: true,
  rollback: true,
});

const system = { from: nullable(storePath), to: storePath, generation: nullable(count) };

const waits = z.object({
  jobs: z.array(
    z.object({ unit: text, job: text, isRunning: z.boolean(), since: nullable(z.number()) }),
  ),
  program: nullable(text),
  said: nullable(text),
});

const work = kinds<HostWork>('kind', {
  idle: z.object({}),
  queued: z.object({}),
  running: z.object({
    step,
    done: nullable(z.number()),
    expected: nullable(z.number()),
    since: moment,
    limitMs: z.number().exactOptional(),
    waits: waits.exactOptional(),
  }),
  built: z.object({ toplevel: storePath, tookMs: z.number(), changed: nullable(z.boolean()) }),
  waiting: z.object({ why: text }),
  pending: z.object({ why: text }),
  rollingBack: z.object({ to: storePath, since: moment, waits: waits.exactOptional() }),
  succeeded: z.object({ ...system, deed: z.literal('rollback').exactOptional(), at: moment }),
  unchanged: z.object({ toplevel: storePath, at: moment }),
  unhealthy: z.object({ ...system, problems: texts, at: moment }),
  failed: z.object({
    step,
    reason: text,
    remedy: text,
    command: text.exactOptional(),
    at: moment,
  }),
  rolledBack: z.object({ ...system, reason: text, at: moment }),
  canceled: z.object({ step: nullable(step), at: moment }),
  skipped: z.object({ reason: text }),
});

const stageState = kinds<StageState>('kind', {
  todo: z.object({}),
  running: z.object({ since: moment }),
  passed: z.object({
    evidence: text,
    at: moment,
    hosts: z.array(hostName).optional(),
    seen: texts.optional(),
  }),
  begun: z.object({
    hosts: z.array(hostName),
    left: z.array(hostName),
    of: z.number(),
    evidence: text,
    at: moment,
  }),
  partly: z.object({
    ending: z.enum(['partly', 'unhealthy']),
    evidence: text,
    at: moment,
    hosts: z.array(hostName).optional(),
  }),
  failed: z.object({ reason: text, at: moment }),
  skipped: z.object({ reason: text, alarms: texts.optional() }),
  outdated: z.object({ because: text }),
});

const probe = z.object({ updated: texts, verdict: z.enum(['passes', 'fails', 'unclear']) });

const bisection = z.object({
  host: hostName,
  hosts: z.array(hostName),
  what: text,
  inputs: texts,
  probes: z.array(probe),
  trying: nullable(texts),
  suspects: texts,
  atMost: z.number(),
  builds: z.number(),
  outcome: kinds<BisectProgress['outcome']>('kind', {
    searching: z.object({}),
    found: z.object({ inputs: texts, isExact: z.boolean() }),
    'not-inputs': z.object({}),
    stopped: z.object({ why: text }),
  }),
});

const plan = z.object({
  builds: z.number(),
  fetches: z.number(),
  downloadBytes: nullable(z.number()),
  unpackedBytes: nullable(z.number()),
  shared: z.number(),
  compiles: texts,
  workMs: nullable(z.number()),
  estimated: z.number(),
  on: nullable(text),
});

export const outcomeShape = z.object({
  status: anyOf<HostOutcomeStatus>({
    succeeded: true,
    unchanged: true,
    unhealthy: true,
    failed: true,
    rolledBack: true,
    pending: true,
    skipped: true,
    canceled: true,
  }),
  from: nullable(storePath),
  to: nullable(storePath),
  generation: nullable(count),
  reason: nullable(text),
  oldCode: texts.optional(),
  otherSystem: z
    .object({
      deployed: storePath,
      since: nullable(z.number()),
      backward: z.boolean(),
      packages: nullable(text),
      changed: nullable(z.object({ units: texts, files: texts, isCut: z.boolean() })),
    })
    .optional(),
  unasked: texts.optional(),
});

const proposal = {
  url: text,
  state: anyOf<ProposalState>({
    opened: true,
    edited: true,
    merging: true,
    merged: true,
    closed: true,
  }),
  branch: text,
  into: text,
  revision: text,
  reason: nullable(text),
};

export const resultShape = z.object({
  ok: z.boolean(),
  exitCode: z.number().int().min(0).max(255),
  hosts: z.record(hostName, outcomeShape),
  commit: nullable(text),
  build: nullable(z.object({ built: z.number(), failed: z.number(), fetched: z.number() })),
  summary: text,
  alarms: z.array(z.object({ input: text, alarms: texts, now: text })).optional(),
  next: text.optional(),
  unpushed: z
    .object({ branch: nullable(text), upstream: nullable(text), commits: z.number() })
    .optional(),
  active: activeRunShape.optional(),
  pullRequest: text.optional(),
});

export const goalShape = anyOf<Goal>({
  check: true,
  update: true,
  revert: true,
  test: true,
  bisect: true,
  hold: true,
  deploy: true,
  verify: true,
  watch: true,
  rollback: true,
  clean: true,
  restart: true,
  commit: true,
  push: true,
  request: true,
  accept: true,
  run: true,
});

const stageName = z.enum(stageNames);

const whose = { host: nullable(hostName) };

const commitFacts = z.looseObject({
  style: z.enum(['conventional', 'plain']),
  changes: z.array(
    z.looseObject({ change: z.looseObject({ path: text, kind: text, alarms: texts }) }),
  ),
  built: texts,
  hosts: z.array(z.object({ name: text, work })),
  files: texts,
  tests: texts,
});

/** What each event of a journal must hold. What is more in it, of a newer nixup, does no harm. */
export const eventShapes = kinds<RunEvent>('type', {
  'run-started': z.object({
    run: text,
    goal: goalShape,
    hosts: z.array(hostName),
    tree: nullable(text),
    lock: nullable(text),
    by: text.exactOptional(),
  }),
  'inputs-moved': z.object({
    lock: text,
    inputs: z.array(
      z.object({
        input: text,
        from: nullable(text),
        to: nullable(text),
        alarms: texts.exactOptional(),
      }),
    ),
  }),
  'packages-moved': z.object({
    hosts: z.array(hostName),
    changes: z.array(
      z.object({
        name: text,
        kind: anyOf<PackageMove['kind']>({
          upgraded: true,
          downgraded: true,
          changed: true,
          added: true,
          removed: true,
        }),
        old: texts,
        new: texts,
      }),
    ),
    left: count,
  }),
  'stage-changed': z.object({ stage: stageName, state: stageState }),
  'rollout-moved': z.object({
    wave: z.number(),
    waves: z.number(),
    hosts: z.array(hostName),
    state: z.enum(['deploying', 'soaking']),
    until: nullable(moment),
  }),
  'pause-changed': z.object({ isPaused: z.boolean() }),
  'stop-asked': z.object({ by: text, signal: text.optional() }),
  'host-worked': z.object({ host: hostName, work }),
  'host-watched': z.object({ host: hostName, watch: hostWatch }),
  'fleet-watched': z.object({ watch: fleetWatch }),
  planned: z.object({
    host: hostName,
    mode: text,
    from: nullable(storePath),
    fromGeneration: nullable(count),
    to: storePath,
    restart: z.literal(true).exactOptional(),
    units: texts.exactOptional(),
  }),
  intended: z.object({
    ...whose,
    deed: text,
    from: nullable(storePath),
    to: nullable(storePath),
  }),
  achieved: z.object({ ...whose, deed: text, evidence: text }),
  missed: z.object({ ...whose, deed: text, failure: failureShapes }),
  logged: z.object({ ...whose, lines: texts, isStep: z.literal(true).exactOptional() }),
  'builder-logged': z.object({
    logs: z.array(
      z.object({
        derivation: storePath,
        lines: texts,
        isRead: z.literal(true).exactOptional(),
        before: z.number().exactOptional(),
      }),
    ),
  }),
  // Not kept in journals: nobody reads one back.
  progress: z.never(),
  'causes-found': z.object({
    causes: z.array(
      z.looseObject({ id: text, class: text, step: text, hosts: z.array(hostName), what: text }),
    ),
  }),
  described: z.object({
    lock: nullable(text),
    tree: text,
    facts: commitFacts,
    message: text,
  }),
  proposed: z.object(proposal),
  'build-planned': z.object({ ...whose, plan }),
  bisected: z.object({ progress: bisection }),
  result: z.object({ run: text, ...resultShape.shape }),
});

const dated = z.object({ at: moment });

const counts = { expected: count, running: count, done: count, failed: count };
const transfers = z.looseObject({ ...counts, bytes: z.number(), bytesExpected: z.number() });
const progress = z.looseObject({
  type: z.literal('progress'),
  host: nullable(hostName),
  builds: z.looseObject(counts),
  fetches: transfers,
  copies: transfers,
  activities: z.array(z.looseObject({})),
});

/** Whether a value is the progress of a build, as a run tells it to those who watch it. */
export const isProgress = (value: unknown): value is Extract<AppEvent, { type: 'progress' }> =>
  dated.safeParse(value).success && progress.safeParse(value).success;

/** Whether a value is an event as a journal has it. */
export const isJournalEvent = (value: unknown): value is AppEvent & RunEvent =>
  dated.safeParse(value).success && eventShapes.safeParse(value).success;
