import { join } from 'node:path';
import { z } from 'zod';
import type { OwedPush } from '../../model/commit/owed-push.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import { moment, shownText } from '../../parsers/kept/shapes.ts';
import { chosenFile } from '../../services/inputs/chosen-remembered.ts';
import { type KeptFile, openKeptFile, type TellDamage } from '../../services/world/kept-file.ts';
import type { SharedFolder, World } from '../../services/world/world.ts';
import type { MadeCommit } from '../../state/last-commit.ts';
import { openSharedShelf, refusedWords } from './shared.ts';
import { listOf, type Naming, type Shelf } from './shelf.ts';

/** A toplevel that was evaluated, and perhaps built, for a tree. */
const evaluationRecord = z.object({
  host: z.string(),
  tree: z.string(),
  toplevel: z.string(),
  derivation: z.string().nullable(),
  /** When it was built and found valid, ms; null when only evaluated. */
  builtAt: moment.nullable(),
  /** The host whose store holds it; absent for this machine. */
  builtOn: z.string().optional(),
  /** True when the tree was dirty then: the system carries no revision of its own. */
  dirty: z.boolean(),
  /** Set where the commit of its lock was taken back since: the system is newer than the branch. */
  takenBack: z.literal(true).optional(),
});
export type EvaluationRecord = z.infer<typeof evaluationRecord>;

const deployRecord = z.object({
  host: z.string(),
  toplevel: z.string(),
  from: z.string().nullable(),
  fromGeneration: z.number().nullable(),
  generation: z.number().nullable(),
  at: moment,
  run: z.string(),
  /** Set where the host was taken back, from `from` to `toplevel`. */
  deed: z.literal('rollback').optional(),
});
export type DeployRecord = z.infer<typeof deployRecord>;

const baselineRecord = z.object({
  host: z.string(),
  at: moment,
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
  since: moment,
  mode: z.enum(['switch', 'boot', 'test']).optional(),
});
export type PendingRecord = z.infer<typeof pendingRecord>;

/** A system that failed on a host, or from which it was taken back. */
const setbackRecord = z.object({
  host: z.string(),
  toplevel: z.string(),
  kind: z.enum(['failed', 'taken-back', 'unconfirmed', 'unhealthy']),
  at: moment,
  run: z.string(),
  why: shownText,
  /** The flake's own files below the lock (`GitFacts.sources`); null where they are not known to be the system's. */
  sources: z.string().nullable().default(null),
  /** HEAD of the flake, in records of nixup 0.1.0 that had no `sources` yet. */
  head: z.string().nullable().optional(),
  /** Inputs that had moved since the committed lock, all where none had, with their revisions. */
  inputs: z.record(z.string(), z.string()),
});
export type SetbackRecord = z.infer<typeof setbackRecord>;

/** A host that was not well with a system, and that nobody accepted. */
const sicknessRecord = z.object({
  host: z.string(),
  toplevel: z.string(),
  since: moment,
  run: z.string(),
  problems: z.array(shownText),
});
export type SicknessRecord = z.infer<typeof sicknessRecord>;

/** Units that fail or do not run on a host, and that somebody called well all the same. */
const acceptedRecord = z.object({ host: z.string(), units: z.array(z.string()), at: moment });
type AcceptedRecord = z.infer<typeof acceptedRecord>;

/** A revision that was taken back together with hosts. */
const withdrawnRecord = z.object({
  input: z.string(),
  revision: z.string(),
  at: moment,
  run: z.string(),
  why: shownText,
});
export type WithdrawnRecord = z.infer<typeof withdrawnRecord>;

/** A revision that a person chose for an input. */
const chosenRecord = z.object({
  input: z.string(),
  revision: z.string(),
  wish: z.string(),
  date: z.number().nullable(),
  branch: z.string().nullable(),
  onBranch: z.boolean().nullable(),
  tip: z.string().nullable(),
  at: moment,
  run: z.string(),
});
export type ChosenRecord = z.infer<typeof chosenRecord>;

const owedPushRecord = z.object({
  branch: z.string(),
  revision: z.string(),
  at: moment,
  /** Why it failed. */
  reason: shownText,
});

const commitRecord = z.object({
  revision: z.string(),
  deed: z.enum(['commit', 'revert']),
  at: moment,
});

const dashboardRecord = z.object({
  at: moment,
  /** Rows of the board that were red before the last deploy. */
  red: z.array(shownText),
});
export type DashboardRecord = z.infer<typeof dashboardRecord>;

/** Evaluations kept per host; older trees are evaluated again. */
const keptTrees = 30;

const keptBadRevisions = 500;

