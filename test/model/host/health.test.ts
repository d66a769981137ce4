import { describe, expect, test } from 'vitest';
import {
  compareHealth,
  failuresThatCount,
  pastFailures,
} from '../../../source/model/host/health.ts';

interface Units {
  failed?: readonly string[];
  active?: readonly string[];
  stopped?: readonly string[];
  waiting?: readonly string[];
}

const units = ({ failed = [], active = [], stopped = [], waiting = [] }: Units) => ({
  failedUnits: failed,
  activeUnits: active,
  stoppedUnits: stopped,
  waitingUnits: waiting,
});

const nobody = { critical: [], ignoreUnits: [] };
const problems = (
  before: Units,
  now: Units,
  entry: { critical?: string[]; ignoreUnits?: string[] } = {},
) => {
  const verdict = compareHealth(units(before), units(now), { ...nobody, ...entry });
  return verdict.kind === 'healthy' ? [] : verdict.problems;
};

test.each<
  [string, Units, Units, { critical?: string[]; ignoreUnits?: string[] }, readonly string[]]
>([
  ['nothing changed', { active: ['a.service'] }, { active: ['a.service'] }, {}, []],
  ['a unit failed', { active: ['a.service'] }, { failed: ['a.service'] }, {}, ['a.service failed']],
  ['an old failure is no news', { failed: ['a.service'] }, { failed: ['a.service'] }, {}, []],
  [
    'an ignored unit failed',
    {},
    { failed: ['wait.service'] },
    { ignoreUnits: ['wait.service'] },
    [],
  ],
  [
    'an ignored unit may be named shortly',
    {},
    { failed: ['wait.service'] },
    { ignoreUnits: ['wait'] },
    [],
  ],
  ['a unit is gone with its file', { active: ['a.service'] }, {}, {}, []],
  [
    'a unit rests though its file is there',
    { active: ['a.service'] },
    { stopped: ['a.service'] },
    {},
    ['a.service ran before and does not run now'],
  ],
  [
    'a unit that a timer starts may rest',
    { active: ['a.service', 'a.timer'] },
    { stopped: ['a.service'], active: ['a.timer'] },
    {},
    [],
  ],
  [
    'an instance that a socket starts may rest',
    { active: ['a@1.service', 'a.socket'] },
    { stopped: ['a@1.service'], active: ['a.socket'] },
    {},
    [],
  ],
  [
    'a service waits for a socket of another name',
    { active: ['greeter.service', 'greetings.socket'] },
    { stopped: ['greeter.service'], active: ['greetings.socket'], waiting: ['greeter.service'] },
    {},
    [],
  ],
  [
    'a critical service waits for its socket',
    { active: ['greeter.service'] },
    { stopped: ['greeter.service'], waiting: ['greeter.service'] },
    { critical: ['greeter'] },
    [],
  ],
  [
    'a unit of a user failed',
    {},
    { failed: ['olaf/agent.service'] },
    {},
    ['agent.service of user olaf failed'],
  ],
  [
    'a unit of a user failed before too',
    { failed: ['olaf/agent.service'] },
    { failed: ['olaf/agent.service'] },
    {},
    [],
  ],
  [
    'the same unit of another user failed',
    { failed: ['olaf/a.service'] },
    { failed: ['eva/a.service'] },
    {},
    ['a.service of user eva failed'],
  ],
  [
    'a user’s unit is ignored by its user and name',
    {},
    { failed: ['olaf/agent.service', 'eva/agent.service'] },
    { ignoreUnits: ['olaf/agent'] },
    ['agent.service of user eva failed'],
  ],
  [
    'the manager of a user is silent',
    {},
    { failed: ['olaf/'] },
    {},
    ['the manager of user olaf does not answer'],
  ],
  [
    'a unit could not be reloaded',
    { active: ['nginx.service'] },
    { active: ['nginx.service'], failed: ['nginx.service#reload'] },
    {},
    ['nginx.service could not be reloaded and runs with what it read before'],
  ],
  [
    'a unit that is ignored may fail to reload',
    {},
    { failed: ['nginx.service#reload'] },
    { ignoreUnits: ['nginx'] },
    [],
  ],
  ['a login ended', { active: ['user@1000.service'] }, { stopped: ['user@1000.service'] }, {}, []],
  [
    'a critical unit does not run',
    { active: ['db.service'] },
    { stopped: ['db.service'] },
    { critical: ['db'] },
    ['db.service is critical and does not run'],
  ],
  [
    'a critical unit is gone',
    { active: ['db.service'] },
    {},
    { critical: ['db.service'] },
    ['db.service is critical and does not run'],
  ],
  [
    'a critical unit failed and is told once',
    { active: ['db.service'] },
    { failed: ['db.service'] },
    { critical: ['db.service'] },
    ['db.service failed'],
  ],
  [
    'a critical unit failed before too',
    { failed: ['db.service'] },
    { failed: ['db.service'] },
    { critical: ['db.service'] },
    [],
  ],
  [
    'a critical unit did not run before either',
    { active: ['a.service'], stopped: ['db.service'] },
    { active: ['a.service'], stopped: ['db.service'] },
    { critical: ['db'] },
    [],
  ],
  [
    'a critical unit came with the change, and does not run',
    { active: ['a.service'] },
    { active: ['a.service'], stopped: ['db.service'] },
    { critical: ['db'] },
    ['db.service is critical and does not run'],
  ],
  [
    'a critical unit that there never was',
    { active: ['a.service'] },
    { active: ['a.service'] },
    { critical: ['db'] },
    [],
  ],
  [
    'a critical unit does not run, and nobody asked before',
    {},
    { active: ['a.service'], stopped: ['db.service'] },
    { critical: ['db'] },
    ['db.service is critical and does not run'],
  ],
  [
    'a critical unit was stopped before, and fails now',
    { active: ['a.service'], stopped: ['db.service'] },
    { active: ['a.service'], failed: ['db.service'] },
    { critical: ['db'] },
    ['db.service failed'],
  ],
  ['an old failure was repaired', { failed: ['a.service'] }, { active: ['a.service'] }, {}, []],
  [
    'a target that ended is no service',
    { active: ['a.target'] },
    { stopped: ['a.target'] },
    {},
    [],
  ],
])('%s', (_what, before, now, entry, expected) => {
  expect(problems(before, now, entry)).toEqual(expected);
});

