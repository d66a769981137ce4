import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { unitDetailsLines } from '../../../source/model/host/unit-details.ts';
import type { Result } from '../../../source/model/result.ts';
import { createUnitQuestions } from '../../../source/services/host/units.ts';
import { createHosts } from '../../../source/services/hosts.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { strictWorld } from '../../support/strict-world.ts';

const unwrap = <Value>(result: Result<Value, unknown>): Value => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
};

const sinceBoot = { since: null, level: 'all' } as const;

/** As `journalctl --output=json` writes a record, with what the script puts before it. */
const record = (fields: Readonly<Record<string, unknown>>): string =>
  `journal ${JSON.stringify({
    __CURSOR: 's=1;i=2',
    __REALTIME_TIMESTAMP: '1796000000000000',
    PRIORITY: '3',
    SYSLOG_IDENTIFIER: 'a',
    _PID: '12',
    ...fields,
  })}\n`;

const answering = (stdout: string, input = 'systemctl status') =>
  strictWorld({ answers: [{ match: 'ssh', input, stdout }] });

const linesOf = async (stdout: string, unit = 'a@b.service'): Promise<readonly string[]> =>
  unitDetailsLines(
    unwrap(await createHosts(answering(stdout)).units.details(hostEntry(), unit, sinceBoot)),
    'p620',
  );

test('status, journal and unit file come in one round trip, made safe to show', async () => {
  const stdout = [
    'status × a.service\nfact LoadState=loaded\nfact ActiveState=failed\n',
    record({ MESSAGE: [...Buffer.from('\u001b[31mfailed\u001b[0m\u0007')] }),
    'file [Service]\ngeneration 41\ndifference -ExecStart=/old\ndifference +ExecStart=/new\n',
  ].join('');
  expect(await linesOf(stdout)).toEqual([
    'Status of a@b.service on p620',
    '× a.service',
    '',
    'Journal since the last boot',
    '2026-11-30 00:53:20 error a[12]: failed',
    '',
    'Unit file',
    '[Service]',
    '',
    'Difference of the unit file since generation 41',
    '-ExecStart=/old',
    '+ExecStart=/new',
  ]);
});

// Words of systemd 252 and 258, asked on a host of the lab.
test.each([
  [
    'a unit that is gone',
    'gone.service',
    'status Unit gone.service could not be found.\nfact LoadState=not-found\ngeneration 4\nlacking /nix/store/now\n',
    ['gone.service has no unit file on p620 now', 'Only one of the two systems has the unit file.'],
  ],
  [
    'a unit that there never was, with the nearest of the host',
    'ngins.service',
    'status Unit ngins.service could not be found.\nfact LoadState=not-found\nfact ActiveState=inactive\nknown ngins.service\nknown nginx.service\nknown nginx.timer\ngeneration 4\nlacking /nix/store/old\nlacking /nix/store/now\n',
    ['There is no unit ngins.service on p620; did you mean nginx.service?'],
  ],
  [
    'a unit that there never was, with none like it',
    'nosuch.service',
    'fact LoadState=not-found\nfact ActiveState=inactive\nknown nginx.service\n',
    ['There is no unit nosuch.service on p620, and none with a name like it.'],
  ],
  [
    'a unit without a file that systemd still has as failed',
    'old.service',
    'fact LoadState=not-found\nfact ActiveState=failed\n',
    ['old.service has no unit file on p620 now. What is below is left from earlier.'],
  ],
  [
    'a masked unit',
    'm.service',
    'status m.service\nfact LoadState=masked\nfact CanStart=no\n',
    ['m.service is masked on p620'],
  ],
  [
    'a template',
    'getty@.service',
    'status Failed to get properties: Unit name getty@.service is neither a valid invocation ID nor unit name.\ninstance getty@tty1.service loaded active running Getty on tty1\n',
    ['getty@.service is a template. It runs as its instances: getty@tty1.service.'],
  ],
  [
    'a unit file that systemd refuses',
    'bad.service',
    'fact LoadState=bad-setting\nfact LoadError="org.freedesktop.systemd1.BadUnitSetting" "Unit bad.service has a bad unit file setting."\n',
    ['systemd refuses the unit file of bad.service on p620: Unit bad.service has a bad unit file'],
  ],
  ['a journal without a line of it', 'a.service', 'fact LoadState=loaded\n', ['No line since']],
  [
    'a journal that may not be read',
    'a.service',
    'unreadable yes\n',
    ['The login user may not read the journal of the system on p620'],
  ],
  ['a host without a journal', 'a.service', 'no-journal yes\n', ['p620 has no journal']],
])('%s is told in words', async (_what, unit, stdout, words) => {
  const lines = (await linesOf(stdout, unit)).join('\n');
  for (const word of words) expect(lines).toContain(word);
});

