import { join } from 'node:path';
import type { z } from 'zod';
import { chosenFile } from '../../services/inputs/chosen-remembered.ts';
import { type KeptFile, openKeptFile, type TellDamage } from '../../services/world/kept-file.ts';
import type { SharedFolder, World } from '../../services/world/world.ts';
import {
  acceptedRecord,
  badRevisionKey,
  badRevisionRecord,
  baselineRecord,
  calibrationRecord,
  chosenRecord,
  commitRecord,
  dashboardRecord,
  deployRecord,
  evaluationKey,
  evaluationRecord,
  heldRecord,
  identityRecord,
  markRecord,
  ofRunAndHost,
  overKey,
  overRecord,
  owedPushRecord,
  pendingRecord,
  reportRecord,
  requestRecord,
  setbackKey,
  setbackRecord,
  sicknessRecord,
  signOffRecord,
  switcherKey,
  switcherRecord,
  withdrawnKey,
  withdrawnRecord,
} from './schemas.ts';
import { openSharedShelf, refusedWords } from './shared.ts';
import { type Naming, type Shelf, shelfFormat } from './shelf.ts';

export interface RecordsPlace {
  /** The folder of the user: for everything where no other place can be used. */
  readonly own: string;
  /** Where the users of one checkout share what is known of its fleet. */
  readonly shared?: SharedFolder | undefined;
  readonly isReadOnly?: boolean | undefined;
}

/** Kinds of records whose absence others do not notice. */
const quietKinds = [
  'evaluations.json',
  'dashboards.json',
  'watch-reports.json',
  'calibrations.json',
  'marks.json',
  'over.json',
  'holds.json',
  'switchers.json',
];

type OpenShelf = <Item extends object>(
  name: string,
  schema: z.ZodType<Item>,
  naming: Naming<NoInfer<Item>>,
) => Promise<KeptFile<Shelf<Item>>>;

type OpenOwn = <Item extends object>(
  name: string,
  schema: z.ZodType<Item>,
) => Promise<KeptFile<Shelf<Item>>>;

const ofHost = (item: { readonly host: string }): string => item.host;
const at = (item: { readonly at: number }): number => item.at;
const since = (item: { readonly since: number }): number => item.since;

/** Each kind of records with the file that it is kept in. */
const openEach = async (open: OpenShelf, openOwn: OpenOwn) => {
  const [evaluations, identities, deploys, baselines, pending, dashboards] = await Promise.all([
    open('evaluations.json', evaluationRecord, {
      key: evaluationKey,
      at: (item) => item.builtAt ?? 0,
    }),
    openOwn('identities.json', identityRecord),
    open('deploys.json', deployRecord, { key: ofHost, at }),
    open('baselines.json', baselineRecord, { key: ofHost, at }),
    open('pending.json', pendingRecord, { key: ofHost, at: since }),
    open('dashboards.json', dashboardRecord, { key: () => '', at }),
  ]);
  const [badRevisions, setbacks, sicknesses, accepted, withdrawn, owedPushes, commits, chosen] =
    await Promise.all([
      open('bad-revisions.json', badRevisionRecord, { key: badRevisionKey, at }),
      open('setbacks.json', setbackRecord, { key: setbackKey, at }),
      open('sicknesses.json', sicknessRecord, { key: ofHost, at: since }),
      open('accepted.json', acceptedRecord, { key: ofHost, at }),
      open('withdrawn.json', withdrawnRecord, { key: withdrawnKey, at }),
      open('owed-push.json', owedPushRecord, { key: ({ branch }) => branch, at }),
      open('commits.json', commitRecord, { key: ({ revision }) => revision, at }),
      open(chosenFile, chosenRecord, { key: withdrawnKey, at }),
    ]);
  const [reports, signOffs, calibrations, marks, requests, over, holds, switchers] =
    await Promise.all([
      open('watch-reports.json', reportRecord, { key: ofRunAndHost, at }),
      open('sign-offs.json', signOffRecord, { key: ofRunAndHost, at }),
      open('calibrations.json', calibrationRecord, { key: ofHost, at }),
      open('marks.json', markRecord, { key: ({ run, kind }) => `${run} ${kind}`, at }),
      open('pull-requests.json', requestRecord, { key: ({ url }) => url, at }),
      open('over.json', overRecord, { key: overKey, at }),
      open('holds.json', heldRecord, { key: ({ input }) => input, at }),
      open('switchers.json', switcherRecord, { key: switcherKey, at }),
    ]);
  return {
    evaluations,
    deploys,
    baselines,
    identities,
    pending,
    dashboards,
    badRevisions,
    setbacks,
    sicknesses,
    accepted,
    withdrawn,
    chosen,
    owedPushes,
    commits,
    reports,
    signOffs,
    calibrations,
    marks,
    requests,
    over,
    holds,
    switchers,
  };
};

export type Shelves = Awaited<ReturnType<typeof openEach>>;

/** Opens every kind: in the folder that all users of the checkout share, where that can be used. */
export const openShelves = (
  world: World,
  { own, shared = { kind: 'none' }, isReadOnly = false }: RecordsPlace,
  tellDamage: TellDamage,
): Promise<Shelves> => {
  if (shared.kind === 'refused')
    tellDamage(shared.path, refusedWords(shared.path, shared.why, own));
  const openOwn: OpenOwn = (name, schema) =>
    openKeptFile(world, join(own, name), shelfFormat(schema), tellDamage);
  const open: OpenShelf = (name, schema, naming) =>
    shared.kind === 'open' || shared.kind === 'closed'
      ? openSharedShelf(
          { world, own, shared, tellDamage, isReadOnly, isQuiet: quietKinds.includes(name) },
          name,
          shelfFormat(schema),
          naming,
        )
      : openOwn(name, schema);
  return openEach(open, openOwn);
};
