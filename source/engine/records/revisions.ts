import type { OwedPush } from '../../model/commit/owed-push.ts';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import type { KeptFile } from '../../services/world/kept-file.ts';
import type { MadeCommit } from '../../state/last-commit.ts';
import {
  type BadRevisionRecord,
  badRevisionKey,
  type ChosenRecord,
  type HeldRecord,
  type OverRecord,
  overKey,
  type RequestRecord,
  type SetbackRecord,
  setbackKey,
  type WithdrawnRecord,
  withdrawnKey,
} from './schemas.ts';
import { changeItems, dropItems, type Shelf } from './shelf.ts';
import type { Shelves } from './shelves.ts';

const keptBadRevisions = 500;

/** How many are kept of one host; older systems were removed from its store long ago. */
const keptSetbacks = 20;

const keptWithdrawn = 200;

const keptCommits = 50;
/** Forges have few of them open: nixup edits its own instead of opening another. */
const keptRequests = 20;

const keptChosen = 200;

const keptOver = 1_000;

const keptHeld = 500;

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
  /** Records that were dropped: a copy of them that comes from elsewhere does not count. */
  over(): readonly OverRecord[];
  /** Drops what others say is over, and keeps that they said it. */
  keepOver(records: readonly OverRecord[]): Promise<Result<void, Failure>>;
  /** What those who keep the fleet say of inputs, the newest of each. */
  held(): readonly HeldRecord[];
  keepHeld(records: readonly HeldRecord[]): Promise<Result<void, Failure>>;
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

/** Whether a record with this key and time is over by one of these. */
const isOverBy =
  (over: readonly OverRecord[], of: OverRecord['of']) =>
  (key: string, at: number): boolean =>
    over.some((one) => one.of === of && one.key === key && one.at >= at);

/** Records of one kind that a copy from elsewhere must not bring back once they were dropped. */
const withdrawable = <Item extends { readonly at: number }>(
  over: Shelves['over'],
  of: OverRecord['of'],
  shelf: KeptFile<Shelf<Item>>,
  keyOf: (item: Item) => string,
) => ({
  /** Whoever keeps a record says that it counts, whatever was said before. */
  keep: async (
    records: readonly Item[],
    update: (items: readonly Item[]) => readonly Item[],
  ): Promise<Result<void, Failure>> => {
    const isKept = (one: OverRecord): boolean =>
      one.of === of && records.some((item) => keyOf(item) === one.key && item.at <= one.at);
    if (over.value().items.some(isKept)) await dropItems(over, isKept);
    return changeItems(shelf, update);
  },
  /** Said first: where nixup is killed between the two, the record is dropped at the next occasion. */
  drop: async (isGone: (item: Item) => boolean): Promise<Result<void, Failure>> => {
    const gone = shelf.value().items.filter(isGone);
    const fresh = gone.map((item) => ({ of, key: keyOf(item), at: item.at }));
    if (fresh.length > 0)
      await changeItems(over, (items) => withFresh(items, fresh, overKey, keptOver));
    return dropItems(shelf, isGone);
  },
  dropOver: (records: readonly OverRecord[]): Promise<Result<void, Failure>> => {
    const isOver = isOverBy(records, of);
    return dropItems(shelf, (item) => isOver(keyOf(item), item.at));
  },
});

export const revisionRecords = (shelves: Shelves): RevisionRecords => {
  const { over, holds, chosen, commits, owedPushes, requests } = shelves;
  const badRevisions = withdrawable(over, 'bad-revision', shelves.badRevisions, badRevisionKey);
  const setbacks = withdrawable(over, 'setback', shelves.setbacks, setbackKey);
  const withdrawn = withdrawable(over, 'withdrawn', shelves.withdrawn, withdrawnKey);
  return {
    badRevisions: () => shelves.badRevisions.value().items,
    keepBadRevisions: (records) =>
      badRevisions.keep(records, (items) =>
        withFresh(items, records, badRevisionKey, keptBadRevisions),
      ),
    dropBadRevisions: badRevisions.drop,
    setbacks: () => shelves.setbacks.value().items,
    keepSetback: (record) => setbacks.keep([record], (items) => addSetback(items, record)),
    dropSetbacks: setbacks.drop,
    withdrawn: () => shelves.withdrawn.value().items,
    keepWithdrawn: (records) =>
      withdrawn.keep(records, (items) => withFresh(items, records, withdrawnKey, keptWithdrawn)),
    dropWithdrawn: withdrawn.drop,
    over: () => over.value().items,
    keepOver: async (records) => {
      for (const kind of [badRevisions, setbacks, withdrawn]) await kind.dropOver(records);
      return changeItems(over, (items) => withFresh(items, records, overKey, keptOver));
    },
    held: () => holds.value().items,
    keepHeld: (records) =>
      changeItems(holds, (items) => withFresh(items, records, ({ input }) => input, keptHeld)),
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
  };
};
