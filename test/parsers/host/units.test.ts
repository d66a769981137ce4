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
