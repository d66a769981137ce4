import { join } from 'node:path';
import { z } from 'zod';
import type { Failure } from '../model/failure.ts';
import { type Result, success } from '../model/result.ts';
import type { World } from '../services/world.ts';
import { type BadRevisionRecord, badRevisionRecord } from './bad-revisions.ts';

/** A toplevel that was evaluated, and perhaps built, for a tree. */
const evaluationRecord = z.object({
  host: z.string(),
  tree: z.string(),
  toplevel: z.string(),
  derivation: z.string().nullable(),
  /** When it was built and found valid, ms; null when only evaluated. */
  builtAt: z.number().nullable(),
  /** The host whose store holds it; absent for this machine. */
  builtOn: z.string().optional(),
  /** True when the tree was dirty then: the system carries no revision of its own. */
  dirty: z.boolean(),
});
export type EvaluationRecord = z.infer<typeof evaluationRecord>;

const deployRecord = z.object({
  host: z.string(),
  toplevel: z.string(),
  from: z.string().nullable(),
  fromGeneration: z.number().nullable(),
  generation: z.number().nullable(),
  at: z.number(),
  run: z.string(),
  /** Set where the host was taken back, from `from` to `toplevel`. */
  deed: z.literal('rollback').optional(),
});
export type DeployRecord = z.infer<typeof deployRecord>;

const baselineRecord = z.object({
  host: z.string(),
  at: z.number(),
  failedUnits: z.array(z.string()),
  activeUnits: z.array(z.string()),
  /** Health scripts that failed. */
  failedChecks: z.array(z.string()).optional(),
  bootId: z.string().nullable(),
});
export type BaselineRecord = z.infer<typeof baselineRecord>;

const identityRecord = z.object({ host: z.string(), machineId: z.string() });

const pendingRecord = z.object({
  host: z.string(),
  toplevel: z.string(),
  lock: z.string().nullable(),
  since: z.number(),
  mode: z.enum(['switch', 'boot', 'test']).optional(),
});
export type PendingRecord = z.infer<typeof pendingRecord>;

/** A system that failed on a host, or from which it was taken back. */
const setbackRecord = z.object({
  host: z.string(),
  toplevel: z.string(),
  kind: z.enum(['failed', 'taken-back', 'unhealthy']),
  at: z.number(),
  run: z.string(),
  why: z.string(),
  /** The commit under the lock; null where more than the lock was changed. */
  head: z.string().nullable(),
  /** Inputs that had moved since the committed lock, with their revisions. */
  inputs: z.record(z.string(), z.string()),
});
export type SetbackRecord = z.infer<typeof setbackRecord>;

/** A host that was not well with a system, and that nobody accepted. */
const sicknessRecord = z.object({
  host: z.string(),
  toplevel: z.string(),
  since: z.number(),
  run: z.string(),
  problems: z.array(z.string()),
});
export type SicknessRecord = z.infer<typeof sicknessRecord>;

/** A revision that was taken back together with hosts. */
const withdrawnRecord = z.object({
  input: z.string(),
  revision: z.string(),
  at: z.number(),
  run: z.string(),
  why: z.string(),
});
export type WithdrawnRecord = z.infer<typeof withdrawnRecord>;

const dashboardRecord = z.object({
  at: z.number(),
  /** Rows of the board that were red before the last deploy. */
  red: z.array(z.string()),
});
export type DashboardRecord = z.infer<typeof dashboardRecord>;

/** Evaluations kept per host; older trees are evaluated anew. */
const keptTrees = 30;

const keptBadRevisions = 500;

/** Of one host; older systems are collected from its store long since. */
const keptSetbacks = 20;

const keptWithdrawn = 200;

/**
 * What nixup remembers of a flake between runs, one small JSON file a kind. A
 * file that cannot be read counts as empty: every record can be gained anew.
 */
