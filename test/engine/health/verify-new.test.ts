import { expect, test } from 'vitest';
import { verifyGoal } from '../../../source/engine/health/verify.ts';
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