test('without knowledge of resting units only failures and critical units count', () => {
  const verdict = compareHealth(
    { failedUnits: [], activeUnits: ['a.service'] },
    { failedUnits: [], activeUnits: [] },
    nobody,
  );
  expect(verdict).toEqual({ kind: 'healthy' });
});

test('every place that lists failures leaves out the same ignored units', () => {
  expect(
    failuresThatCount({ ignoreUnits: ['wait', 'old.mount'] }, [
      'wait.service',
      'old.mount',
      'wait.timer',
      'a.service',
    ]),
  ).toEqual(['wait.timer', 'a.service']);
});

describe('what became of failures of before', () => {
  const before = { failedUnits: ['backup.service', 'old.service', 'web.service', 'gone.service'] };
  const now = {
    failedUnits: ['web.service'],
    activeUnits: ['backup.service'],
    stoppedUnits: ['old.service'],
  };
  test('only what runs is repaired; what neither fails nor runs is not', () => {
    expect(pastFailures(before, now, { ignoreUnits: [] })).toEqual({
      repaired: ['backup.service'],
      reset: ['old.service', 'gone.service'],
    });
  });
});

test.each<[string, number | undefined, number | undefined, boolean]>([
  ['that counts on', 2, 3, true],
  ['that was restarted by the switch and fails since', 5, 2, true],
  ['that was restarted by the switch', 5, 0, false],
  ['that is as before', 5, 5, false],
  ['of which nobody knows the count of before', undefined, 3, false],
  ['that was not asked now', 3, undefined, false],
])('a critical unit %s', (_title, was, is, isNews) => {
  const counts = (count: number | undefined) =>
    count === undefined ? {} : { restarts: { 'app.service': count } };
  const units = { failedUnits: [], activeUnits: ['app.service'] };
  const verdict = compareHealth(
    { ...units, ...counts(was) },
    { ...units, ...counts(is) },
    { critical: ['app'], ignoreUnits: [] },
  );
  expect(verdict.kind).toBe(isNews ? 'unhealthy' : 'healthy');
});
