import { expect, test } from 'vitest';
import { createRunSession } from '../../../source/engine/run/session.ts';
import { allLog } from '../../../source/model/words/log.ts';
import { reduceAll } from '../../../source/state/reducer/batch.ts';
import { initialState } from '../../../source/state/state.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

test('the log of the fleet has hosts, nixup and its steps in the order of time, the same in memory and on the disk', async () => {
  const fleet = await fakeFleet([entryOf('p620'), entryOf('razer')], {});
  const { context } = fleet;
  const session = createRunSession(
    context,
    '20261129-032210-abc',
    'test',
    new AbortController().signal,
  );
  session.log('p620', 'first');
  session.log(null, 'second');
  session.log('p620', 'of the same moment');
  session.work('razer', { kind: 'running', step: 'build', done: null, expected: null, since: 1 });
  session.log('razer', 'unpacking');
  session.work('razer', { kind: 'canceled', step: null, at: 1 });
  session.close();
  context.emitter.flush();
  const expected = [
    'p620 | first',
    'p620 | of the same moment',
    'nixup | second',
    'razer | == building …',
    'razer | unpacking',
    'razer | == canceled',
  ];
  const { lines } = await context.journal.oldLines(allLog).read(0, 100);
  expect(lines).toEqual(expected);
  expect(reduceAll(initialState, fleet.events).allLines.lines).toEqual(expected);
  const warnings = await context.journal
    .oldLines(allLog)
    .search({ search: '', level: 'warning' }, 0, 100);
  expect(warnings?.numbers).toEqual([5]);
});

test('a line of a builder names it in the log of its host, and not in its own', async () => {
  const fleet = await fakeFleet([entryOf('p620')], {});
  const { context } = fleet;
  const session = createRunSession(
    context,
    '20261129-032210-abc',
    'test',
    new AbortController().signal,
  );
  const linux = `/nix/store/${'a'.repeat(32)}-linux-6.18.24.drv`;
  const nvidia = `/nix/store/${'b'.repeat(32)}-nvidia-x11-580.119.drv`;
  session.log('p620', 'unpacking sources', linux);
  session.log('p620', 'installing', nvidia);
  session.log('p620', 'Plan: 2 builds.');
  session.close();
  context.emitter.flush();
  const { logs, builderLogs } = reduceAll(initialState, fleet.events);
  expect(logs['p620']?.lines).toEqual([
    'linux-6.18.24> unpacking sources',
    'nvidia-x11-580.119> installing',
    'Plan: 2 builds.',
  ]);
  expect(builderLogs[linux]?.lines).toEqual(['unpacking sources']);
});
