import { expect, test } from 'vitest';
import { verifyGoal } from '../../../source/engine/health/verify.ts';
import { watchGoal } from '../../../source/engine/health/watch-goal.ts';
import type { EngineContext } from '../../../source/engine/run/context.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { configSchema } from '../../../source/model/config/config.ts';
import { failed } from '../../../source/model/result.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

/** The health of a fleet whose own page does not answer. */
const verified = async (keep: (context: EngineContext) => Promise<unknown>) => {
  const fleet = await fakeFleet([entryOf('p620')]);
  const { checks } = configSchema.parse({
    checks: [{ name: 'page', http: 'http://127.0.0.1:1/' }],
  });
  const context: EngineContext = {
    ...fleet.context,
    config: { ...fleet.context.config, checks },
    world: {
      ...fleet.context.world,
      http: async ({ url }) =>
        failed({ code: 'http-failed', url, detail: 'the connection was refused' }),
    },
  };
  await keep(context);
  const { summary } = await runGoal(
    context,
    'verify',
    ['p620'],
    new AbortController(),
    verifyGoal(context, [entryOf('p620')]),
  );
  return summary;
};

test('a check that fails is new where it was asked before a deploy and did not fail', async () => {
  const summary = await verified(
    async ({ records }) => await records.keepDashboards({ at: 0, red: [] }),
  );
  expect(summary).toMatch(/^There is new trouble: page: .*the connection was refused/);
});

test('a check that fails is trouble, and not new, where no deploy asked it before', async () => {
  expect(await verified(async () => undefined)).toMatch(
    /^There is trouble: page: .*the connection was refused/,
  );
});

test('what turns out to build no host while it is looked at is neither trouble nor asked', async () => {
  const entries = [entryOf('p620'), entryOf('installer')];
  const fleet = await fakeFleet(entries);
  const context: EngineContext = {
    ...fleet.context,
    hosts: {
      ...fleet.context.hosts,
      probe: async (entry, options) =>
        entry.name === 'installer'
          ? failed({
              code: 'host-unreachable',
              host: 'installer',
              target: 'installer',
              name: 'installer',
              detail: 'Could not resolve hostname installer',
            })
          : await fleet.context.hosts.probe(entry, options),
    },
  };
  const role = { kind: 'left-out', reason: 'it builds an image', isImage: true } as const;
  context.emitter.emit({
    type: 'fleet-listed',
    hosts: [entryOf('p620'), { ...entryOf('installer'), role }],
  });
  for (const [goal, body] of [
    ['verify', verifyGoal(context, entries)],
    ['watch', watchGoal(context, entries)],
  ] as const) {
    const result = await runGoal(context, goal, ['p620', 'installer'], new AbortController(), body);
    expect(result.summary).toMatch(/^No new trouble/);
    expect(result.hosts['installer']).toMatchObject({
      status: 'skipped',
      reason: 'it builds an image',
    });
    expect(result.exitCode).toBe(0);
  }
});