/** Of one host; older systems are collected from its store long since. */
const keptSetbacks = 20;

const keptWithdrawn = 200;

const keptCommits = 50;

const keptChosen = 200;

/**
 * What nixup remembers of a flake between runs, one small JSON file a kind.
 * Several nixups may have it open: each write reads the file again under its
 * lock and changes single records of it. A file that cannot be read counts as
 * empty, is told, and is kept. What is known of the fleet is shared by the
 * users of one checkout, and so is what was evaluated and built: the system of
 * a tree that was tested before it was committed has another path than the
 * same tree has afterwards.
 */
export interface Records {
  /** Null for a tree without a name (no git): nothing is remembered of it. */
  evaluation(host: string, tree: string | null): EvaluationRecord | undefined;
  /** The tree that was tested last, of whatever hosts; null where none was. */
  lastTestedTree(): string | null;
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
  accepted(): readonly AcceptedRecord[];
  keepAccepted(record: AcceptedRecord): Promise<Result<void, Failure>>;
  withdrawn(): readonly WithdrawnRecord[];
  keepWithdrawn(records: readonly WithdrawnRecord[]): Promise<Result<void, Failure>>;
  dropWithdrawn(isOver: (record: WithdrawnRecord) => boolean): Promise<Result<void, Failure>>;
  /** Revisions that a person chose; each counts as long as the lock has it. */
  chosen(): readonly ChosenRecord[];
  /** A newer one of the same input and revision takes the older one's place. */
  keepChosen(record: ChosenRecord): Promise<Result<void, Failure>>;
  pending(): readonly PendingRecord[];
  /** Nothing waits for these hosts any more, but for what is said to wait. */
  settlePending(
    hosts: readonly string[],
    waiting: readonly PendingRecord[],
  ): Promise<Result<void, Failure>>;
  /** Commits that nixup made, whoever ran it. */
  commits(): readonly MadeCommit[];
  keepCommit(record: MadeCommit): Promise<Result<void, Failure>>;
  /** Commits that were to be pushed and are not known to be on the remote, one for each branch. */
  owedPushes(): readonly OwedPush[];
  keepOwedPush(record: OwedPush): Promise<Result<void, Failure>>;
  dropOwedPushes(isOver: (owed: OwedPush) => boolean): Promise<Result<void, Failure>>;
  /** Reads everything again: another nixup may have written since. */
  reload(): Promise<void>;
  /**
   * Writes what could not be written so far of what a later run decides by.
   * Answers what of it still cannot be written, and why.
   */
  settle(): Promise<readonly Unwritten[]>;
}

const badRevisionKey = ({ input, revision, host }: BadRevisionRecord): string =>
  [input, revision, host].join(' ');

const withdrawnKey = ({
  input,
  revision,
}: {
  readonly input: string;
  readonly revision: string;
}): string => `${input} ${revision}`;

const evaluationKey = ({ host, tree }: EvaluationRecord): string => `${host} ${tree}`;

const setbackKey = ({ host, toplevel }: SetbackRecord): string => `${host} ${toplevel}`;

const addSetback = (
  items: readonly SetbackRecord[],
  record: SetbackRecord,
): readonly SetbackRecord[] => {
  const { host, toplevel } = record;
  const others = items.filter((item) => item.host !== host || item.toplevel !== toplevel);
  const ofHost = others.filter((item) => item.host === host);
  const excess = new Set(ofHost.slice(0, Math.max(0, ofHost.length + 1 - keptSetbacks)));
  return [...others.filter((item) => !excess.has(item)), record];
};

/** An evaluation in the background never takes away what a test built meanwhile. */
const addEvaluation = (
  items: readonly EvaluationRecord[],
  evaluated: EvaluationRecord,
): readonly EvaluationRecord[] => {
  const { host, tree } = evaluated;
  const known = items.findLast((other) => other.host === host && other.tree === tree);
  const record: EvaluationRecord =
    known?.toplevel === evaluated.toplevel && evaluated.builtAt === null
      ? { ...evaluated, builtAt: known.builtAt, builtOn: known.builtOn }
      : evaluated;
  const others = items.filter((other) => other.host !== host || other.tree !== tree);
  const ofHost = others.filter((other) => other.host === host);
  const excess = new Set(ofHost.slice(0, Math.max(0, ofHost.length + 1 - keptTrees)));
  return [...others.filter((other) => !excess.has(other)), record];
};

export interface RecordsPlace {
  /** The folder of the user: for everything where no other place can be used. */
  readonly own: string;
  /** Where the users of one checkout share what is known of its fleet. */
  readonly shared?: SharedFolder | undefined;
  readonly isReadOnly?: boolean | undefined;
}

