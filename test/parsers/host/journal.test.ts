import { expect, test } from 'vitest';
import { parseJournal } from '../../../source/parsers/host/journal.ts';

// Records as journalctl 252 prints them, shortened to the fields that were asked for.
const record = (fields: object): string =>
  JSON.stringify({
    __CURSOR: 's=1;i=1;b=1;m=1;t=1;x=1',
    __REALTIME_TIMESTAMP: '1795950000123456',
    __MONOTONIC_TIMESTAMP: '1',
    _BOOT_ID: 'b',
    ...fields,
  });

const whole = { isCut: false, isVolatile: false };

const at = 1_795_950_000_123;

test.each<[string, object, unknown]>([
  [
    'a unit that failed',
    { MESSAGE_ID: 'd9b373ed55a64feb8242e02dbe79a49c', UNIT: 'app.service' },
    { kind: 'failed', at, unit: 'app.service' },
  ],
  [
    'a unit of a user',
    { MESSAGE_ID: 'd9b373ed55a64feb8242e02dbe79a49c', USER_UNIT: 'sync.service' },
    { kind: 'failed', at, unit: 'sync.service' },
  ],
  [
    'a crash, in the unit whose process it was',
    {
      MESSAGE_ID: 'fc2e22bc6ee647b6b90729ab34a250b1',
      UNIT: 'systemd-coredump@0.service',
      COREDUMP_UNIT: 'plex.service',
      COREDUMP_EXE: '/nix/store/x/bin/plex',
    },
    { kind: 'coredump', at, unit: 'plex.service' },
  ],
  [
    'a boot, with the times of its parts',
    {
      MESSAGE_ID: 'b07a249cd024414a82dd00cd181378ff',
      KERNEL_USEC: '2000000',
      INITRD_USEC: '3000000',
      USERSPACE_USEC: '20500000',
    },
    { kind: 'boot', at, tookMs: 25_500 },
  ],
  ['sleep', { MESSAGE_ID: '6bbd95ee977941e497c48be27c254128' }, { kind: 'sleep', at }],
])('%s', (_, fields, read) => {
  expect(parseJournal([record(fields)], 0, whole).records).toEqual([read]);
});

test('the boot of a container is told by its first process', () => {
  const said = (fields: object): string =>
    record({
      MESSAGE_ID: 'eed00a68ffd84e31882105fd973abdd1',
      USERSPACE_USEC: '4000000',
      ...fields,
    });
  // The second is what the manager of a user says.
  expect(parseJournal([said({ _PID: '1' }), said({ _PID: '212' })], 0, whole).records).toEqual([
    { kind: 'boot', at, tookMs: 4_000 },
  ]);
});

test.each<[string, string]>([
  [
    'the start of a user manager, which is no boot',
    record({ MESSAGE_ID: 'b07a249cd024414a82dd00cd181378ff', USERSPACE_USEC: '1' }),
  ],
  ['another id', record({ MESSAGE_ID: '39f53479d3a045ac8e11786248231fbf' })],
  ['a name of every object', record({ MESSAGE_ID: 'constructor' })],
  ['half a line', record({}).slice(0, 40)],
  ['no time', JSON.stringify({ MESSAGE_ID: 'd9b373ed55a64feb8242e02dbe79a49c' })],
  ['a list', '[]'],
])('%s is left out', (_, line) => {
  expect(parseJournal([line], 0, whole).records).toEqual([]);
});

test('a field of bytes or one that is too long is no name', () => {
  const lines = [
    record({ MESSAGE_ID: 'd9b373ed55a64feb8242e02dbe79a49c', UNIT: [1, 2] }),
    record({ MESSAGE_ID: 'd9b373ed55a64feb8242e02dbe79a49c', UNIT: null }),
  ];
  expect(parseJournal(lines, 0, whole).records).toMatchObject([
    { unit: 'a process' },
    { unit: 'a process' },
  ]);
});

test('switches of a host, whoever made them, are read from what switch-to-configuration says to syslog', () => {
  const said = (second: number, message: string, identifier = 'nixos'): string =>
    JSON.stringify({
      __REALTIME_TIMESTAMP: `${second}000000`,
      SYSLOG_IDENTIFIER: identifier,
      MESSAGE: message,
    });
  const system = '/nix/store/ln5jfagfd5vpzdb1fyii3n2d001yk6db-nixos-system-razer-26.05';
  const { records } = parseJournal(
    [
      said(30, `switching to system configuration ${system}`),
      said(31, `finished switching to system configuration ${system}`),
      said(32, `switching to system configuration ${system} failed (status 4)`),
      said(33, `switching to system configuration ${system}`, 'sshd'),
    ],
    0,
    whole,
  );
  expect(records).toEqual([{ kind: 'switched', at: 30_000, toplevel: system }]);
});

// `_SYSTEMD_UNIT` of systemd.journal-fields(7): whose process spoke.
test.each([
  ['comin.service', 'comin.service'],
  ['nixos-upgrade.service', 'nixos-upgrade.service'],
  ['nixup-activate-20261130-022700-ab12-p620.service', undefined],
  ['sshd.service', undefined],
  ['sshd@4-192.0.2.1:22-192.0.2.2:50000.service', undefined],
  ['session-3.scope', undefined],
  ['nixos-rebuild-switch-to-configuration.service', undefined],
  ['run-u12.service', undefined],
  ['run-p41-i9.service', undefined],
  ['tailscaled.service', undefined],
  ['code-server.service', undefined],
  ['run-updates.service', 'run-updates.service'],
  [undefined, undefined],
])('who switched the host is told where it was a service, and not a person in one: %s', (unit, by) => {
  const line = JSON.stringify({
    __REALTIME_TIMESTAMP: '30000000',
    SYSLOG_IDENTIFIER: 'nixos',
    _SYSTEMD_UNIT: unit,
    MESSAGE: 'switching to system configuration /nix/store/a-nixos-system-razer-26.05',
  });
  const [record] = parseJournal([line], 0, whole).records;
  expect(record).toMatchObject({ kind: 'switched' });
  expect(record?.kind === 'switched' ? record.by : null).toBe(by);
});