export interface Records {
  /** Null for a tree without a name (no git): nothing is remembered of it. */
  evaluation(host: string, tree: string | null): EvaluationRecord | undefined;
  /** The tree for which this toplevel was evaluated on some earlier day. */
  origin(host: string, toplevel: string): EvaluationRecord | undefined;
  keepEvaluation(record: EvaluationRecord): Promise<Result<void, Failure>>;
  lastDeploy(host: string): DeployRecord | undefined;
  keepDeploy(record: DeployRecord): Promise<Result<void, Failure>>;
  baseline(host: string): BaselineRecord | undefined;
  keepBaseline(record: BaselineRecord): Promise<Result<void, Failure>>;
  dashboards(): DashboardRecord | undefined;
  keepDashboards(record: DashboardRecord): Promise<Result<void, Failure>>;
  machineId(host: string): string | undefined;
  keepMachineId(host: string, machineId: string): Promise<Result<void, Failure>>;
  badRevisions(): readonly BadRevisionRecord[];
  /** A newer record of the same input, revision and host takes the older one's place. */
  keepBadRevisions(records: readonly BadRevisionRecord[]): Promise<Result<void, Failure>>;
  dropBadRevisions(isOver: (record: BadRevisionRecord) => boolean): Promise<Result<void, Failure>>;
  setbacks(): readonly SetbackRecord[];
  /** A newer one of the same host and system takes the older one's place. */
  keepSetback(record: SetbackRecord): Promise<Result<void, Failure>>;
  dropSetbacks(isOver: (record: SetbackRecord) => boolean): Promise<Result<void, Failure>>;
  sickness(host: string): SicknessRecord | undefined;
  keepSickness(record: SicknessRecord): Promise<Result<void, Failure>>;
  dropSickness(host: string): Promise<Result<void, Failure>>;
  withdrawn(): readonly WithdrawnRecord[];
  keepWithdrawn(records: readonly WithdrawnRecord[]): Promise<Result<void, Failure>>;
  dropWithdrawn(isOver: (record: WithdrawnRecord) => boolean): Promise<Result<void, Failure>>;
  pending(): readonly PendingRecord[];
  keepPending(records: readonly PendingRecord[]): Promise<Result<void, Failure>>;
}

interface Shelf<Item> {
  items: Item[];
  save(): Promise<Result<void, Failure>>;
}

const openShelf = async <Item>(
  world: World,
  path: string,
  schema: z.ZodType<Item>,
): Promise<Shelf<Item>> => {
  const text = await world.files.read(path);
  const items: Item[] = [];
  if (text.ok && text.value !== undefined) {
    try {
      const parsed: unknown = JSON.parse(text.value);
      for (const entry of Array.isArray(parsed) ? parsed : []) {
        const item = schema.safeParse(entry);
        if (item.success) items.push(item.data);
      }
    } catch {
      // Not JSON: written by a dying disk; start anew.
    }
  }
  let writing: Promise<unknown> = Promise.resolve();
  let waiting: Promise<Result<void, Failure>> | undefined;
  const shelf: Shelf<Item> = {
    items,
    // Saves that are asked for while one is written become one: a fleet of a
    // thousand hosts does not write a thousand files.
    save: () => {
      waiting ??= writing.then(() => {
        waiting = undefined;
        const written = world.files.write(path, `${JSON.stringify(shelf.items, null, 1)}\n`);
        writing = written;
        return written;
      });
      return waiting;
    },
  };
  return shelf;
};