test('of a unit that there never was only that is told', async () => {
  const stdout = 'fact LoadState=not-found\nfact ActiveState=inactive\nlacking /a\nlacking /b\n';
  expect(await linesOf(stdout, 'nosuch.service')).toEqual([
    'There is no unit nosuch.service on p620, and none with a name like it.',
  ]);
});

test('systemd is asked for the names of units where it does not know one, and only there', async () => {
  const programs = mkdtempSync(path.join(folder, 'names-'));
  writeFileSync(
    path.join(programs, 'systemctl'),
    `#!/bin/sh
case "$*" in
  *show*--value*) echo "$LOAD" ;;
  *list-unit-files*) printf 'nginx.service enabled ignored\\ngetty@.service static -\\n' ;;
  *list-units*) printf 'run-1.service loaded active running a b\\nnone.service not-found inactive dead none.service\\n' ;;
  *show*) echo "LoadState=$LOAD" ;;
esac
`,
    { mode: 0o755 },
  );
  const world = createProcessWorld();
  const asked: string[] = [];
  const factsFor = async (load: string, unit: string) =>
    unwrap(
      await createUnitQuestions(async (_entry, script) => {
        const answer = await world.exec(
          {
            file: '/bin/sh',
            args: ['-s'],
            env: { PATH: `${programs}:${process.env['PATH'] ?? ''}`, LOAD: load },
          },
          { input: script },
        );
        if (answer.ok) asked.push(answer.value.stdout);
        return answer;
      }).facts(hostEntry(), unit),
    );
  expect(await factsFor('not-found', 'run-2.service')).toMatchObject({ nearest: 'run-1.service' });
  expect(await factsFor('not-found', 'nonf.service')).toMatchObject({
    nearest: null,
  });
  asked.length = 0;
  expect(await factsFor('loaded', 'nginy.service')).toMatchObject({ nearest: null });
  expect(asked.join('')).not.toContain('known ');
});

test.each([
  '-x.service',
  'a;reboot.service',
  'a',
  '$(x).service',
  'ada/-x.service',
  '-u/x.service',
])('%j is no unit and reaches no command', async (unit) => {
  const world = strictWorld();
  expect((await createHosts(world).units.details(hostEntry(), unit, sinceBoot)).ok).toBe(false);
  expect(world.ran).toEqual([]);
});

test.each([
  ['getty@tty1.service', '--unit=getty@tty1.service'],
  [String.raw`dev-disk-by\x2did-ata.device`, String.raw`--unit='dev-disk-by\x2did-ata.device'`],
  ['nginx.service#reload', '--unit=nginx.service'],
  ['ada/sync.service', 'USER_UNIT=sync.service _UID="$user_id"'],
])('the journal of %s is asked by its own name', async (unit, words) => {
  const world = answering('', 'may_read');
  unwrap(
    await createHosts(world).units.journal(hostEntry(), unit, {
      since: 1_796_000_000_000,
      level: 'warning',
      after: null,
      lines: 500,
    }),
  );
  const script = world.ran.map(({ options }) => options?.input ?? '').join('\n');
  expect(script).toContain(words);
  expect(script).toContain('--since=@1796000000 --priority=4');
});

