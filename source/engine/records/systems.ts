import type { Failure } from '../../model/failure.ts';
import { memoByObject } from '../../model/memo.ts';
import type { Result } from '../../model/result.ts';
import { type DeployRecord, type EvaluationRecord, evaluationKey } from './schemas.ts';
import { changeItems, dropItems, lastOf, replaceOfHost } from './shelf.ts';
import type { Shelves } from './shelves.ts';

/** Evaluations kept per host; older trees are evaluated again. */
const keptTrees = 30;

/**
 * What was evaluated, built and deployed. A tree has another system path after its commit than when
 * it was tested, if the flake embeds its revision.
 */
export interface SystemRecords {
  /** Null for a tree without a name (no git): nothing is remembered of it. */
  evaluation(host: string, tree: string | null): EvaluationRecord | undefined;
  /** The tree that was tested last, of whatever hosts; null where none was. */
  lastTestedTree(): string | null;
  /** The record of each host that was built last, of other trees than this one. */
  lastBuilt(exceptTree: string): ReadonlyMap<string, EvaluationRecord>;
  /** The tree for which this toplevel was evaluated on some earlier day. */
  origin(host: string, toplevel: string): EvaluationRecord | undefined;
  keepEvaluation(record: EvaluationRecord): Promise<Result<void, Failure>>;
  /** Many of different hosts at once. */
  keepEvaluations(records: readonly EvaluationRecord[]): Promise<Result<void, Failure>>;
  /** Forgets what this tree gave the hosts before it was committed. */
  dropUncommitted(tree: string): Promise<Result<void, Failure>>;
  lastDeploy(host: string): DeployRecord | undefined;
  /** The last one of every host. */
  lastDeploys(): readonly DeployRecord[];
  keepDeploy(record: DeployRecord): Promise<Result<void, Failure>>;
}

/** Evaluations kept of a whole fleet: of a thousand hosts the last six trees. */
const keptEvaluations = 6_000;

/**
 * An evaluation in the background never takes away what a test built meanwhile, nor what was tested
 * of the same system.
 */
const together = (before: EvaluationRecord, evaluated: EvaluationRecord): EvaluationRecord => {
  if (before.toplevel !== evaluated.toplevel) return evaluated;
  const tests = [...new Set([...(before.tests ?? []), ...(evaluated.tests ?? [])])];
  return {
    ...evaluated,
    ...(evaluated.builtAt === null ? { builtAt: before.builtAt, builtOn: before.builtOn } : {}),
    ...(tests.length === 0 ? {} : { tests }),
  };
};

const addEvaluations = (
  items: readonly EvaluationRecord[],
  added: readonly EvaluationRecord[],
): readonly EvaluationRecord[] => {
  const fresh = new Map(added.map((record) => [evaluationKey(record), record]));
  const lasting: EvaluationRecord[] = [];
  const counts = new Map<string, number>();
  for (const record of items) {
    const replacement = fresh.get(evaluationKey(record));
    if (replacement !== undefined) {
      fresh.set(evaluationKey(record), together(record, replacement));
      continue;
    }
    lasting.push(record);
    counts.set(record.host, (counts.get(record.host) ?? 0) + 1);
  }
  const touched = new Set(added.map(({ host }) => host));
  let excess = lasting.length + fresh.size - keptEvaluations;
  const kept = lasting.filter(({ host }) => {
    const ofHost = counts.get(host) ?? 0;
    if (!(touched.has(host) && ofHost >= keptTrees) && excess <= 0) return true;
    counts.set(host, ofHost - 1);
    excess -= 1;
    return false;
  });
  return [...kept, ...fresh.values()];
};

/** Many ask for the records of a thousand hosts: each list is gone through once. */
const byKey = memoByObject(
  (items: readonly EvaluationRecord[]): ReadonlyMap<string, EvaluationRecord> =>
    new Map(items.map((record) => [evaluationKey(record), record])),
);
const bySystem = memoByObject(
  (items: readonly EvaluationRecord[]): ReadonlyMap<string, EvaluationRecord> =>
    new Map(items.map((record) => [`${record.host} ${record.toplevel}`, record])),
);

export const systemRecords = ({
  evaluations,
  deploys,
}: Pick<Shelves, 'evaluations' | 'deploys'>): SystemRecords => ({
  evaluation: (host, tree) =>
    tree === null ? undefined : byKey(evaluations.value().items).get(evaluationKey({ host, tree })),
  lastTestedTree: () =>
    evaluations
      .value()
      .items.filter(({ builtAt }) => builtAt !== null)
      .toSorted((one, other) => (one.builtAt ?? 0) - (other.builtAt ?? 0))
      .at(-1)?.tree ?? null,
  lastBuilt: (exceptTree) => {
    const last = new Map<string, EvaluationRecord>();
    for (const record of evaluations.value().items)
      if (
        record.builtAt !== null &&
        record.tree !== exceptTree &&
        record.builtAt >= (last.get(record.host)?.builtAt ?? 0)
      )
        last.set(record.host, record);
    return last;
  },
  origin: (host, toplevel) => bySystem(evaluations.value().items).get(`${host} ${toplevel}`),
  keepEvaluation: (evaluated) =>
    changeItems(evaluations, (items) => addEvaluations(items, [evaluated])),
  keepEvaluations: (evaluated) =>
    changeItems(evaluations, (items) => addEvaluations(items, evaluated)),
  dropUncommitted: (tree) =>
    dropItems(evaluations, (record) => record.tree === tree && record.dirty === true),
  lastDeploy: (host) => lastOf(deploys, host),
  lastDeploys: () => deploys.value().items,
  keepDeploy: (record) => replaceOfHost(deploys, record),
});