export const openRecords = async (world: World, folder: string): Promise<Records> => {
  const [evaluations, deploys, baselines, identities, pending, dashboards, bad] = await Promise.all(
    [
      openShelf(world, join(folder, 'evaluations.json'), evaluationRecord),
      openShelf(world, join(folder, 'deploys.json'), deployRecord),
      openShelf(world, join(folder, 'baselines.json'), baselineRecord),
      openShelf(world, join(folder, 'identities.json'), identityRecord),
      openShelf(world, join(folder, 'pending.json'), pendingRecord),
      openShelf(world, join(folder, 'dashboards.json'), dashboardRecord),
      openShelf(world, join(folder, 'bad-revisions.json'), badRevisionRecord),
    ],
  );
  const [setbacks, sicknesses, withdrawn] = await Promise.all([
    openShelf(world, join(folder, 'setbacks.json'), setbackRecord),
    openShelf(world, join(folder, 'sicknesses.json'), sicknessRecord),
    openShelf(world, join(folder, 'withdrawn.json'), withdrawnRecord),
  ]);

  const replaceByHost = <Item extends { host: string }>(shelf: Shelf<Item>, item: Item) => {
    shelf.items = [...shelf.items.filter((other) => other.host !== item.host), item];
    return shelf.save();
  };

  const dropFrom = async <Item>(shelf: Shelf<Item>, isOver: (item: Item) => boolean) => {
    const left = shelf.items.filter((item) => !isOver(item));
    if (left.length === shelf.items.length) return success(undefined);
    shelf.items = left;
    return shelf.save();
  };

  return {
    evaluation: (host, tree) =>
      evaluations.items.findLast((record) => record.host === host && record.tree === tree),
    origin: (host, toplevel) =>
      evaluations.items.findLast((record) => record.host === host && record.toplevel === toplevel),
    keepEvaluation: (evaluated) => {
      const known = evaluations.items.findLast(
        (other) => other.host === evaluated.host && other.tree === evaluated.tree,
      );
      // An evaluation in the background never takes away what a test built meanwhile.
      const record =
        known?.toplevel === evaluated.toplevel && evaluated.builtAt === null
          ? { ...evaluated, builtAt: known.builtAt, builtOn: known.builtOn }
          : evaluated;
      const others = evaluations.items.filter(
        (other) => other.host !== record.host || other.tree !== record.tree,
      );
      const ofHost = others.filter((other) => other.host === record.host);
      const excess = new Set(ofHost.slice(0, Math.max(0, ofHost.length + 1 - keptTrees)));
      evaluations.items = [...others.filter((other) => !excess.has(other)), record];
      return evaluations.save();
    },
    lastDeploy: (host) => deploys.items.findLast((record) => record.host === host),
    keepDeploy: (record) => replaceByHost(deploys, record),
    baseline: (host) => baselines.items.findLast((record) => record.host === host),
    keepBaseline: (record) => replaceByHost(baselines, record),
    dashboards: () => dashboards.items.at(-1),
    keepDashboards: (record) => {
      dashboards.items = [record];
      return dashboards.save();
    },
    machineId: (host) => identities.items.findLast((record) => record.host === host)?.machineId,
    keepMachineId: (host, machineId) => replaceByHost(identities, { host, machineId }),
    badRevisions: () => bad.items,
    keepBadRevisions: (records) => {
      const keyOf = ({ input, revision, host }: BadRevisionRecord): string =>
        [input, revision, host].join(' ');
      const fresh = new Set(records.map(keyOf));
      const items = [...bad.items.filter((item) => !fresh.has(keyOf(item))), ...records];
      bad.items = items.slice(-keptBadRevisions);
      return bad.save();
    },
    dropBadRevisions: (isOver) => dropFrom(bad, isOver),
    setbacks: () => setbacks.items,
    keepSetback: (record) => {
      const { host, toplevel } = record;
      const others = setbacks.items.filter(
        (item) => item.host !== host || item.toplevel !== toplevel,
      );
      const ofHost = others.filter((item) => item.host === host);
      const excess = new Set(ofHost.slice(0, Math.max(0, ofHost.length + 1 - keptSetbacks)));
      setbacks.items = [...others.filter((item) => !excess.has(item)), record];
      return setbacks.save();
    },
    dropSetbacks: (isOver) => dropFrom(setbacks, isOver),
    sickness: (host) => sicknesses.items.findLast((record) => record.host === host),
    keepSickness: (record) => replaceByHost(sicknesses, record),
    dropSickness: (host) => dropFrom(sicknesses, (record) => record.host === host),
    withdrawn: () => withdrawn.items,
    keepWithdrawn: (records) => {
      const keyOf = ({ input, revision }: WithdrawnRecord): string => `${input} ${revision}`;
      const fresh = new Set(records.map(keyOf));
      const items = [...withdrawn.items.filter((item) => !fresh.has(keyOf(item))), ...records];
      withdrawn.items = items.slice(-keptWithdrawn);
      return withdrawn.save();
    },
    dropWithdrawn: (isOver) => dropFrom(withdrawn, isOver),
    pending: () => pending.items,
    keepPending: (records) => {
      pending.items = [...records];
      return pending.save();
    },
  };
};
