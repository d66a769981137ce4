import { expect, test } from 'vitest';
import { runLine } from '../support/documents.ts';
import { openKeys } from '../support/keys.ts';
import { stillWorld } from '../support/play.ts';

test('services that run old code are listed with what ends that, and restarted when somebody agrees', async () => {
  const world = stillWorld();
  const asked = await runLine(world, 'services vault --json');
  expect(asked.status).toBe(0);
  expect(asked.answers[0]).toEqual({
    version: 1,
    hosts: [
      {
        name: 'vault',
        services: [
          {
            unit: 'dbus.service',
            user: null,
            paths: [expect.stringMatching(/-dbus-/)],
            restart: false,
            why: expect.stringContaining('with the next boot'),
          },
          {
            unit: 'nginx.service',
            user: null,
            paths: [expect.stringMatching(/-nginx-/)],
            restart: true,
            why: null,
          },
        ],
        logins: 0,
        error: null,
      },
    ],
  });
  const refused = await runLine(world, 'services vault --restart');
  expect(refused.status).toBe(3);
  expect(refused.messages).toContain('vault: sudo -n systemctl restart -- nginx.service');
  const restarted = await runLine(world, 'services vault --restart --yes');
  expect(restarted.status).toBe(0);
  expect(restarted.answers.join('\n')).toContain('vault: restarted nginx.');
  const after = await runLine(world, 'services vault');
  expect(after.answers.join('\n')).toMatch(/vault: 1 service still runs old code: dbus/);
  const nothing = await runLine(world, 'services vault --restart --yes');
  expect(nothing.status).toBe(0);
  expect(nothing.answers.join('\n')).toContain('No service was restarted.');
});

test('a host that does not answer is not said to run no old code', async () => {
  const asked = await runLine(stillWorld(), 'services samsung');
  expect(asked.status).toBe(1);
  expect(asked.answers.join('\n')).toMatch(
    /^samsung cannot be reached: .*, so its services are not known/,
  );
});

test('verify names them, and the view Health has them under their host also after R', async () => {
  const keys = await openKeys({}, stillWorld());
  await keys.press('V', '5');
  expect(keys.toast()).toContain('vault: 2 services still run old code: dbus, nginx');
  expect(keys.app().hosts['vault']?.facts?.oldCode).toMatchObject({ kind: 'known' });
  await keys.press('R');
  expect(keys.app().hosts['vault']?.facts?.oldCode).toMatchObject({ kind: 'known' });
});

test('a unit is told without a screen, by its name alone', async () => {
  const asked = await runLine(stillWorld(), 'services p510 --unit nzbget --json');
  expect(asked.status).toBe(0);
  expect(asked.answers[0]).toMatchObject({
    version: 1,
    hosts: [
      {
        name: 'p510',
        unit: 'nzbget.service',
        lines: expect.arrayContaining(['Status of nzbget.service on p510', 'Unit file']),
      },
    ],
  });
  expect((await runLine(stillWorld(), 'services samsung --unit nzbget')).status).toBe(1);
});
