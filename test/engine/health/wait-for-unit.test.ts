import { expect, test } from 'vitest';
import { waitForUnit } from '../../../source/engine/health/wait-for-unit.ts';
import type { UnitFacts } from '../../../source/model/host/unit-details.ts';
import { success } from '../../../source/model/result.ts';
import { runningUnit } from '../../support/fake-hosts.ts';
import { strictWorld } from '../../support/strict-world.ts';

/** What became of a unit that was these things, one look after the other; the last of them stays. */
const ending = async (looks: readonly Partial<UnitFacts>[], cancelAt?: number) => {
  const stop = new AbortController();
  let asked = 0;
  const { clock } = strictWorld();
  const waited = await waitForUnit(
    clock,
    {
      unit: 'a.service',
      before: runningUnit,
      ask: async () => {
        const facts = looks[Math.min(asked, looks.length - 1)] ?? {};
        asked += 1;
        if (asked === cancelAt) stop.abort();
        return success({ ...runningUnit, ...facts });
      },
    },
    stop.signal,
  );
  return waited.ok ? waited.value.ending : waited.failure;
};

const starting = { active: 'activating', sub: 'start' };
const ended = { active: 'inactive', sub: 'dead' };

test.each<[string, Partial<UnitFacts>[], number | undefined, string]>([
  ['a daemon that stays up is up', [starting, {}], undefined, 'up'],
  ['a daemon that ended at once is down', [{}, {}, ended], undefined, 'down'],
  ['a daemon that ended before the first look is down', [ended], undefined, 'down'],
  [
    'one that systemd left alone was not started',
    [{ ...ended, conditionMet: false }],
    undefined,
    'unmet',
  ],
  ['one that never starts is slow', [starting], undefined, 'slow'],
  ['a wait that was canceled says nothing of its time', [starting], 2, 'left'],
  ['one that had ended when it was canceled is down', [starting, ended], 2, 'down'],
])('%s', async (_what, looks, cancelAt, became) => {
  expect(await ending(looks, cancelAt)).toBe(became);
});
