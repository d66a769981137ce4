import { expect, test } from 'vitest';
import { watchHosts } from '../../../source/engine/health/ask-watch.ts';
import type { EngineContext } from '../../../source/engine/run/context.ts';
import { configSchema } from '../../../source/model/config/config.ts';
import { failed } from '../../../source/model/result.ts';
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
