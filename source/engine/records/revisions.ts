import type { OwedPush } from '../../model/commit/owed-push.ts';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import type { MadeCommit } from '../../state/last-commit.ts';
import {
  type BadRevisionRecord,
  badRevisionKey,
  type ChosenRecord,
  type RequestRecord,
  type SetbackRecord,
  type WithdrawnRecord,
  withdrawnKey,
} from './schemas.ts';
import { changeItems, dropItems } from './shelf.ts';
import type { Shelves } from './shelves.ts';

const keptBadRevisions = 500;

/** How many are kept of one host; older systems were removed from its store long ago. */
const keptSetbacks = 20;

const keptWithdrawn = 200;

const keptCommits = 50;
/** Forges have few of them open: nixup edits its own instead of opening another. */
const keptRequests = 20;

const keptChosen = 200;

/** Which revisions ended badly, which were chosen, and what was committed of them. */
export interface RevisionRecords {
  badRevisions(): readonly BadRevisionRecord[];
  /** A newer record of the same input, revision and host takes the older one's place. */
  keepBadRevisions(records: readonly BadRevisionRecord[]): Promise<Result<void, Failure>>;
  dropBadRevisions(isOver: (record: BadRevisionRecord) => boolean): Promise<Result<void, Failure>>;
  setbacks(): readonly SetbackRecord[];
  /** A newer one of the same host and system takes the older one's place. */
  keepSetback(record: SetbackRecord): Promise<Result<void, Failure>>;
  dropSetbacks(isOver: (record: SetbackRecord) => boolean): Promise<Result<void, Failure>>;
  withdrawn(): readonly WithdrawnRecord[];
  keepWithdrawn(records: readonly WithdrawnRecord[]): Promise<Result<void, Failure>>;
  dropWithdrawn(isOver: (record: WithdrawnRecord) => boolean): Promise<Result<void, Failure>>;
  /** Revisions that a person chose; each counts as long as the lock has it. */
  chosen(): readonly ChosenRecord[];
  /** A newer one of the same input and revision takes the older one's place. */
  keepChosen(record: ChosenRecord): Promise<Result<void, Failure>>;
  dropChosen(isOver: (record: ChosenRecord) => boolean): Promise<Result<void, Failure>>;
  /** Commits that nixup made, whoever ran it. */
  commits(): readonly MadeCommit[];
  keepCommit(record: MadeCommit): Promise<Result<void, Failure>>;
  /** Commits that were to be pushed and are not known to be on the remote, one for each branch. */
  owedPushes(): readonly OwedPush[];
  keepOwedPush(record: OwedPush): Promise<Result<void, Failure>>;
  dropOwedPushes(isOver: (owed: OwedPush) => boolean): Promise<Result<void, Failure>>;
  /** Pull requests of nixup's own that are open. */
  requests(): readonly RequestRecord[];
  /** In the place of the one with the same address. */
  keepRequest(record: RequestRecord): Promise<Result<void, Failure>>;
  dropRequest(url: string): Promise<Result<void, Failure>>;
}

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

/** These in the place of those of the same key; the oldest go where there are more than `kept`. */
const withFresh = <Item>(
  items: readonly Item[],
  fresh: readonly Item[],
  keyOf: (item: Item) => string,
  kept: number,
): readonly Item[] => {
  const keys = new Set(fresh.map(keyOf));
  return [...items.filter((item) => !keys.has(keyOf(item))), ...fresh].slice(-kept);
};

export const revisionRecords = ({
  badRevisions,
  setbacks,
  withdrawn,
  chosen,
  commits,
  owedPushes,
  requests,
}: Shelves): RevisionRecords => ({
  badRevisions: () => badRevisions.value().items,
  keepBadRevisions: (records) =>
    changeItems(badRevisions, (items) =>
      withFresh(items, records, badRevisionKey, keptBadRevisions),
    ),
  dropBadRevisions: (isOver) => dropItems(badRevisions, isOver),
  setbacks: () => setbacks.value().items,
  keepSetback: (record) => changeItems(setbacks, (items) => addSetback(items, record)),
  dropSetbacks: (isOver) => dropItems(setbacks, isOver),
  withdrawn: () => withdrawn.value().items,
  keepWithdrawn: (records) =>
    changeItems(withdrawn, (items) => withFresh(items, records, withdrawnKey, keptWithdrawn)),
  dropWithdrawn: (isOver) => dropItems(withdrawn, isOver),
  chosen: () => chosen.value().items,
  keepChosen: (record) =>
    changeItems(chosen, (items) => withFresh(items, [record], withdrawnKey, keptChosen)),
  dropChosen: (isOver) => dropItems(chosen, isOver),
  commits: () => commits.value().items,
  keepCommit: (record) => changeItems(commits, (items) => [...items, record].slice(-keptCommits)),
  owedPushes: () => owedPushes.value().items,
  keepOwedPush: (record) =>
    changeItems(owedPushes, (items) => [
      ...items.filter(({ branch }) => branch !== record.branch),
      record,
    ]),
  dropOwedPushes: (isOver) => dropItems(owedPushes, isOver),
  requests: () => requests.value().items,
  keepRequest: (record) =>
    changeItems(requests, (items) => withFresh(items, [record], ({ url }) => url, keptRequests)),
  dropRequest: (url) => dropItems(requests, (one) => one.url === url),
});