/** A kind of records that could not be written. */
interface Unwritten {
  /** `what was built and tested` */
  readonly what: string;
  readonly failure: Failure;
}

/** Kinds that nobody misses who does not see them. */
const quietKinds = ['evaluations.json', 'dashboards.json'];

export const openRecords = async (
  world: World,
  { own, shared = { kind: 'none' }, isReadOnly = false }: RecordsPlace,
  tellDamage: TellDamage = () => undefined,
): Promise<Records> => {
  if (shared.kind === 'refused')
    tellDamage(shared.path, refusedWords(shared.path, shared.why, own));
  const openOwn = <Item extends object>(
    name: string,
    schema: z.ZodType<Item>,
  ): Promise<KeptFile<Shelf<Item>>> =>
    openKeptFile(world, join(own, name), listOf(schema), tellDamage);
  const open = <Item extends object>(
    name: string,
    schema: z.ZodType<Item>,
    naming: Naming<NoInfer<Item>>,
  ): Promise<KeptFile<Shelf<Item>>> =>
    shared.kind === 'open' || shared.kind === 'closed'
      ? openSharedShelf(
          { world, own, shared, tellDamage, isReadOnly, isQuiet: quietKinds.includes(name) },
          name,
          listOf(schema),
          naming,
        )
      : openOwn(name, schema);
  const host = (item: { readonly host: string }): string => item.host;
  const at = (item: { readonly at: number }): number => item.at;
  const since = (item: { readonly since: number }): number => item.since;
  const [evaluations, identities, deploys, baselines, pending, dashboards] = await Promise.all([
    open('evaluations.json', evaluationRecord, {
      key: evaluationKey,
      at: (item) => item.builtAt ?? 0,
    }),
    openOwn('identities.json', identityRecord),
    open('deploys.json', deployRecord, { key: host, at }),
    open('baselines.json', baselineRecord, { key: host, at }),
    open('pending.json', pendingRecord, { key: host, at: since }),
    open('dashboards.json', dashboardRecord, { key: () => '', at }),
  ]);
  const [bad, setbacks, sicknesses, accepted, withdrawn, owed, commits, chosen] = await Promise.all(
    [
      open('bad-revisions.json', badRevisionRecord, { key: badRevisionKey, at }),
      open('setbacks.json', setbackRecord, { key: setbackKey, at }),
      open('sicknesses.json', sicknessRecord, { key: host, at: since }),
      open('accepted.json', acceptedRecord, { key: host, at }),
      open('withdrawn.json', withdrawnRecord, { key: withdrawnKey, at }),
      open('owed-push.json', owedPushRecord, { key: ({ branch }) => branch, at }),
      open('commits.json', commitRecord, { key: ({ revision }) => revision, at }),
      open(chosenFile, chosenRecord, { key: withdrawnKey, at }),
    ],
  );
  const shelves = [
    evaluations,
    deploys,
    baselines,
    identities,
    pending,
    dashboards,
    bad,
    setbacks,
    sicknesses,
    accepted,
    withdrawn,
    chosen,
    owed,
    commits,
  ];

  /**
   * Without these a later run repeats what failed, goes back to the wrong
   * system, or knows of no test; the others are found out again.
   */
  const decisive: readonly (readonly [string, Pick<KeptFile<unknown>, 'settle'>])[] = [
    ['what was deployed', deploys],
    ['the health to compare with', baselines],
    ['which hosts wait', pending],
    ['what failed on hosts', setbacks],
    ['which hosts are not well', sicknesses],
    ['which revisions were taken back', withdrawn],
    ['what was built and tested', evaluations],
    ['which revisions broke hosts', bad],
    ['which revisions were chosen', chosen],
    ['what is still to be pushed', owed],
    ['which commits were made', commits],
  ];

  const change = <Item extends object>(
    shelf: KeptFile<Shelf<Item>>,
    update: (items: readonly Item[]) => readonly Item[],
  ): Promise<Result<void, Failure>> =>
    shelf.change((before) => {
      const items = update(before.items);
      return items === before.items ? before : { ...before, items };
    });

  const replaceByHost = <Item extends { host: string }>(
    shelf: KeptFile<Shelf<Item>>,
    item: Item,
  ): Promise<Result<void, Failure>> =>
    change(shelf, (items) => [...items.filter((other) => other.host !== item.host), item]);

  const dropFrom = <Item extends object>(
    shelf: KeptFile<Shelf<Item>>,
    isOver: (item: Item) => boolean,
  ): Promise<Result<void, Failure>> =>
    change(shelf, (items) => {
      const left = items.filter((item) => !isOver(item));
      return left.length === items.length ? items : left;
    });

  const ofHost = <Item extends { host: string }>(
    shelf: KeptFile<Shelf<Item>>,
    host: string,
  ): Item | undefined => shelf.value().items.findLast((record) => record.host === host);

  return {
    reload: async () => {
      await Promise.all(shelves.map((shelf) => shelf.reload()));
    },
    settle: async () => {
      const settled = await Promise.all(
        decisive.map(async ([what, shelf]) => ({ what, written: await shelf.settle() })),
      );
      return settled.flatMap(({ what, written }) =>
        written.ok ? [] : [{ what, failure: written.failure }],
      );
    },
    evaluation: (host, tree) =>
      evaluations.value().items.findLast((record) => record.host === host && record.tree === tree),
    lastTestedTree: () =>
      evaluations
        .value()
        .items.filter(({ builtAt }) => builtAt !== null)
        .toSorted((one, other) => (one.builtAt ?? 0) - (other.builtAt ?? 0))
        .at(-1)?.tree ?? null,
    origin: (host, toplevel) =>
      evaluations
        .value()
        .items.findLast((record) => record.host === host && record.toplevel === toplevel),
    keepEvaluation: (evaluated) => change(evaluations, (items) => addEvaluation(items, evaluated)),
    lastDeploy: (host) => ofHost(deploys, host),
    keepDeploy: (record) => replaceByHost(deploys, record),
    baseline: (host) => ofHost(baselines, host),
    keepBaseline: (record) => replaceByHost(baselines, record),
    dashboards: () => dashboards.value().items.at(-1),
    keepDashboards: (record) => change(dashboards, () => [record]),
    machineId: (host) => ofHost(identities, host)?.machineId,
    keepMachineId: (host, machineId) =>
      ofHost(identities, host)?.machineId === machineId
        ? Promise.resolve(success(undefined))
        : replaceByHost(identities, { host, machineId }),
    badRevisions: () => bad.value().items,
    keepBadRevisions: (records) =>
      change(bad, (items) => {
        const fresh = new Set(records.map(badRevisionKey));
        const others = items.filter((item) => !fresh.has(badRevisionKey(item)));
        return [...others, ...records].slice(-keptBadRevisions);
      }),
    dropBadRevisions: (isOver) => dropFrom(bad, isOver),
    setbacks: () => setbacks.value().items,
    keepSetback: (record) => change(setbacks, (items) => addSetback(items, record)),
    dropSetbacks: (isOver) => dropFrom(setbacks, isOver),
    sickness: (host) => ofHost(sicknesses, host),
    keepSickness: (record) => replaceByHost(sicknesses, record),
    dropSickness: (host) => dropFrom(sicknesses, (record) => record.host === host),
    accepted: () => accepted.value().items,
    keepAccepted: (record) => replaceByHost(accepted, record),
    withdrawn: () => withdrawn.value().items,
    keepWithdrawn: (records) =>
      change(withdrawn, (items) => {
        const fresh = new Set(records.map(withdrawnKey));
        const others = items.filter((item) => !fresh.has(withdrawnKey(item)));
        return [...others, ...records].slice(-keptWithdrawn);
      }),
    dropWithdrawn: (isOver) => dropFrom(withdrawn, isOver),
    chosen: () => chosen.value().items,
    keepChosen: (record) =>
      change(chosen, (items) => {
        const key = withdrawnKey(record);
        return [...items.filter((item) => withdrawnKey(item) !== key), record].slice(-keptChosen);
      }),
    pending: () => pending.value().items,
    settlePending: (hosts, waiting) =>
      change(pending, (items) => {
        const settled = new Set([...hosts, ...waiting.map(({ host }) => host)]);
        const others = items.filter(({ host }) => !settled.has(host));
        return others.length === items.length && waiting.length === 0
          ? items
          : [...others, ...waiting];
      }),
    commits: () => commits.value().items,
    keepCommit: (record) => change(commits, (items) => [...items, record].slice(-keptCommits)),
    owedPushes: () => owed.value().items,
    keepOwedPush: (record) =>
      change(owed, (items) => [...items.filter(({ branch }) => branch !== record.branch), record]),
    dropOwedPushes: (isOver) => dropFrom(owed, isOver),
  };
};

/** A revision of an input that broke a host. */
export const badRevisionRecord = z.object({
  input: z.string(),
  revision: z.string(),
  host: z.string(),
  at: moment,
  run: z.string(),
  /** One sentence: what failed. */
  why: shownText,
  /** Inputs without whose new revisions it works. */
  together: z.array(z.string()),
});

export type BadRevisionRecord = z.infer<typeof badRevisionRecord>;
