import { expect, test, vi } from 'vitest';
import { openServer, watchHosts } from '../../../source/engine/health/ask-watch.ts';
import { calibrate } from '../../../source/engine/health/calibrate.ts';
import { readChart, readTrends } from '../../../source/engine/health/charts.ts';
import { createTrendsOfHosts } from '../../../source/engine/health/host-trends.ts';
import type { EngineContext } from '../../../source/engine/run/context.ts';
import { configSchema } from '../../../source/model/config/config.ts';
import { failed, success } from '../../../source/model/result.ts';
import { watchedLines } from '../../../source/model/watch/report.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

/** A fleet whose Prometheus takes connections and never answers, and what it was asked. */
const withSilentServer = async () => {
  const fleet = await fakeFleet([entryOf('p620'), entryOf('razer')]);
  const asked: string[] = [];
  const { monitoring } = configSchema.parse({ monitoring: { prometheus: 'http://p620:9090' } });
  const context: EngineContext = {
    ...fleet.context,
    config: { ...fleet.context.config, monitoring },
    world: {
      ...fleet.context.world,
      http: async ({ url }) => {
        asked.push(url);
        return failed({ code: 'http-failed', url, detail: 'no answer within 20 s' });
      },
    },
  };
  return { context, asked };
};

test('a server that does not answer is asked once, and what to do about it is told once', async () => {
  const { context, asked } = await withSilentServer();
  const { watched, fleet } = await watchHosts(context, () => undefined, [
    entryOf('p620'),
    entryOf('razer'),
  ]);
  expect(asked).toEqual(['http://p620:9090/api/v1/query']);
  for (const watch of watched.values()) {
    expect(watchedLines(watch).map(({ words }) => words)).toEqual([
      'metrics: Prometheus does not answer: no answer within 20 s',
    ]);
    expect(watch.alerts).toBeUndefined();
  }
  expect(fleet?.alerts).toMatchObject({
    kind: 'unknown',
    reason: { kind: 'not-reachable', detail: /Try by hand: curl/ },
  });
});

test('a host that does not answer was changed when nixup deployed it', async () => {
  const { context } = await withSilentServer();
  await context.records.keepDeploy({
    run: '20261130-080000-a1b2c3',
    host: 'p620',
    toplevel: '/nix/store/0000-nixos-system-p620',
    from: null,
    fromGeneration: null,
    generation: 2,
    at: 1_000,
  });
  const { watched } = await watchHosts(context, () => undefined, [
    entryOf('p620'),
    entryOf('razer'),
  ]);
  expect([...watched].map(([host, { changedAt }]) => [host, changedAt])).toEqual([
    ['p620', 1_000],
    ['razer', null],
  ]);
});

test('a server that does not answer is waited for once by a chart, by the bars of all hosts and by the calibration', async () => {
  const { context, asked } = await withSilentServer();
  const cpu = { metric: 'cpu', window: '24h' } as const;
  const chart = await readChart(context, entryOf('p620'), cpu, 60, []);
  expect(chart).toMatchObject({ kind: 'unknown', why: expect.stringContaining('within 20 s') });
  const trends = await readTrends(
    context,
    [entryOf('p620')],
    cpu,
    createTrendsOfHosts(() => []),
  );
  expect(trends.why).toBe('Prometheus does not answer: no answer within 20 s');
  const [calibration] = await calibrate(context, [entryOf('p620')], () => undefined);
  expect(calibration?.why).toContain('no answer within 20 s');
  expect(asked).toHaveLength(3);
});

test('a server is asked for its time while the hosts are asked, and told by the clock of when that is needed', async () => {
  const { context, asked } = await withSilentServer();
  let now = 1_000_000;
  const world = {
    ...context.world,
    clock: { ...context.world.clock, now: () => now },
    http: async ({ url }: { readonly url: string }) => {
      asked.push(url);
      const body =
        '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1600"]}]}}';
      return success({ status: 200, body, tookMs: 1, headers: {} });
    },
  };
  const server = openServer({ ...context, world: { ...context.world, ...world } });
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  now += 5_000;
  expect((await server.clock()).now).toBe(1_605_000);
  expect(asked).toHaveLength(1);
});
