import { expect, test } from 'vitest';
import { runLine } from '../support/documents.ts';
import { openKeys } from '../support/keys.ts';
import { stillWorld } from '../support/play.ts';

test('a unit has its state, its journal by level and its file as JSON', async () => {
  const all = await runLine(stillWorld(), 'services vault --unit nginx --json');
  expect(all.status).toBe(0);
  expect(all.answers[0]).toMatchObject({
    version: 1,
    hosts: [
      {
        name: 'vault',
        unit: 'nginx.service',
        user: null,
        state: { load: 'loaded', active: 'active', sub: 'running', canRestart: true },
        journalUnknown: null,
        // It begins some minutes before the generation, and says no other time of the change.
        lines: expect.arrayContaining([
          expect.stringMatching(/^Journal since \S+ \d\d:\d\d, just before the last change$/),
        ]),
        journal: expect.arrayContaining([expect.objectContaining({ level: 6 })]),
        file: expect.arrayContaining(['[Service]']),
        difference: { lines: ['None.'] },
      },
    ],
  });
  const worse = await runLine(
    stillWorld(),
    'services vault --unit nginx --level warning --search slow --json',
  );
  const [document] = worse.answers as readonly {
    hosts: readonly { journal: readonly { level: number; text: string }[] }[];
  }[];
  const journal = document?.hosts[0]?.journal ?? [];
  expect(journal.length).toBeGreaterThan(0);
  expect(new Set(journal.map(({ level }) => level))).toEqual(new Set([4]));
});

test('one unit is restarted after somebody agreed to its command, and waited for', async () => {
  const world = stillWorld();
  const refused = await runLine(world, 'services vault --unit nginx --restart');
  expect(refused.status).toBe(3);
  expect(refused.messages).toContain('vault: sudo -n systemctl restart -- nginx.service');
  expect(refused.messages).toContain('nixup services vault --unit nginx --restart --yes');
  const done = await runLine(world, 'services vault --unit nginx --restart --yes');
  expect(done.status).toBe(0);
  expect(done.answers.join('\n')).toContain('vault: restarted nginx: active (running)');
  const listed = await runLine(world, 'history --json');
  expect(listed.answers[0]).toMatchObject({ runs: [{ goal: 'restart' }] });
});

test('a unit that fails again says so in its journal, and since when it fails', async () => {
  const world = stillWorld();
  const before = await runLine(world, 'services p510 --unit nzbget');
  const text = before.answers.join('\n');
  // The time of its state is that of its last line.
  const since = / failed \(Result: exit-code\) since (\d{4}-\d\d-\d\dT\d\d:\d\d)/.exec(text)?.[1];
  expect(Date.parse(`${since}Z`)).toBeLessThan(world.clock.now() - 3_600_000);
  const done = await runLine(world, 'services p510 --unit nzbget --restart --yes');
  expect(done.answers.join('\n')).toMatch(/restart: failed, result exit-code/);
  const after = await runLine(world, 'services p510 --unit nzbget --json');
  const [document] = after.answers as readonly {
    hosts: readonly { journal: readonly { level: number; text: string }[] }[];
  }[];
  const journal = document?.hosts[0]?.journal ?? [];
  expect(journal).toContainEqual(expect.objectContaining({ level: 6, text: 'Starting nzbget...' }));
  expect(journal.at(-1)?.text).toBe("nzbget.service: Failed with result 'exit-code'.");
  expect(journal.map((line) => line.text).join()).not.toMatch(/Started/);
});

test('a unit that is not there is left alone, and said so', async () => {
  const done = await runLine(stillWorld(), 'services vault --unit gone --restart --yes');
  expect(done.messages).toContain('vault: there is no unit gone.service on vault');
  expect(done.answers.join('\n')).toContain('No service was restarted.');
});

test('a unit that there is not is told with the nearest name of the host, and is no success', async () => {
  const asked = await runLine(stillWorld(), 'services vault --unit ngin --json');
  expect(asked.status).toBe(1);
  expect(asked.answers[0]).toMatchObject({
    hosts: [
      {
        state: { load: 'not-found', nearest: 'nginx.service' },
        lines: ['There is no unit ngin.service on vault; did you mean nginx.service?'],
      },
    ],
  });
  const followed = await runLine(stillWorld(), 'services vault --unit ngin --follow');
  expect(followed.status).toBe(1);
  expect(followed.messages).toContain('did you mean nginx.service?');
  const keys = await openKeys({}, stillWorld());
  await keys.press('/', 'v', 'a', 'u', 'l', 't', 'enter', 'J', ...'ngin', 'enter');
  expect(keys.ui().overlay).toMatchObject({
    kind: 'text',
    lines: [{ text: 'There is no unit ngin.service on vault; did you mean nginx.service?' }],
  });
});

test('a unit of a fleet is followed only with its name', async () => {
  const asked = await runLine(stillWorld(), 'services vault --follow');
  expect(asked.status).toBe(2);
  expect(asked.messages).toContain('--unit');
});

test('J opens a unit by its name; S restarts it, L follows its journal, + takes worse lines alone', async () => {
  const keys = await openKeys({}, stillWorld());
  await keys.press('/', 'v', 'a', 'u', 'l', 't', 'enter', 'J', ...'nginx', 'enter');
  expect(keys.ui().overlay).toMatchObject({
    kind: 'text',
    title: 'nginx.service on vault',
    unit: { host: 'vault', unit: 'nginx.service' },
  });
  await keys.press('S');
  expect(keys.ui().overlay).toMatchObject({
    kind: 'confirm',
    title: 'Restart nginx.service on vault',
    commands: ['vault: sudo -n systemctl restart -- nginx.service'],
    focus: 0,
  });
  keys.pass(1_000);
  await keys.choose('Restart on vault');
  expect(keys.toast()).toContain('restarted nginx: active (running)');
  await keys.press('J', ...'nginx', 'enter', 'L', '+', '+', '+');
  expect(keys.ui()).toMatchObject({
    screen: { kind: 'view', view: 'log' },
    log: { host: 'unit:warning:vault/nginx.service' },
  });
  await keys.press('r');
  expect(keys.menu().items.some(({ label }) => label.includes('vault'))).toBe(true);
});
