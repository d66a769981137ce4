import type { Failure } from '../../model/failure.ts';
import { memoByObject } from '../../model/memo.ts';
import { type Result, success } from '../../model/result.ts';
import type {
  AcceptedRecord,
  BaselineRecord,
  DashboardRecord,
  PendingRecord,
  SicknessRecord,
} from './schemas.ts';
import { changeItems, dropItems, lastOf, replaceOfHost } from './shelf.ts';
import type { Shelves } from './shelves.ts';

/** Who the hosts are, how they were when they were well, and what they wait for. */
export interface HostRecords {
  baseline(host: string): BaselineRecord | undefined;
  keepBaseline(record: BaselineRecord): Promise<Result<void, Failure>>;
  dashboards(): DashboardRecord | undefined;
  keepDashboards(record: DashboardRecord): Promise<Result<void, Failure>>;
  machineId(host: string): string | undefined;
  /** Of every host; the same object until one of them changes. */
  machineIds(): ReadonlyMap<string, string>;
  keepMachineId(host: string, machineId: string): Promise<Result<void, Failure>>;
  sickness(host: string): SicknessRecord | undefined;
  keepSickness(record: SicknessRecord): Promise<Result<void, Failure>>;
  dropSickness(host: string): Promise<Result<void, Failure>>;
  accepted(): readonly AcceptedRecord[];
  keepAccepted(record: AcceptedRecord): Promise<Result<void, Failure>>;
  pending(): readonly PendingRecord[];
  /** Replaces what waits for these hosts by this list. */
  settlePending(
    hosts: readonly string[],
    waiting: readonly PendingRecord[],
  ): Promise<Result<void, Failure>>;
}

const machinesByHost = memoByObject(
  (items: readonly { readonly host: string; readonly machineId: string }[]) =>
    new Map(items.map(({ host, machineId }) => [host, machineId])),
);

export const hostRecords = ({
  baselines,
  dashboards,
  identities,
  sicknesses,
  accepted,
  pending,
}: Shelves): HostRecords => ({
  baseline: (host) => lastOf(baselines, host),
  keepBaseline: (record) => replaceOfHost(baselines, record),
  dashboards: () => dashboards.value().items.at(-1),
  keepDashboards: (record) => changeItems(dashboards, () => [record]),
  machineId: (host) => lastOf(identities, host)?.machineId,
  machineIds: () => machinesByHost(identities.value().items),
  keepMachineId: (host, machineId) =>
    lastOf(identities, host)?.machineId === machineId
      ? Promise.resolve(success(undefined))
      : replaceOfHost(identities, { host, machineId }),
  sickness: (host) => lastOf(sicknesses, host),
  keepSickness: (record) => replaceOfHost(sicknesses, record),
  dropSickness: (host) => dropItems(sicknesses, (record) => record.host === host),
  accepted: () => accepted.value().items,
  keepAccepted: (record) => replaceOfHost(accepted, record),
  pending: () => pending.value().items,
  settlePending: (hosts, waiting) =>
    changeItems(pending, (items) => {
      const settled = new Set([...hosts, ...waiting.map(({ host }) => host)]);
      const others = items.filter(({ host }) => !settled.has(host));
      return others.length === items.length && waiting.length === 0
        ? items
        : [...others, ...waiting];
    }),
});
