import { expect, test } from 'vitest';
import type { PlanSummary } from '../../../source/model/build/plan.ts';
import { noProgress } from '../../../source/model/build/progress.ts';
import type { AppEvent, CommandRecord } from '../../../source/state/events.ts';
import { reduceAll } from '../../../source/state/reducer/batch.ts';
import { reduce } from '../../../source/state/reducer/reducer.ts';
import { initialState } from '../../../source/state/state.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fc } from '../../support/chance.ts';
import { openStage } from '../../support/play.ts';

const names = Array.from({ length: 1_000 }, (_, index) => `host${index}`);

const plan: PlanSummary = {
  builds: 1,
  fetches: 0,
  downloadBytes: null,
  unpackedBytes: null,
  shared: 0,
  compiles: [],
  workMs: null,
  estimated: 0,
  on: null,
};

const command: CommandRecord = {
  does: null,
  line: 'ssh host',
  host: null,
  startedAt: 0,
  tookMs: 1,
  ending: 'done',
};

const listed: AppEvent = { type: 'fleet-listed', at: 0, hosts: names.map((name) => entryOf(name)) };

test('a batch of events is the same as one event after the other, however they are cut', async () => {
  const stage = await openStage({ hosts: 20 });
  await stage.engine.build.test(stage.deployables());
  await stage.engine.close();
  const { events } = stage;
  expect(events.length).toBeGreaterThan(300);
  const expected = events.reduce(reduce, initialState);
  expect(reduceAll(initialState, events)).toEqual(expected);
  fc.assert(
    fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 60 })), (lengths) => {
      let state = initialState;
      let from = 0;
      for (const length of lengths) {
        if (from >= events.length) break;
        state = reduceAll(state, events.slice(from, from + length));
        from += length;
      }
      expect(state).toEqual(expected);
    }),
    { numRuns: 3 },
  );
});

test('of a thousand hosts one event changes one object', () => {
  const before = reduce(initialState, listed);
  const after = reduce(before, { type: 'host-probing', at: 1, host: 'host7' });
  const changed = names.filter((name) => before.hosts[name] !== after.hosts[name]);
  expect(changed).toEqual(['host7']);
});

test('the answers of a thousand hosts in one batch copy the table of hosts once', () => {
  const before = reduce(initialState, listed);
  let copies = 0;
  const watched = {
    ...before,
    hosts: new Proxy(before.hosts, {
      ownKeys: (hosts) => {
        copies += 1;
        return Reflect.ownKeys(hosts);
      },
    }),
  };
  const after = reduceAll(
    watched,
    names.map((host): AppEvent => ({ type: 'host-probing', at: 1, host })),
  );
  expect(Object.values(after.hosts).every(({ probe }) => probe.kind === 'probing')).toBe(true);
  expect(copies).toBe(1);
});

test('commands and plans between the answers of hosts copy the table of hosts no more often', () => {
  let copies = 0;
  const watched = <Table extends object>(table: Table): Table =>
    new Proxy(table, {
      ownKeys: (whole) => {
        copies += 1;
        return Reflect.ownKeys(whole);
      },
    });
  const before = reduce(initialState, listed);
  const after = reduceAll(
    { ...before, hosts: watched(before.hosts), plans: watched(before.plans) },
    names.flatMap((host): readonly AppEvent[] => [
      { type: 'host-probing', at: 1, host },
      { type: 'command-ran', at: 1, command },
      { type: 'build-planned', at: 1, host, plan },
      { type: 'build-planned', at: 1, host: null, plan },
      { type: 'progress', at: 1, host: null, ...noProgress },
    ]),
  );
  expect(Object.keys(after.plans)).toHaveLength(1_001);
  expect(after.commands).toHaveLength(500);
  expect(after.runProgress).toMatchObject({ builds: { ...noProgress.builds, expected: 1 } });
  // One copy of the hosts, one of the plans.
  expect(copies).toBe(2);
});

test('an event of a host that the flake does not have changes nothing', () => {
  const before = reduce(initialState, listed);
  const after = reduceAll(before, [
    { type: 'host-probing', at: 1, host: 'constructor' },
    { type: 'host-probing', at: 1, host: 'nobody' },
  ]);
  expect(after.hosts).toBe(before.hosts);
});