const folder = mkdtempSync(path.join(tmpdir(), 'nixup-units-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Files = Readonly<Record<string, string>>;

/** The difference of a unit between two systems with these files below `etc/systemd/system`, asked of a shell here. */
const differenceOf = async (before: Files, now: Files, unit: string, programs: Files = {}) => {
  const root = mkdtempSync(path.join(folder, 'host-'));
  const written = (below: string, files: Files, mode: number): void => {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(root, below, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text, { mode });
    }
  };
  for (const [name, files] of Object.entries({ before, now }))
    written(`${name}/etc/systemd/system`, { 'any.service': '', ...files }, 0o644);
  written('programs', programs, 0o755);
  mkdirSync(path.join(root, 'profiles'));
  symlinkSync(path.join(root, 'before'), path.join(root, 'profiles', 'system-41-link'));
  symlinkSync(path.join(root, 'now'), path.join(root, 'profiles', 'system-42-link'));
  symlinkSync(path.join(root, 'now'), path.join(root, 'current'));
  const world = createProcessWorld();
  const { details } = createUnitQuestions((_entry, script) =>
    world.exec(
      {
        file: '/bin/sh',
        args: ['-s'],
        env: { PATH: `${path.join(root, 'programs')}:${process.env['PATH'] ?? ''}` },
      },
      {
        input: script
          .replaceAll('/run/current-system', path.join(root, 'current'))
          .replaceAll(
            '/nix/var/nix/profiles/system-*-link',
            path.join(root, 'profiles/system-*-link'),
          )
          // Sorted by the number behind the second dash: the folder of the test has dashes too.
          .replaceAll('sort -t- -k2,2nr', 'sort -r'),
      },
    ),
  );
  return unwrap(await details(hostEntry(), unit, sinceBoot)).difference?.lines;
};

const unitFile = '[Service]\nExecStart=/bin/a\n';
const overrides = (user: string): string => `[Service]\nUser=${user}\n`;

// Settings of a unit that a package has lie in NAME.d/overrides.conf (overrideStrategy of NixOS, systemd-lib.nix).
test.each<[string, string, Files, Files, readonly string[]]>([
  ['alike in both', 'a.service', { 'a.service': unitFile }, { 'a.service': unitFile }, ['None.']],
  [
    'a drop-in that changed',
    'a.service',
    { 'a.service': unitFile, 'a.service.d/overrides.conf': overrides('anna') },
    { 'a.service': unitFile, 'a.service.d/overrides.conf': overrides('ben') },
    ['a.service.d/overrides.conf:', '@@ -1,2 +1,2 @@', ' [Service]', '-User=anna', '+User=ben'],
  ],
  [
    'a drop-in that is new, for each unit with the start of its name',
    'a-b.service',
    { 'a-b.service': unitFile },
    { 'a-b.service': unitFile, 'a-.service.d/x y.conf': overrides('ben') },
    ['a-.service.d/x y.conf:', '@@ -0,0 +1,2 @@', '+[Service]', '+User=ben'],
  ],
  [
    'a drop-in that is gone, for each service',
    'a.service',
    { 'a.service': unitFile, 'service.d/x.conf': overrides('ben') },
    { 'a.service': unitFile },
    ['service.d/x.conf:', '@@ -1,2 +0,0 @@', '-[Service]', '-User=ben'],
  ],
  [
    'the template of an instance',
    'a@b.service',
    { 'a@.service': unitFile },
    { 'a@.service': '[Service]\nExecStart=/bin/b\n' },
    ['@@ -1,2 +1,2 @@', ' [Service]', '-ExecStart=/bin/a', '+ExecStart=/bin/b'],
  ],
  [
    'the file of one system alone',
    'a.service',
    {},
    { 'a.service': unitFile },
    ['Only one of the two systems has the unit file.'],
  ],
  [
    'no file at all',
    'a.service',
    {},
    {},
    ['Neither system has the unit file: something else on the host makes the unit.'],
  ],
])('the difference of a unit: %s', async (_what, unit, before, now, lines) => {
  expect(await differenceOf(before, now, unit)).toEqual(lines);
});

test('a host without diff does not say that a unit is alike', async () => {
  const files = { 'a.service': unitFile };
  expect(await differenceOf(files, files, 'a.service', { diff: '#!/bin/sh\nexit 127\n' })).toEqual([
    'The unit file could not be compared: diff did not work on the host.',
  ]);
});

test('a unit of many hosts is asked of a few at a time', async () => {
  let running = 0;
  let most = 0;
  const { facts } = createUnitQuestions(async () => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    return { ok: true, value: { stdout: '', stderr: '', exitCode: 0, tookMs: 0 } };
  });
  await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      facts(hostEntry({ name: `host-${index}` }), 'a.service'),
    ),
  );
  expect(most).toBe(16);
});
