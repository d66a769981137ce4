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

const dashboardRecord = z.object({
  at: z.number(),
  /** Rows of the board that were red before the last deploy. */
  red: z.array(z.string()),
});
export type DashboardRecord = z.infer<typeof dashboardRecord>;

/** Evaluations kept per host; older trees are evaluated anew. */
const keptTrees = 30;

const keptBadRevisions = 500;

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

  const replaceByHost = <Item extends { host: string }>(shelf: Shelf<Item>, item: Item) => {
    shelf.items = [...shelf.items.filter((other) => other.host !== item.host), item];
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
    dropBadRevisions: async (isOver) => {
      const left = bad.items.filter((item) => !isOver(item));
      if (left.length === bad.items.length) return success(undefined);
      bad.items = left;
      return bad.save();
    },
    pending: () => pending.items,
    keepPending: (records) => {
      pending.items = [...records];
      return pending.save();
    },
  };
};
