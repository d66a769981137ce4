import { expect, test } from 'vitest';
import { followUnit } from '../../../source/engine/host/unit.ts';
import type { UnitFacts } from '../../../source/model/host/unit-details.ts';
import type { JournalLine } from '../../../source/model/host/unit-journal.ts';
import { failed, success } from '../../../source/model/result.ts';
import type { UnitQuestions } from '../../../source/services/host/units.ts';
import { runningUnit } from '../../support/fake-hosts.ts';
import { hostEntry } from '../../support/host-entry.ts';

type Page = Awaited<ReturnType<UnitQuestions['journal']>>;
type Wish = Parameters<UnitQuestions['journal']>[2];

const line = (at: number, text = `line ${at}`): JournalLine => ({
  at,
  level: 6,
  from: 'a[1]',
  text,
});

/** Follows a unit through these pages; the journal has nothing after the last of them. */
const followed = async (pages: readonly Page[], facts: UnitFacts = runningUnit) => {
  const stop = new AbortController();
  const wishes: Wish[] = [];
  const told: { lines: readonly JournalLine[]; notes: readonly string[] }[] = [];
  const events: unknown[] = [];
  const context = {
    world: { clock: { now: () => 0, sleep: async () => undefined } },
    state: () => ({ hosts: {} }),
    emitter: { emit: (event: unknown) => events.push(event) },
    hosts: {
      units: {
        facts: async () => success(facts),
        journal: async (_entry: unknown, _unit: string, wish: Wish): Promise<Page> => {
          wishes.push(wish);
          const page = pages[wishes.length - 1];
          if (page !== undefined) return page;
          stop.abort();
          return success({ journal: { kind: 'empty' }, cursor: null });
        },
      },
    },
  };
  await followUnit(
    // Only what a follower asks for is there.
    context as unknown as Parameters<typeof followUnit>[0],
    hostEntry(),
    { host: 'p620', unit: 'a.service', level: 'warning' },
    stop.signal,
    (lines, notes) => told.push({ lines, notes }),
  );
  return { wishes, told, events };
};

const page = (lines: readonly JournalLine[], cursor: string, isFull = false): Page =>
  success({ journal: { kind: 'lines', lines, isFull }, cursor });

test('each page goes on after the last line of the one before, at the level that was asked', async () => {
  const { wishes, told, events } = await followed([page([line(1)], 'one'), page([line(2)], 'two')]);
  expect(wishes.map(({ after, level }) => [after, level])).toEqual([
    [null, 'warning'],
    ['one', 'warning'],
    ['two', 'warning'],
  ]);
  expect(told.flatMap(({ lines }) => lines)).toEqual([line(1), line(2)]);
  expect(events).toMatchObject([{ isFirst: true }, { isFirst: false }]);
});

test('a unit that logs more than a page at a time is followed at its newest lines, and the gap is said', async () => {
  const { wishes, told } = await followed([
    page([line(1)], 'one'),
    page([line(2_000)], 'two', true),
    page([line(9_000)], 'three'),
  ]);
  expect(wishes[2]).toMatchObject({ after: null, since: 3_000 });
  expect(told[1]?.notes).toEqual([expect.stringContaining('some are left out')]);
  expect(wishes.every(({ lines }) => lines === 500)).toBe(true);
});

test('a full first page is no gap: older lines were not asked for', async () => {
  const { told } = await followed([page([line(1)], 'one', true)]);
  expect(told[0]?.notes).toEqual([]);
});

test('a host that sleeps is said once, asked again, and followed on from where it was', async () => {
  const silent = failed({ code: 'host-timeout', host: 'p620', afterMs: 1_000 } as const);
  const { wishes, told } = await followed([
    page([line(1)], 'one'),
    silent,
    silent,
    page([], 'one'),
  ]);
  expect(told.flatMap(({ notes }) => notes)).toEqual([
    expect.stringMatching(/^not asked: .*It is asked again\.$/),
    'the host answers again',
  ]);
  expect(wishes[3]).toMatchObject({ after: 'one' });
});

test('a journal that may not be read ends it with the reason', async () => {
  const { wishes, told } = await followed([
    success({ journal: { kind: 'unreadable' }, cursor: null }),
  ]);
  expect(wishes).toHaveLength(1);
  expect(told[0]?.notes).toEqual([expect.stringContaining('systemd-journal')]);
});

test('a unit that the host does not know is told, and not waited for', async () => {
  const unknown: UnitFacts = { ...runningUnit, load: 'not-found', nearest: 'b.service' };
  const empty: Page = success({ journal: { kind: 'empty' }, cursor: null });
  const { wishes, told } = await followed([empty, empty], unknown);
  expect(wishes).toHaveLength(1);
  expect(told[0]?.notes).toEqual(['there is no unit a.service on p620; did you mean b.service?']);
  // What is left of a unit that is gone is followed as the journal has it.
  const left = await followed([page([line(1)], 'one'), empty], unknown);
  expect(left.told.flatMap(({ notes }) => notes)).toEqual([]);
});
