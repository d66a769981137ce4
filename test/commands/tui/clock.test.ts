import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startClock } from '../../../source/commands/tui/clock.ts';
import { createAppStore } from '../../../source/store.ts';
import { noon, runbookState } from '../../fixtures/states.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: noon });
});
afterEach(() => {
  vi.useRealTimers();
});

const atRest = {
  ...runbookState,
  notices: [],
  run: { kind: 'none' },
  active: null,
  hosts: {},
  hostNames: [],
  board: [],
} as const;

const open = () => {
  const store = createAppStore((tell) => tell());
  store.setState({ app: atRest });
  const stop = startClock(store, Date.now);
  return { store, stop };
};

test('at rest no timer is left', () => {
  const { stop } = open();
  expect(vi.getTimerCount()).toBe(0);
  stop();
});

test('what is told is shown for its time, and then no timer is left', () => {
  const { store, stop } = open();
  store.dispatchUi({ type: 'told', text: 'copied', tone: 'good', at: Date.now() });
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(60_000);
  expect(vi.getTimerCount()).toBe(0);
  expect(store.getState().ui.now).toBeGreaterThan(noon + 3_000);
  stop();
});

test('a fact that arrives after a long rest brings the time up to date', () => {
  const { store, stop } = open();
  vi.setSystemTime(noon + 3_600_000);
  store.dispatch([{ type: 'pending-listed', at: Date.now(), hosts: [] }]);
  expect(store.getState().ui.now).toBe(noon + 3_600_000);
  expect(vi.getTimerCount()).toBe(0);
  stop();
});

test('while hosts are asked it ticks, and stops with the last answer', () => {
  const { store, stop } = open();
  store.setState({ app: { ...atRest, fleet: { kind: 'listing' } } });
  expect(vi.getTimerCount()).toBe(1);
  const { now } = store.getState().ui;
  vi.advanceTimersByTime(500);
  expect(store.getState().ui.now).toBeGreaterThan(now);
  store.setState({ app: { ...atRest, fleet: { kind: 'listed' } } });
  vi.advanceTimersByTime(500);
  expect(vi.getTimerCount()).toBe(0);
  stop();
});
