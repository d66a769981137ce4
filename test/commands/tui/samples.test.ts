import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followSamples } from '../../../source/commands/tui/followers.ts';
import type { Engine } from '../../../source/engine/contract.ts';
import { allUnknown, type HostWatch } from '../../../source/model/watch/report.ts';
import { createAppStore } from '../../../source/store.ts';
import { hostOf, noon, stateOf } from '../../fixtures/states.ts';
import { createFixture } from '../../support/fake-context.ts';

const hour = 3_600_000;
const minute = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: noon });
});
afterEach(() => {
  vi.useRealTimers();
});

const watchOf = (more: Partial<HostWatch> = {}) => ({
  changedAt: noon - hour,
  window: null,
  metrics: allUnknown({ kind: 'not-configured', host: 'sysstat is not on the host' }),
  journal: null,
  at: noon,
  ...more,
});

const follow = (watch: ReturnType<typeof watchOf> | undefined, hasMetrics = false) => {
  const store = createAppStore((tell) => tell());
  const answered = { probe: { kind: 'answered' as const } };
  const setHosts = (own: ReturnType<typeof watchOf> | undefined): void =>
    store.setState(({ ui }) => ({
      app: stateOf([
        hostOf('p620', { ...answered, ...(own === undefined ? {} : { watch: own }) }),
        hostOf('nas', answered),
      ]),
      ui,
    }));
  setHosts(watch);
  const engine = createFixture().context.engine();
  if (engine === undefined) throw new Error('the engine is open');
  const looks: (readonly string[])[] = [];
  const sampling: Engine = {
    ...engine,
    health: {
      ...engine.health,
      hasMetrics: () => hasMetrics,
      sample: async (hosts) => {
        looks.push(hosts);
        return new Map();
      },
    },
  };
  const stop = followSamples(
    store,
    sampling,
    (work) => {
      work().catch(() => undefined);
    },
    Date.now,
  );
  return { store, looks, stop, setHosts };
};

test('a host that was watched and keeps no numbers is looked at each minute; another one is not', async () => {
  const { looks, stop } = follow(watchOf());
  await vi.advanceTimersByTimeAsync(2 * minute);
  expect(looks).toEqual([['p620'], ['p620'], ['p620']]);
  stop();
  await vi.advanceTimersByTimeAsync(5 * minute);
  expect(looks).toHaveLength(3);
});

test.each<[string, Parameters<typeof follow>]>([
  ['nobody watched', [undefined]],
  ['a server of metrics is configured', [watchOf(), true]],
  [
    'sysstat keeps numbers',
    [watchOf({ metrics: allUnknown({ kind: 'settling' }), source: 'sysstat' })],
  ],
  ['the 24 hours are over and nobody looks', [watchOf({ changedAt: noon - 25 * hour })]],
  ['nobody knows when it was changed and nobody looks', [watchOf({ changedAt: null })]],
])('where %s nothing runs, and no timer', async (_, asked) => {
  const { looks, stop } = follow(...asked);
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(5 * minute);
  expect(looks).toEqual([]);
  stop();
});

test('it begins with the watch, and ends with its 24 hours', async () => {
  const { looks, stop, setHosts } = follow(undefined);
  setHosts(watchOf({ changedAt: noon - 24 * hour + 90_000 }));
  await vi.advanceTimersByTimeAsync(10 * minute);
  expect(looks).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
  stop();
});

test('a host whose 24 hours are over is looked at while Health is shown, and no longer', async () => {
  const { store, looks, stop } = follow(watchOf({ changedAt: noon - 25 * hour }));
  store.dispatchUi({ type: 'showed', screen: { kind: 'view', view: 'health' } });
  await vi.advanceTimersByTimeAsync(minute);
  expect(looks).toHaveLength(2);
  store.dispatchUi({ type: 'showed', screen: { kind: 'view', view: 'fleet' } });
  await vi.advanceTimersByTimeAsync(10 * minute);
  expect(looks).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
  stop();
});
