import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import type { DeployRecord, EvaluationRecord } from './schemas.ts';
import { changeItems, lastOf, replaceOfHost } from './shelf.ts';
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
  /** The tree for which this toplevel was evaluated on some earlier day. */
  origin(host: string, toplevel: string): EvaluationRecord | undefined;
  keepEvaluation(record: EvaluationRecord): Promise<Result<void, Failure>>;
  lastDeploy(host: string): DeployRecord | undefined;
  keepDeploy(record: DeployRecord): Promise<Result<void, Failure>>;
}

/** An evaluation in the background never takes away what a test built meanwhile. */
const addEvaluation = (
  items: readonly EvaluationRecord[],
  evaluated: EvaluationRecord,
): readonly EvaluationRecord[] => {
  const { host, tree } = evaluated;
  const same = items.findLast((other) => other.host === host && other.tree === tree);
  const known = same?.toplevel === evaluated.toplevel ? same : undefined;
  const tests = [...new Set([...(known?.tests ?? []), ...(evaluated.tests ?? [])])];
  const record: EvaluationRecord = {
    ...evaluated,
    ...(known !== undefined && evaluated.builtAt === null
      ? { builtAt: known.builtAt, builtOn: known.builtOn }
      : {}),
    ...(tests.length === 0 ? {} : { tests }),
  };
  const others = items.filter((other) => other.host !== host || other.tree !== tree);
  const ofHost = others.filter((other) => other.host === host);
  const excess = new Set(ofHost.slice(0, Math.max(0, ofHost.length + 1 - keptTrees)));
  return [...others.filter((other) => !excess.has(other)), record];
};

export const systemRecords = ({
  evaluations,
  deploys,
}: Pick<Shelves, 'evaluations' | 'deploys'>): SystemRecords => ({
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
  keepEvaluation: (evaluated) =>
    changeItems(evaluations, (items) => addEvaluation(items, evaluated)),
  lastDeploy: (host) => lastOf(deploys, host),
  keepDeploy: (record) => replaceOfHost(deploys, record),
});
