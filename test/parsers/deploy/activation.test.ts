import { expect, test } from 'vitest';
import { readActivationOutput } from '../../../source/parsers/deploy/activation.ts';

const report = (text: string) => readActivationOutput(text.split('\n'));

test('a dry run names what would happen to units', () => {
  expect(
    report(`would stop the following units: a.service, b.service
would NOT stop the following changed units: display-manager.service
would activate the configuration...
would restart systemd
would reload the following units: dbus.service
would restart the following units: sshd.service, tailscaled.service
would start the following units: a.service`).impact,
  ).toEqual({
    stop: ['a.service', 'b.service'],
    skip: ['display-manager.service'],
    restart: ['sshd.service', 'tailscaled.service'],
    reload: ['dbus.service'],
    start: ['a.service'],
    restartsSystemd: true,
  });
});

test('an activation names the units that failed and those that are new', () => {
  expect(
    report(`stopping the following units: syncthing.service
NOT restarting the following changed units: display-manager.service
activating the configuration...
setting up /etc...
starting the following units: syncthing.service
the following new units were started: widget.service
warning: the following units failed: syncthing.service, widget.timer`),
  ).toMatchObject({
    failedUnits: ['syncthing.service', 'widget.timer'],
    newUnits: ['widget.service'],
    impact: {
      stop: ['syncthing.service'],
      skip: ['display-manager.service'],
      restartsSystemd: false,
    },
    isLockBusy: false,
    inhibitors: [],
  });
});

test('a check that found no inhibitor is not taken for one', () => {
  expect(
    report(
      "Checking switch inhibitors... done\nthe lab says no\nPre-switch check 'lab' failed\nPre-switch checks failed",
    ),
  ).toMatchObject({ isRefusedBeforeSwitch: true, failedChecks: ['lab'], inhibitors: [] });
});

test('inhibitors are named without the advice around them', () => {
  expect(
    report(`Checking switch inhibitors...
There are changes to critical components of the system:

dbus-implementation : dbus -> broker

Switching into this system is not recommended.
You probably want to run 'nixos-rebuild boot' and reboot your system instead.

Pre-switch check 'switchInhibitors' failed
Pre-switch checks failed`),
  ).toMatchObject({
    inhibitors: ['dbus-implementation : dbus -> broker'],
    failedChecks: ['switchInhibitors'],
  });
});

test('a busy lock, a failed boot loader and a full disk are found in the text', () => {
  expect(report('Could not acquire lock').isLockBusy).toBe(true);
  expect(report('Failed to install bootloader').isBootLoaderFailed).toBe(true);
  expect(report('OSError: [Errno 28] No space left on device').isDiskFull).toBe(true);
});

// As `do_system_switch` and `do_user_switch` of nixpkgs' switch-to-configuration-ng print them.
test('jobs that ended badly are named with their user, also one that systemd did not take', () => {
  expect(
    report(`activating the configuration...
reloading user units for root...
reloading user units for olaf...
restarting the following user units: backup.service
Failed to restart user unit gone.service: Unit gone.service not found.
Failed to restart user unit backup.service
warning: the following user units failed: backup.service
See \`systemctl --user status backup.service\` for details.
warning: user activation for olaf failed
restarting sysinit-reactivation.target
reloading the following units: nginx.service
Failed to reload nginx.service
Failed to start greeter.socket
Failed to run activate script`),
  ).toMatchObject({
    failedUnits: [],
    failedJobs: [
      { job: 'restart', unit: 'olaf/gone.service' },
      { job: 'restart', unit: 'olaf/backup.service' },
      { job: 'reload', unit: 'nginx.service' },
      { job: 'start', unit: 'greeter.socket' },
    ],
    failedUsers: ['olaf'],
    isBegun: true,
    gaveUp: null,
  });
});

test.each([
  ['Error: Failed to open dbus connection', 'Failed to open dbus connection'],
  [
    'Error: Failed to get unit mnt-one.mount\n\nCaused by:\n    Unit mnt-one.mount not loaded.',
    'Failed to get unit mnt-one.mount: Unit mnt-one.mount not loaded.',
  ],
  [
    'Error: Failed to reset failed units\n\nCaused by:\n    0: it was closed\n    1: Connection is closed',
    'Failed to reset failed units: Connection is closed',
  ],
  [
    'Unable to list users with logind: Did not receive a reply',
    'Unable to list users with logind: Did not receive a reply',
  ],
])('why it gave up is read with its cause: %j', (text, gaveUp) => {
  expect(report(text).gaveUp).toBe(gaveUp);
});
