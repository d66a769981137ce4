import { expect, test } from 'vitest';
import { judgeNews, verifyGoal } from '../../source/engine/health/verify.ts';
import { runGoal } from '../../source/engine/run/goal.ts';
import type { Failure } from '../../source/model/failure.ts';
import { failed } from '../../source/model/result.ts';
import { entryOf } from '../fixtures/states.ts';
import { fakeFleet } from '../support/fake-fleet.ts';

test.each<readonly [string, Failure, RegExp]>([
  [
    'a name without an address',
    { code: 'host-unreachable', host: 'p620', detail: 'Name or service not known', name: 'p620' },
    /has no address/,
  ],
  [
    'a login that is refused',
    { code: 'login-refused', host: 'p620', detail: 'Permission denied (publickey)' },
    /: p620 refuses the login: Permission denied \(publickey\)\. /,
  ],
])('%s tells nothing of the health, and is no new trouble of the host', async (_what, failure, why) => {
  const fleet = await fakeFleet([entryOf('p620')]);
  Object.assign(fleet.context.hosts, { probe: async () => failed(failure) });
  const result = await runGoal(
    fleet.context,
    'verify',
    ['p620'],
    new AbortController(),
    verifyGoal(fleet.context, [entryOf('p620')]),
  );
  expect(result).toMatchObject({ ok: false, exitCode: 1 });
  expect(result.summary).toMatch(/^Nothing is known of the health: /);
  expect(result.summary).toMatch(why);
  expect(fleet.state().stages.verify.kind).toBe('failed');
});

const failedUnit = { found: ['a.service failed'], unasked: [] };

test.each([
  ['verify', true, { problems: ['a.service failed'], unasked: [] }],
  ['watch', true, { problems: ['a.service failed'], unasked: [] }],
  [
    'verify',
    false,
    {
      problems: [
        'a.service failed',
        'whether that is new is not known, because there is no baseline',
      ],
      unasked: [],
    },
  ],
  [
    'watch',
    false,
    {
      problems: [],
      unasked: ['whether this is new, because there is no baseline: a.service failed'],
    },
  ],
] as const)('%s, with a baseline: %s, tells a failed unit as what is known', (stage, hasBaseline, told) => {
  expect(judgeNews({ stage, hasBaseline, ...failedUnit })).toEqual(told);
});
