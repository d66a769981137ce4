import { expect, test } from 'vitest';
import {
  type HostJournal,
  type JournalRecord,
  journalSentences,
  judgeJournal,
  switcherSentences,
} from '../../../source/model/watch/journal.ts';

const hour = 3_600_000;
const day = 24 * hour;
const changed = Date.UTC(2026, 5, 10, 12);
const now = changed + 6 * hour;

const journalOf = (
  records: readonly JournalRecord[],
  begins = changed - 30 * day,
): HostJournal => ({
  begins,
  isVolatile: false,
  isCut: false,
  records,
});

const failed = (at: number, unit = 'app.service'): JournalRecord => ({ kind: 'failed', at, unit });
const boot = (at: number, seconds: number): JournalRecord => ({
  kind: 'boot',
  at,
  tookMs: seconds * 1_000,
});

const said = (records: readonly JournalRecord[], begins?: number): readonly string[] =>
  journalSentences(judgeJournal(journalOf(records, begins), changed, now));

test.each<[string, readonly JournalRecord[], readonly string[]]>([
  ['nothing', [], []],
  [
    'a unit that never failed before',
    [failed(changed + hour)],
    ['app.service failed 1 time since the change; never on the 7 days before'],
  ],
  ['one that fails as often each day', [failed(changed + hour), failed(changed + hour - day)], []],
  [
    'one that fails more often than on the worst day',
    [
      failed(changed + hour),
      failed(changed + 2 * hour),
      failed(changed + hour - day),
      failed(changed + hour - 3 * day),
    ],
    ['app.service failed 2 times since the change; 1 at most on one of the 7 days before'],
  ],
  [
    'what happened at other hours of the days before is not counted there',
    [failed(changed + hour), failed(changed + 8 * hour - day)],
    ['app.service failed 1 time since the change; never on the 7 days before'],
  ],
  ['a single restart is no loop', [{ kind: 'restart', at: changed + hour, unit: 'a.service' }], []],
  ['what came after a day of watching', [failed(changed + 30 * hour)], []],
])('%s', (_, records, sentences) => {
  expect(said(records)).toEqual(sentences);
});

test('a want of memory and a crash are told by their unit', () => {
  expect(
    said([
      { kind: 'out-of-memory', at: changed + hour, unit: 'plex.service' },
      { kind: 'coredump', at: changed + hour, unit: 'user@1000.service' },
    ]),
  ).toEqual([
    'plex.service was ended for want of memory 1 time since the change; never on the 7 days before',
    'user@1000.service crashed 1 time since the change; never on the 7 days before',
  ]);
});

test('a boot is compared with the median of the five before', () => {
  const before = [30, 31, 90, 30, 32].map((seconds, index) =>
    boot(changed - (6 - index) * day, seconds),
  );
  expect(said([...before, boot(changed + hour, 80)])).toEqual([
    'the boot took 1 m 20 s, usually 31 s',
  ]);
  expect(said([...before, boot(changed + hour, 40)])).toEqual([]);
  expect(said([boot(changed + hour, 400)])).toEqual([]);
});

test('a journal that begins after the change proves nothing', () => {
  expect(judgeJournal(journalOf([], changed + hour), changed, now)).toEqual({
    kind: 'unknown',
    why: 'it begins 1 h 00 m after the change, and nothing is known of the time between (what is older was removed to keep its size, SystemMaxUse in journald.conf, or was never kept)',
  });
});

test('a journal in memory says why it begins so late', () => {
  const journal = { ...journalOf([], changed + hour), isVolatile: true };
  expect(judgeJournal(journal, changed, now)).toEqual({
    kind: 'unknown',
    why: 'it begins 1 h 00 m after the change, and nothing is known of the time between (it is kept in memory, and a restart empties it: Storage=persistent in journald.conf keeps it)',
  });
});

test('without a whole day before, what is found is told without a comparison', () => {
  expect(said([failed(changed + hour)], changed - hour)).toEqual([
    'app.service failed 1 time since the change; the journal has no day before to compare with',
  ]);
});

test('a service that switched the host is named with the last time, and is no finding', () => {
  const switched = (at: number, by?: string): JournalRecord => ({
    kind: 'switched',
    at,
    toplevel: '/nix/store/a',
    ...(by === undefined ? {} : { by }),
  });
  const watch = judgeJournal(
    journalOf([
      switched(changed - day, 'comin.service'),
      switched(changed - hour, 'comin.service'),
      switched(changed),
    ]),
    changed,
    now,
  );
  expect(switcherSentences(watch)).toEqual([
    'the host was switched from the service comin.service on 2026-06-10 11:00 UTC, which may undo a deploy or a rollback',
  ]);
  expect(journalSentences(watch)).toEqual([]);
});
