import { expect, test } from 'vitest';
import type { OldCode } from '../../../source/model/host/old-code.ts';
import { readOldCode } from '../../../source/parsers/host/old-code.ts';

// As a lab host and NixOS 25.11 (systemd 258) print them; hashes are shortened to one letter here.
const path = (letter: string, name: string): string => `/nix/store/${letter.repeat(32)}-${name}`;
const old = path('a', 'nginx-1.28.0');
const other = path('b', 'act-runner-job');

/** `systemctl show`: the properties of the type come first, an empty line ends a unit. */
const shown = (unit: string, more: readonly string[] = []): readonly string[] => [
  'MainPID=812',
  `Id=${unit}`,
  'ActiveState=active',
  'RefuseManualStop=no',
  `FragmentPath=/etc/systemd/system/${unit}`,
  ...more,
  '',
];

const asRoot = ['as root', 'closure 1841'];

const services = (read: OldCode | undefined): unknown =>
  read?.kind === 'known' ? read.services.map(({ unit, end }) => [unit, end.kind]) : read;

test.each<[string, readonly string[], unknown]>([
  [
    'a service with a library of an earlier system',
    [
      `process 812 before ${old}`,
      'group 812 /system.slice/nginx.service',
      ...shown('nginx.service'),
    ],
    [['nginx.service', 'restart']],
  ],
  [
    'an instance in a slice of its template, by a worker below it',
    [
      `process 813 deleted ${old}`,
      'group 813 /system.slice/system-php.slice/php@blog.service/workers',
      ...shown('php@blog.service'),
    ],
    [['php@blog.service', 'restart']],
  ],
  [
    'a job of a runner, whose code no system had',
    [
      `process 900 other ${other}`,
      'group 900 /system.slice/runner.service',
      ...shown('runner.service'),
    ],
    [],
  ],
  [
    'a main process whose system was removed since',
    [
      `process 812 other ${old}`,
      'group 812 /system.slice/nginx.service',
      ...shown('nginx.service'),
    ],
    [['nginx.service', 'restart']],
  ],
  [
    'what somebody started by systemd-run',
    [
      `process 812 other ${other}`,
      'group 812 /system.slice/run-r1.service',
      ...shown('run-r1.service').map((line) =>
        line.replace('/etc/', '/run/').replace('system/run', 'transient/run'),
      ),
    ],
    [],
  ],
  [
    'a unit that is only being started',
    [
      `process 812 before ${old}`,
      'group 812 /system.slice/nixos-upgrade.service',
      ...shown('nixos-upgrade.service').map((line) => line.replace('=active', '=activating')),
    ],
    [],
  ],
  [
    'the bus, which no restart may take away',
    [
      `process 812 before ${path('c', 'dbus-1.16.2')}`,
      'group 812 /system.slice/dbus.service',
      ...shown('dbus.service'),
    ],
    [['dbus.service', 'later']],
  ],
  [
    'a unit that systemd does not let anybody stop',
    [
      `process 812 before ${old}`,
      'group 812 /system.slice/kept.service',
      ...shown('kept.service').map((line) => line.replace('Stop=no', 'Stop=yes')),
    ],
    [['kept.service', 'later']],
  ],
  [
    'a service of a user, by the name of the user',
    [
      `process 950 before ${old}`,
      'user 1000 ada',
      'group 950 /user.slice/user-1000.slice/user@1000.service/app.slice/sync.service',
    ],
    [['ada/sync.service', 'later']],
  ],
  [
    'the manager of a user',
    [
      `process 949 before ${old}`,
      'user 1000 ada',
      'group 949 /user.slice/user-1000.slice/user@1000.service/init.scope',
    ],
    [['user@1000.service', 'later']],
  ],
  [
    'the supervisor of nixup, which runs with the system that it can go back to',
    [
      `process 812 before ${old}`,
      'group 812 /system.slice/nixup-r1-p620.service',
      ...shown('nixup-r1-p620.service'),
    ],
    [],
  ],
  ['a process that ended meanwhile', [`process 812 before ${old}`], []],
  [
    'no line of a store path',
    ['process 812 before /nix/store/x;reboot', 'group 812 /system.slice/a.service'],
    [],
  ],
  ['nothing', [], []],
])('%s', (_, lines, expected) => {
  expect(services(readOldCode([...asRoot, ...lines], 1))).toEqual(expected);
});

test('processes of logins are counted, each once', () => {
  const read = readOldCode(
    [
      ...asRoot,
      `process 700 before ${old}`,
      `process 700 before ${other}`,
      'group 700 /user.slice/user-1000.slice/session-3.scope',
    ],
    1,
  );
  expect(read).toMatchObject({ kind: 'known', services: [], logins: 1 });
});

test.each([
  ['only root sees the processes', ['as user', 'closure 1841'], /only root/],
  ['Nix does not answer', ['as root', 'closure 0'], /its Nix/],
  ['the script has no end', ['as root'], /its Nix/],
])('nothing is known where %s', (_, lines, why) => {
  expect(readOldCode(lines, 1)).toEqual({ kind: 'unknown', why: expect.stringMatching(why) });
});

test('a probe that did not ask says nothing', () => {
  expect(readOldCode([], 1)).toBeUndefined();
});
