import { expect, test } from 'vitest';
import { readUnits, readUserUnits } from '../../../source/parsers/host/units.ts';

test('units are sorted by what they do', () => {
  expect(
    readUnits([
      'sshd.service loaded active running OpenSSH Daemon',
      'old.service loaded failed failed Old',
      'loop.service loaded activating auto-restart Restarts for ever',
      'rest.service loaded inactive dead Rests',
      'gone.service not-found inactive dead gone.service',
      'start.service loaded activating start Starts',
      '● marked.service loaded failed failed Marked',
      '',
    ]),
  ).toEqual({
    failed: ['loop.service', 'marked.service', 'old.service'],
    active: ['sshd.service'],
    stopped: ['rest.service'],
    waiting: [],
  });
});

test("nixup's own units are no trouble of the host, but a timer of somebody is", () => {
  expect(
    readUnits([
      'nixup-supervise-20261130-022700-ab12-p620.service loaded activating auto-restart nixup-supervise',
      'nixup-activate-20261130-022700-ab12-p620.service loaded failed failed nixup-activate',
      'nixup-copy-4711.service loaded failed failed nixup-copy',
      'nixup-nightly.service loaded failed failed Nightly update',
      'nixup.service loaded failed failed Update',
    ]).failed,
  ).toEqual(['nixup-nightly.service', 'nixup.service']);
});

// Columns of systemctl(1): LISTEN UNIT ACTIVATES, NEXT LEFT LAST PASSED UNIT ACTIVATES, PATH CONDITION UNIT ACTIVATES.
test.each([
  ['/run/greetings  greetings.socket greeter.service', 'greeter.service'],
  ['/run/cups.socket cups.socket cups.service', 'cups.service'],
  ['kobject-uevent 1 systemd-udevd-kernel.socket systemd-udevd.service', 'systemd-udevd.service'],
  ['[::]:22 sshd.socket sshd@.service', 'sshd@4-192.0.2.1:22-192.0.2.2:50000.service'],
  ['/run/a a.socket one.service, two.service', 'two.service'],
  ['Sun 2026-11-29 03:45:55 UTC 12min - - nightly.timer backup.service', 'backup.service'],
  ['/var/spool/in PathChanged incoming.path import.service', 'import.service'],
])('a service waits for what starts it, whatever its name: %s', (line, service) => {
  const rests = `${service} loaded inactive dead Rests`;
  expect(readUnits([rests], [line]).waiting).toEqual([service]);
  expect(readUnits([rests], ['/run/b b.socket b.service']).waiting).toEqual([]);
});

// Paragraphs of `systemctl show`, systemd 257: geoclue and colord end by themselves when nobody calls them.
test.each([
  [
    'ended well, and only calls start it',
    'Type=dbus\nResult=success\nWantedBy=\nRequiredBy=',
    true,
  ],
  ['did not end well', 'Type=dbus\nResult=exit-code\nWantedBy=\nRequiredBy=', false],
  ['a target wants it to run', 'Type=dbus\nResult=success\nWantedBy=graphical.target', false],
  ['another unit needs it', 'Type=dbus\nResult=success\nWantedBy=\nRequiredBy=a.service', false],
  ['nobody calls it on the bus', 'Type=simple\nResult=success\nWantedBy=', false],
])('a service of the bus that rests waits for a call or not: %s', (_what, properties, waits) => {
  const rests = 'geoclue.service loaded inactive dead Location Lookup Service';
  const shown = `Type=oneshot\nResult=success\nId=a.service\nWantedBy=\n\n${properties}\nId=geoclue.service\n`;
  expect(readUnits([rests], [], shown.split('\n')).waiting).toEqual(
    waits ? ['geoclue.service'] : [],
  );
});

test('a mount rests while its automount waits for somebody who looks into it', () => {
  const rests = 'mnt-nas.mount loaded inactive dead /mnt/nas';
  const waits = 'mnt-nas.automount loaded active waiting mnt-nas.automount';
  expect(readUnits([rests, waits]).waiting).toEqual(['mnt-nas.mount']);
  expect(readUnits([rests]).waiting).toEqual([]);
});

test('units of users carry their user, a silent manager is trouble, and who was not asked is said', () => {
  expect(
    readUserUnits(
      [
        'olaf agent.service loaded failed failed Agent of the session',
        'root loop.service loaded activating auto-restart Loops',
      ],
      ['eva silent', 'guest not-root', 'ann too many users have a manager'],
    ),
  ).toEqual({
    failed: ['eva/', 'olaf/agent.service', 'root/loop.service'],
    unasked: ['guest: only root or that user may ask', 'ann: too many users have a manager'],
  });
});
