import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import {
  type CalibrationRecord,
  type MarkRecord,
  ofRunAndHost,
  type ReportRecord,
  type SignOffRecord,
  type SwitcherRecord,
  switcherKey,
} from './schemas.ts';
import { changeItems, dropItems } from './shelf.ts';
import type { Shelves } from './shelves.ts';

/** What was said of hosts after runs that changed them: by the watch, and by a person. */
export interface WatchRecords {
  reports(): readonly ReportRecord[];
  keepReports(records: readonly ReportRecord[]): Promise<Result<void, Failure>>;
  signOffs(): readonly SignOffRecord[];
  keepSignOff(record: SignOffRecord): Promise<Result<void, Failure>>;
  dropSignOff(run: string, host: string): Promise<Result<void, Failure>>;
  calibrations(): readonly CalibrationRecord[];
  /** Silences and annotations that are to be taken back. */
  marks(): readonly MarkRecord[];
  keepMark(record: MarkRecord): Promise<Result<void, Failure>>;
  dropMark(run: string, kind: MarkRecord['kind']): Promise<Result<void, Failure>>;
  keepCalibrations(records: readonly CalibrationRecord[]): Promise<Result<void, Failure>>;
  /** Services from which a host was switched without a person; the newest last. */
  switchers(host: string): readonly SwitcherRecord[];
  keepSwitchers(records: readonly SwitcherRecord[]): Promise<Result<void, Failure>>;
}

/** Of a thousand hosts the last five runs. */
const mostKept = 5_000;

/** What is known to be final is not replaced by an answer that knows less. */
const newer = (before: ReportRecord | undefined, after: ReportRecord): ReportRecord =>
  before?.isFinal === true && before.verdict !== 'unknown' && after.verdict === 'unknown'
    ? before
    : after;

const addReports = (
  items: readonly ReportRecord[],
  added: readonly ReportRecord[],
): readonly ReportRecord[] => {
  const all = new Map(items.map((record) => [ofRunAndHost(record), record]));
  for (const record of added) {
    const key = ofRunAndHost(record);
    const kept = newer(all.get(key), record);
    all.delete(key);
    all.set(key, kept);
  }
  return [...all.values()].slice(-mostKept);
};

export const watchRecords = ({
  reports,
  signOffs,
  calibrations,
  marks,
  switchers,
}: Shelves): WatchRecords => ({
  reports: () => reports.value().items,
  keepReports: (added) => changeItems(reports, (items) => addReports(items, added)),
  signOffs: () => signOffs.value().items,
  keepSignOff: (record) =>
    changeItems(signOffs, (items) =>
      [...items.filter((one) => ofRunAndHost(one) !== ofRunAndHost(record)), record].slice(
        -mostKept,
      ),
    ),
  calibrations: () => calibrations.value().items,
  marks: () => marks.value().items,
  keepMark: (record) =>
    changeItems(marks, (items) => [
      ...items.filter(({ run, kind }) => run !== record.run || kind !== record.kind),
      record,
    ]),
  dropMark: (run, kind) =>
    changeItems(marks, (items) => items.filter((one) => one.run !== run || one.kind !== kind)),
  keepCalibrations: (added) =>
    changeItems(calibrations, (items) => {
      const hosts = new Set(added.map(({ host }) => host));
      return [...items.filter(({ host }) => !hosts.has(host)), ...added];
    }),
  switchers: (host) => switchers.value().items.filter((one) => one.host === host),
  keepSwitchers: (added) =>
    changeItems(switchers, (items) => {
      const keys = new Set(added.map(switcherKey));
      return [...items.filter((one) => !keys.has(switcherKey(one))), ...added].slice(-mostKept);
    }),
  dropSignOff: (run, host) =>
    dropItems(signOffs, (record) => ofRunAndHost(record) === ofRunAndHost({ run, host })),
});
