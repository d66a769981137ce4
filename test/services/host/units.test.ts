import { expect, test } from 'vitest';
import { createHosts } from '../../../source/services/hosts.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { strictWorld } from '../../support/strict-world.ts';

test('status, journal and unit file come in one round trip, made safe to show', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'ssh',
        input: 'systemctl status',
        stdout:
          'status × a.service\njournal \u001b[31mfailed\u001b[0m\nfile [Service]\ngeneration 41\ndifference -ExecStart=/old\ndifference +ExecStart=/new\n',
      },
    ],
  });
  expect(await createHosts(world).unitDetails(hostEntry(), 'a@b.service')).toEqual({
    ok: true,
    value: [
      'Status of a@b.service on p620',
      '× a.service',
      '',
      'Journal since the last boot',
      'failed',
      '',
      'Unit file',
      '[Service]',
      '',
      'Difference of the unit file since generation 41',
      '-ExecStart=/old',
      '+ExecStart=/new',
    ],
  });
});

test.each([
  '-x.service',
  'a;reboot.service',
  'a',
  '$(x).service',
])('%j is no unit and reaches no command', async (unit) => {
  const world = strictWorld();
  expect((await createHosts(world).unitDetails(hostEntry(), unit)).ok).toBe(false);
  expect(world.ran).toEqual([]);
});
