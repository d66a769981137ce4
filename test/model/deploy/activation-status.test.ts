import { expect, test } from 'vitest';
import {
  type ActivationHints,
  explainActivation,
} from '../../../source/model/deploy/activation-status.ts';

const nothing: ActivationHints = {
  failedUnits: [],
  isLockBusy: false,
  isRefusedBeforeSwitch: false,
  failedChecks: [],
  inhibitors: [],
  isBootLoaderFailed: false,
  failedJobs: [],
  failedUsers: [],
  isBegun: false,
  gaveUp: null,
};

test.each([
  [0, {}, 'done', 'yes'],
  [1, {}, 'refused', 'unknown'],
  [1, { isRefusedBeforeSwitch: true }, 'refused', 'no'],
  [1, { isRefusedBeforeSwitch: true, inhibitors: ['dbus : dbus -> broker'] }, 'inhibited', 'no'],
  [1, { isBootLoaderFailed: true }, 'boot-loader-failed', 'no'],
  [2, {}, 'script-failed', 'unknown'],
  [3, {}, 'reload-failed', 'unknown'],
  [4, { failedUnits: ['a.service'] }, 'units-failed', 'yes'],
  [11, { isLockBusy: true }, 'lock-busy', 'no'],
  [4, { isLockBusy: true }, 'lock-busy', 'no'],
  [100, {}, 'reboot-needed', 'no'],
  [101, {}, 'crashed', 'unknown'],
  [127, {}, 'refused', 'no'],
  [77, {}, 'unknown', 'unknown'],
  [1, { gaveUp: 'Failed to open dbus connection' }, 'refused', 'no'],
  [1, { isBegun: true, gaveUp: 'Failed to get unit mnt-one.mount' }, 'gave-up', 'unknown'],
  [
    11,
    { isBegun: true, gaveUp: 'Unable to list users with logind: no reply' },
    'gave-up',
    'unknown',
  ],
] as const)('status %i with %j under test means %s, switched: %s', (exitCode, hints, kind, switched) => {
  const meaning = explainActivation({ kind: 'exited', exitCode }, { ...nothing, ...hints }, 'test');
  expect(meaning).toMatchObject({ kind, switched });
});

test('units that failed and checks that refused are named', () => {
  const units = explainActivation(
    { kind: 'exited', exitCode: 4 },
    { ...nothing, failedUnits: ['a.service', 'b.service'] },
    'test',
  );
  expect(units.text).toContain('a.service, b.service');
  const checks = explainActivation(
    { kind: 'exited', exitCode: 1 },
    { ...nothing, isRefusedBeforeSwitch: true, failedChecks: ['disk'] },
    'test',
  );
  expect(checks.text).toContain('disk failed');
});

test('status 100 under switch has written the boot loader, under test it has not', () => {
  const ending = { kind: 'exited', exitCode: 100 } as const;
  expect(explainActivation(ending, nothing, 'switch').text).toContain('is the boot default');
  expect(explainActivation(ending, nothing, 'test').text).toContain('no boot loader written');
});

test('a time limit and a kill leave open what runs', () => {
  expect(explainActivation({ kind: 'timed-out' }, nothing, 'test')).toMatchObject({
    kind: 'stopped',
    switched: 'unknown',
  });
  expect(explainActivation({ kind: 'killed', how: 'signal KILL' }, nothing, 'test').text).toContain(
    'signal KILL',
  );
});

// The texts are those of nixpkgs' switch-to-configuration-ng, `src/main.rs`.
test.each([
  [
    { gaveUp: 'Failed to open dbus connection' },
    /system bus .*does not answer.*nothing was activated/,
  ],
  [
    { isBegun: true, gaveUp: 'Failed to process dbus messages while waiting for jobs' },
    /in the middle: the system bus .*ended under it/,
  ],
  [
    { isBegun: true, gaveUp: 'Failed to reset failed units: D-Bus error: Connection is closed' },
    /in the middle: the system bus .*ended under it/,
  ],
  [
    { isBegun: true, gaveUp: 'Failed to get unit mnt-one.mount: Unit mnt-one.mount not loaded.' },
    /in the middle: Failed to get unit mnt-one\.mount: Unit mnt-one\.mount not loaded;/,
  ],
])('an activation that gives up says why, and whether it had begun: %j', (hints, text) => {
  const ending = { kind: 'exited', exitCode: 1 } as const;
  expect(explainActivation(ending, { ...nothing, ...hints }, 'test').text).toMatch(text);
});

test('status 4 names jobs and units of users, or says that nothing was named', () => {
  const ending = { kind: 'exited', exitCode: 4 } as const;
  const hints: ActivationHints = {
    ...nothing,
    failedJobs: [
      { job: 'reload', unit: 'nginx.service' },
      { job: 'restart', unit: 'olaf/backup.service' },
    ],
    failedUsers: ['olaf', 'eva'],
  };
  expect(explainActivation(ending, hints, 'test').text).toBe(
    'it was activated, but units failed: nginx.service (not reloaded), backup.service of user olaf (not restarted), units of user eva',
  );
  expect(explainActivation(ending, nothing, 'test').text).toContain('named no unit');
});
