import { expect, test } from 'vitest';
import { addBuilderLines, addUnitLines } from '../../../source/state/reducer/kept-logs.ts';
import { addLines, saidAt } from '../../../source/state/reducer/logs.ts';
import type { AppState } from '../../../source/state/state.ts';

const lines = (count: number, length: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => String(index).padEnd(length, '.'));

const total = (logs: AppState['logs']): { readonly lines: number; readonly units: number } => ({
  lines: Object.values(logs).reduce((sum, ring) => sum + ring.lines.length, 0),
  units: Object.values(logs).reduce((sum, ring) => sum + ring.lines.join('').length, 0),
});

/** A thousand hosts, each of which says so many lines, in batches of all hosts. */
const say = (batches: number, count: number, length: number): AppState['logs'] => {
  let logs: AppState['logs'] = {};
  for (let batch = 0; batch < batches; batch += 1)
    logs = addLines(
      logs,
      new Map(
        Array.from({ length: 1_000 }, (_, host) => [
          `host${host}`,
          saidAt(1, lines(count, length)),
        ]),
      ),
    );
  return logs;
};

test('a thousand hosts that log a million lines keep a bounded tail of each in memory', () => {
  const logs = say(10, 100, 20);
  expect(total(logs).lines).toBeLessThanOrEqual(80_000);
  const ring = logs['host7'];
  expect((ring?.lines.length ?? 0) + (ring?.dropped ?? 0)).toBe(1_000);
  expect(ring?.lines.length).toBeGreaterThanOrEqual(40);
  expect(ring?.lines.at(-1)).toBe('99'.padEnd(20, '.'));
});

test('long lines are bounded by what they hold, not by their number', () => {
  const logs = say(2, 10, 4_000);
  expect(total(logs).units).toBeLessThanOrEqual(6_000_000);
  expect(logs['host7']?.lines.length).toBeGreaterThanOrEqual(1);
});

test('few logs keep as much as one log may', () => {
  const logs = addLines({}, new Map([['p620', saidAt(1, lines(8_000, 10))]]));
  expect(logs['p620']).toMatchObject({ dropped: 3_000 });
  expect(logs['p620']?.lines).toHaveLength(5_000);
});

test('lines of one host leave the logs of others as they are', () => {
  const before = addLines(
    {},
    new Map([
      ['p620', saidAt(1, ['a'])],
      ['razer', saidAt(1, ['b'])],
    ]),
  );
  const after = addLines(before, new Map([['p620', saidAt(1, ['c'])]]));
  expect(after['razer']).toBe(before['razer']);
});

test('lines of builders are bounded by what they hold together', () => {
  let logs: AppState['builderLogs'] = {};
  for (let batch = 0; batch < 5; batch += 1)
    logs = addBuilderLines(
      logs,
      Array.from({ length: 50 }, (_, builder) => ({
        derivation: `/nix/store/${builder}.drv`,
        lines: lines(200, 4_000),
      })),
      1,
    );
  expect(Object.keys(logs)).toHaveLength(50);
  expect(total(logs).units).toBeLessThanOrEqual(3_000_000);
  expect(logs['/nix/store/7.drv']?.lines.at(-1)).toBe('199'.padEnd(4_000, '.'));
});

test('what a log holds is counted for each line once, whatever is cut from it meanwhile', () => {
  let logs: AppState['logs'] = {};
  for (let batch = 0; batch < 300; batch += 1)
    logs = addLines(
      logs,
      new Map(
        Array.from({ length: 7 }, (_, host) => [`host${host}`, saidAt(1, lines(batch % 50, 300))]),
      ),
    );
  const whole = total(logs);
  expect(whole.units).toBeLessThanOrEqual(3_000_000);
  // About half of the bound is kept at least, so that it was counted right.
  expect(whole.units).toBeGreaterThan(1_450_000);
});

test('a followed journal begins anew with its first lines, stays bounded, and only the last three are kept', () => {
  const key = (name: string): string => `unit:all:p620/${name}.service`;
  const unit = { type: 'unit-logged', times: [] } as const;
  let logs: AppState['unitLogs'] = {};
  for (const name of ['a', 'b', 'c', 'd'])
    logs = addUnitLines(logs, { ...unit, log: key(name), lines: ['one'], isFirst: true });
  expect(Object.keys(logs)).toEqual([key('b'), key('c'), key('d')]);
  for (let batch = 0; batch < 40; batch += 1)
    logs = addUnitLines(logs, {
      ...unit,
      log: key('d'),
      lines: Array.from({ length: 500 }, () => 'x'.repeat(4_000)),
      isFirst: false,
    });
  const units = (logs[key('d')]?.lines ?? []).reduce((sum, { length }) => sum + length, 0);
  expect(units).toBeLessThanOrEqual(2_000_000);
  logs = addUnitLines(logs, { ...unit, log: key('d'), lines: ['anew'], isFirst: true });
  expect(logs[key('d')]?.lines).toEqual(['anew']);
});

test('each line keeps its time, in whichever pieces the log came and was cut', () => {
  let logs: AppState['logs'] = {};
  for (let at = 1; at <= 60; at += 1)
    logs = addLines(logs, new Map([['p620', saidAt(at, lines(200, 3))]]));
  const ring = logs['p620'];
  expect(ring?.times).toHaveLength(ring?.lines.length ?? -1);
  expect([ring?.times[0], ring?.times.at(-1)]).toEqual([36, 60]);
});
