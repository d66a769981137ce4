import { expect, test } from 'vitest';
import {
  activationTroubles,
  type ReportedTroubles,
} from '../../../source/model/deploy/activation-troubles.ts';

const told = (changes: Partial<ReportedTroubles>): ReportedTroubles => ({
  exitCode: 4,
  failedUnits: [],
  failedJobs: [],
  failedUsers: [],
  ...changes,
});

const units = (failedUnits: readonly string[] = [], activeUnits: readonly string[] = []) => ({
  failedUnits,
  activeUnits,
});

const nobody = { ignoreUnits: [] };

test.each<
  [
    string,
    Partial<ReportedTroubles>,
    Parameters<typeof units>,
    Parameters<typeof units>,
    readonly string[],
  ]
>([
  ['ended well', { exitCode: 0 }, [], [], []],
  [
    'could not reload a unit, which runs on',
    { failedJobs: [{ job: 'reload', unit: 'nginx.service' }] },
    [],
    [[], ['nginx.service']],
    ['nginx.service could not be reloaded'],
  ],
  [
    'could not reload a unit, and the look at the host says so',
    { failedJobs: [{ job: 'reload', unit: 'nginx.service' }] },
    [],
    [['nginx.service#reload'], ['nginx.service']],
    [],
  ],
  [
    'could not start a socket',
    { failedJobs: [{ job: 'start', unit: 'greeter.socket' }] },
    [],
    [],
    ['greeter.socket could not be started'],
  ],
  [
    'could not start a unit that came up all the same',
    { failedJobs: [{ job: 'start', unit: 'slow.service' }] },
    [],
    [[], ['slow.service']],
    [],
  ],
  [
    'could not restart what failed before',
    { failedJobs: [{ job: 'restart', unit: 'old.service' }] },
    [['old.service']],
    [['old.service']],
    [],
  ],
  [
    'could not restart a unit of a user that is gone again',
    { failedJobs: [{ job: 'restart', unit: 'olaf/agent.service' }], failedUsers: ['olaf'] },
    [],
    [],
    ['agent.service of user olaf could not be restarted'],
  ],
  [
    'could not switch a user',
    { failedUsers: ['eva'] },
    [],
    [],
    ['the units of user eva could not be switched'],
  ],
  ['named nothing', {}, [], [], ['its activation ended with status 4 and named no unit']],
  [
    'named a unit that failed before',
    { failedUnits: ['old.service'] },
    [['old.service']],
    [['old.service']],
    [],
  ],
])('an activation that %s', (_what, said, before, now, expected) => {
  expect(activationTroubles(told(said), units(...before), units(...now), nobody)).toEqual(expected);
});

test('what the config ignores is no trouble', () => {
  const said = told({ failedJobs: [{ job: 'reload', unit: 'nginx.service' }] });
  expect(activationTroubles(said, units(), units(), { ignoreUnits: ['nginx'] })).toEqual([]);
});
