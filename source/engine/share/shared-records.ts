import { z } from 'zod';
import {
  type BadRevisionRecord,
  badRevisionKey,
  badRevisionRecord,
  type DeployRecord,
  deployRecord,
  ofRunAndHost,
  type ReportRecord,
  reportRecord,
  type SignOffRecord,
  signOffRecord,
} from '../records/schemas.ts';

/** What is one for all who keep a fleet. */
export interface SharedRecords {
  readonly deploys: readonly DeployRecord[];
  readonly badRevisions: readonly BadRevisionRecord[];
  readonly reports: readonly ReportRecord[];
  readonly signOffs: readonly SignOffRecord[];
}

const noRecords: SharedRecords = {
  deploys: [],
  badRevisions: [],
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

export const mergeRecords = (all: readonly SharedRecords[]): SharedRecords => ({
  deploys: newest(
    all.map(({ deploys }) => deploys),
    ({ host }) => host,
    most,
  ),
  badRevisions: newest(
    all.map(({ badRevisions }) => badRevisions),
    badRevisionKey,
    most,
  ),
  reports: newest(
    all.map(({ reports }) => reports),
    ofRunAndHost,
    most,
  ),
  signOffs: newest(
    all.map(({ signOffs }) => signOffs),
    ofRunAndHost,
    most,
  ),
});
