import { z } from 'zod';
import {
  type BadRevisionRecord,
  badRevisionKey,
  badRevisionRecord,
  type DeployRecord,
  deployRecord,
  type HeldRecord,
  heldRecord,
  type OverRecord,
  ofRunAndHost,
  overKey,
  overRecord,
  type ReportRecord,
  reportRecord,
  type SetbackRecord,
  type SignOffRecord,
  setbackKey,
  setbackRecord,
  signOffRecord,
  type WithdrawnRecord,
  withdrawnKey,
  withdrawnRecord,
} from '../records/schemas.ts';

/** What is one for all who keep a fleet. */
export interface SharedRecords {
  readonly deploys: readonly DeployRecord[];
  readonly badRevisions: readonly BadRevisionRecord[];
  readonly setbacks: readonly SetbackRecord[];
  readonly withdrawn: readonly WithdrawnRecord[];
  /** What of these three counts no more. */
  readonly over: readonly OverRecord[];
  readonly held: readonly HeldRecord[];
  readonly reports: readonly ReportRecord[];
  readonly signOffs: readonly SignOffRecord[];
}

const noRecords: SharedRecords = {
  deploys: [],
  badRevisions: [],
  setbacks: [],
  withdrawn: [],
  over: [],
  held: [],
  reports: [],
  signOffs: [],
};

/** What does not fit is left out: anybody who may push to the repository may have written it. */
const listOf = <Item>(shape: z.ZodType<Item>, value: unknown): readonly Item[] => {
  const items = z.array(z.unknown()).safeParse(value);
  return (items.data ?? []).flatMap((item) => {
    const read = shape.safeParse(item);
    return read.success ? [read.data] : [];
  });
};

export const readSharedRecords = (text: string | null): SharedRecords => {
  let value: unknown = null;
  try {
    value = JSON.parse(text ?? 'null');
  } catch {
    return noRecords;
  }
  const fields = z.looseObject({}).safeParse(value).data ?? {};
  return {
    deploys: listOf(deployRecord, fields['deploys']),
    badRevisions: listOf(badRevisionRecord, fields['badRevisions']),
    setbacks: listOf(setbackRecord, fields['setbacks']),
    withdrawn: listOf(withdrawnRecord, fields['withdrawn']),
    over: listOf(overRecord, fields['over']),
    held: listOf(heldRecord, fields['held']),
    reports: listOf(reportRecord, fields['reports']),
    signOffs: listOf(signOffRecord, fields['signOffs']),
  };
};

interface Dated {
  readonly at: number;
}

/** Of each key the newest; sorted, so that the same records are the same text whoever writes them. */
const newest = <Item extends Dated>(
  lists: readonly (readonly Item[])[],
  keyOf: (item: Item) => string,
  most: number,
): readonly Item[] => {
  const all = new Map<string, Item>();
  for (const item of lists.flat()) {
    const known = all.get(keyOf(item));
    if (known === undefined || known.at < item.at) all.set(keyOf(item), item);
  }
  return [...all.values()]
    .toSorted((one, other) => one.at - other.at || (keyOf(one) < keyOf(other) ? -1 : 1))
    .slice(-most);
};

/** More of a kind are not shared; the oldest go. */
const most = 2_000;

/** Without those that somebody dropped; one that was made again later counts. */
const stillCounting = <Item extends Dated>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  over: readonly OverRecord[],
  of: OverRecord['of'],
): readonly Item[] => {
  const ends = new Map(over.flatMap((one) => (one.of === of ? [[one.key, one.at] as const] : [])));
  return items.filter((item) => item.at > (ends.get(keyOf(item)) ?? Number.NEGATIVE_INFINITY));
};

/** What all of them say together: of each thing the newest, and nothing that was dropped. */
export const mergeRecords = (all: readonly SharedRecords[]): SharedRecords => {
  const newestOf = <Item extends Dated>(
    kind: (records: SharedRecords) => readonly Item[],
    keyOf: (item: Item) => string,
  ): readonly Item[] => newest(all.map(kind), keyOf, most);
  const over = newestOf((one) => one.over, overKey);
  const counting = <Item extends Dated>(
    of: OverRecord['of'],
    kind: (records: SharedRecords) => readonly Item[],
    keyOf: (item: Item) => string,
  ): readonly Item[] => stillCounting(newestOf(kind, keyOf), keyOf, over, of);
  return {
    deploys: newestOf(
      (one) => one.deploys,
      ({ host }) => host,
    ),
    badRevisions: counting('bad-revision', (one) => one.badRevisions, badRevisionKey),
    setbacks: counting('setback', (one) => one.setbacks, setbackKey),
    withdrawn: counting<WithdrawnRecord>('withdrawn', (one) => one.withdrawn, withdrawnKey),
    over,
    held: newestOf(
      (one) => one.held,
      ({ input }) => input,
    ),
    reports: newestOf<ReportRecord>((one) => one.reports, ofRunAndHost),
    signOffs: newestOf<SignOffRecord>((one) => one.signOffs, ofRunAndHost),
  };
};
