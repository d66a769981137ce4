import { expect, test } from 'vitest';
import type { AppEvent } from '../source/state/events.ts';
import { createAppStore } from '../source/store.ts';
import { entryOf } from './fixtures/states.ts';

const names = Array.from({ length: 1_000 }, (_, index) => `host${index}`);

const listed: Extract<AppEvent, { type: 'fleet-listed' }> = {
  type: 'fleet-listed',
  at: 0,
  hosts: names.map((name) => entryOf(name)),
};

test('the answers of a thousand hosts are part of the state at once, and told in one frame', () => {
  const frames: (() => void)[] = [];
  const store = createAppStore((tell) => frames.push(tell));
  store.dispatch([listed]);
  let told = 0;
  store.subscribe(() => {
    told += 1;
  });
  for (const host of names) {
    store.dispatch([{ type: 'host-probing', at: 1, host }]);
    expect(store.getState().app.hosts[host]?.probe.kind).toBe('probing');
  }
  expect(told).toBe(0);
  for (const frame of frames) frame();
  expect(told).toBe(1);
});

test('a key is told at once, and brings the facts that waited for their frame', () => {
  const frames: (() => void)[] = [];
  const store = createAppStore((tell) => frames.push(tell));
  const seen: number[] = [];
  store.dispatch([listed]);
  store.subscribe(({ app }) => seen.push(app.hostNames.length));
  store.dispatch([{ ...listed, hosts: listed.hosts.slice(1) }]);
  expect(seen).toEqual([]);
  store.dispatchUi({ type: 'zoomed' });
  expect(seen).toEqual([999]);
  for (const frame of frames) frame();
  expect(seen).toEqual([999]);
});

test('the first names of hosts are told at once, and those after them with the facts', () => {
  const frames: (() => void)[] = [];
  const store = createAppStore((tell) => frames.push(tell));
  const seen: number[] = [];
  store.subscribe(({ app }) => seen.push(app.hostNames.length));
  store.dispatch([{ type: 'fleet-listing', at: 0 }]);
  expect(seen).toEqual([]);
  store.dispatch([listed]);
  expect(seen).toEqual([1_000]);
  store.dispatch([{ ...listed, hosts: listed.hosts.slice(1) }]);
  expect(seen).toEqual([1_000]);
});

test('without a pace every event is told by itself', () => {
  const store = createAppStore();
  let told = 0;
  store.subscribe(() => {
    told += 1;
  });
  store.dispatch([listed]);
  store.dispatch([{ type: 'host-probing', at: 1, host: 'host7' }]);
  store.dispatch([{ type: 'host-probing', at: 1, host: 'nobody' }]);
  expect(told).toBe(2);
});

test('the time that goes on is told with the facts, in one frame', () => {
  const frames: (() => void)[] = [];
  const store = createAppStore((tell) => frames.push(tell));
  store.dispatch([listed]);
  let told = 0;
  store.subscribe(() => {
    told += 1;
  });
  for (let tick = 1; tick < 10; tick += 1) {
    store.dispatchUi({ type: 'ticked', at: tick });
    store.dispatch([{ type: 'host-probing', at: tick, host: `host${tick}` }]);
  }
  expect(told).toBe(0);
  expect(store.getState().ui.now).toBe(9);
  for (const frame of frames) frame();
  expect(told).toBe(1);
});
