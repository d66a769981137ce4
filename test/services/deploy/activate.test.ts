import { expect, test } from 'vitest';
import { explain } from '../../../source/model/explain/explain.ts';
import type { ActivationWaits } from '../../../source/model/host/activation-waits.ts';
import { adviceLine } from '../../../source/model/words/advice.ts';
import { createHosts } from '../../../source/services/hosts.ts';
import { hostEntry, newSystem, oldSystem } from '../../support/host-entry.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

const activateWith = async (...answers: StrictAnswer[]) => {
  const world = strictWorld({ answers });
  const said: string[] = [];
  const result = await createHosts(world).activate(hostEntry(), {
    id: 'run-p620',
    from: oldSystem,
    to: newSystem,
    mode: 'test',
    terms: { activationMs: 60_000 },
    onLine: (line) => said.push(line),
  });
  world.assertAllUsed();
  return { result, said, world };
};

const start = (stdout: string, more: Partial<StrictAnswer> = {}): StrictAnswer => ({
  match: 'ssh',
  input: 'systemd-run',
  stdout,
  ...more,
});

const lost = { exit: 255, stderr: 'client_loop: send disconnect: Broken pipe\n' };

test('an activation runs in a unit of its own, with a record, and its output is followed', async () => {
  const { result, said, world } = await activateWith(
    start(
      's\no activating the configuration...\no restarting the following units: a.service\nx 0\n',
    ),
  );
  expect(result).toMatchObject({
    ok: true,
    value: { exitCode: 0, kind: 'done', impact: { restart: ['a.service'] } },
  });
  expect(said).toEqual([
    'activating the configuration...',
    'restarting the following units: a.service',
  ]);
  const script = world.ran[0]?.options.input ?? '';
  expect(script).toContain('--unit=nixup-supervise-run-p620');
  expect(script).toContain('unit=nixup-activate-run-p620.service');
  expect(script).toContain('/run/nixup/run-p620');
  expect(script).toContain(`${newSystem}/bin/switch-to-configuration test`);
  expect(script).toContain('echo $((uptime + 60)) >"$folder/activate-by"');
});

test('a lost connection is made again, and lines are told once', async () => {
  const { result, said, world } = await activateWith(
    start('s\no one\no two\n', lost),
    { match: 'ControlPath=none', input: 'n=2', ...lost },
    { match: 'ControlPath=none', input: 'n=2', stdout: 'o three\nx 0\n' },
  );
  expect(result).toMatchObject({ ok: true, value: { lines: ['one', 'two', 'three'] } });
  expect(said).toEqual(['one', 'two', 'three']);
  expect(world.ran[1]?.options.input).not.toContain('systemd-run');
});

test('a connection that broke before the start was known starts again, which does nothing twice', async () => {
  const { result } = await activateWith(start('', lost), start('s\nx 0\n'));
  expect(result.ok).toBe(true);
});

test('a host that stays away is told as that, after the time limit', async () => {
  const { result, world } = await activateWith(start('s\n', lost), {
    match: 'ssh',
    times: 'any',
    tookMs: 10_000,
    exit: 255,
    stderr: 'ssh: connect to host p620 port 22: Connection timed out\n',
  });
  expect(result).toMatchObject({ failure: { code: 'host-timeout', host: 'p620' } });
  expect(world.ran.length).toBeGreaterThan(10);
});

test('the phases and their clocks are told', async () => {
  const world = strictWorld({
    answers: [start('s\np activating 100 160 104\np confirming 110 170 110\nx 0\n')],
  });
  const phases: unknown[] = [];
  await createHosts(world).activate(hostEntry(), {
    id: 'a',
    from: oldSystem,
    to: newSystem,
    mode: 'test',
    onPhase: (phase) => phases.push(phase),
  });
  expect(phases).toEqual([
    { phase: 'activating', elapsedMs: 4_000, limitMs: 60_000 },
    { phase: 'confirming', elapsedMs: 0, limitMs: 60_000 },
  ]);
});

test('what an activation that takes long waits for is told and stands in its log', async () => {
  const waits = [
    'w now 1000',
    'w job 31 nginx.service start waiting',
    'w job 30 postgresql.service stop running',
    'w Id=postgresql.service',
    'w StateChangeTimestamp=@958',
    'w ',
    'w runs switch-to-confi',
    'w said stopping the following units: postgresql.service',
    'w',
  ].join('\n');
  const world = strictWorld({
    answers: [start(`s\np activating 100 160 104\n${waits}\nx 0\n`)],
  });
  const told: ActivationWaits[] = [];
  const lines: string[] = [];
  await createHosts(world).activate(hostEntry(), {
    id: 'a',
    from: oldSystem,
    to: newSystem,
    mode: 'test',
    onWaits: (one) => told.push(one),
    onLine: (line) => lines.push(line),
  });
  expect(told).toEqual([
    {
      jobs: [
        { unit: 'postgresql.service', job: 'stop', isRunning: true, since: expect.any(Number) },
        { unit: 'nginx.service', job: 'start', isRunning: false, since: null },
      ],
      program: 'switch-to-confi',
      said: 'stopping the following units: postgresql.service',
    },
  ]);
  expect(lines).toEqual([
    'waits for postgresql to stop (since 42 s)',
    'waits for nginx to start, which waits for others',
  ]);
});

test('what a stopped activation waited for is named, and what the host did then', async () => {
  const { result } = await activateWith(
    start(
      's\nh slow.service (start)\nh waiting for the disk...\nk timeout\nr reverted timeout 0\n',
    ),
  );
  expect(result).toMatchObject({
    failure: { meaning: expect.stringContaining('it waited for: slow.service (start); waiting') },
  });
});

test('an activation that the host itself calls untouched is that', async () => {
  const { result } = await activateWith(start('s\nk asked\nr untouched\n'));
  expect(result).toMatchObject({ failure: { code: 'activation-failed', isUntouched: true } });
});

test('without a known old system nothing is begun', async () => {
  const world = strictWorld();
  const { activate } = createHosts(world);
  expect(
    await activate(hostEntry(), { id: 'a', from: null, to: newSystem, mode: 'test' }),
  ).toMatchObject({ failure: { meaning: expect.stringContaining('no way back') } });
});

test('units that failed are a success with words: the system was switched', async () => {
  const { result } = await activateWith(
    start('s\no warning: the following units failed: a.service\nx 4\n'),
  );
  expect(result).toMatchObject({
    ok: true,
    value: { exitCode: 4, kind: 'units-failed', failedUnits: ['a.service'] },
  });
});

test.each([
  ['x 100\n', 'nixup deploy HOST --mode boot'],
  ['x 2\n', 'nixup rollback HOST'],
])('%j is followed by the command that takes the system: %s', async (ending, command) => {
  const { result } = await activateWith(start(`s\n${ending}`));
  if (result.ok) throw new Error('it was activated');
  expect(adviceLine(explain(result.failure).next)).toContain(
    command.replace('HOST', hostEntry().name),
  );
});

test.each([
  ['o Could not acquire lock\nx 11\n', 'another activation holds the lock', true],
  [
    "o Pre-switch check 'x' failed\no Pre-switch checks failed\nx 1\n",
    'check before switching x',
    true,
  ],
  ['x 2\n', 'activation script failed', false],
  ['x 100\n', 'reboot', true],
  ['x 101\n', 'crashed', false],
  ['k timeout killed TERM\n', 'longer than its time limit', false],
  ['k signal killed KILL\n', 'signal killed KILL', false],
  ['g\n', 'gone from the host', false],
  ['b\n', 'rebooted', false],
])('%j is a failure in words', async (ending, words, isUntouched) => {
  const { result } = await activateWith(start(`s\n${ending}`));
  expect(result).toMatchObject({
    failure: { code: 'activation-failed', meaning: expect.stringContaining(words), isUntouched },
  });
});

test('a full disk is told as that', async () => {
  const { result } = await activateWith(start('s\no cp: No space left on device\nx 2\n'));
  expect(result).toMatchObject({ failure: { code: 'space-short', host: 'p620' } });
});

test('an answer without an ending is no success', async () => {
  const { result } = await activateWith(start('s\no activating\n'));
  expect(result).toMatchObject({ failure: { code: 'activation-failed' } });
});

test('a unit that cannot be started leaves the host untouched', async () => {
  const { result } = await activateWith(start('', { exit: 1, stderr: 'Failed to start\n' }));
  expect(result).toMatchObject({ failure: { code: 'activation-failed', isUntouched: true } });
});

test('neither a strange id nor a strange path reaches a command', async () => {
  const world = strictWorld();
  const { activate } = createHosts(world);
  const base = { from: oldSystem, to: newSystem, mode: 'test' } as const;
  expect((await activate(hostEntry(), { ...base, id: '$(reboot)' })).ok).toBe(false);
  expect((await activate(hostEntry(), { ...base, id: 'a', to: '/nix/store/x y' })).ok).toBe(false);
  expect(world.ran).toEqual([]);
});

test('a dry run is previewed without a unit', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'ssh',
        input: 'switch-to-configuration dry-activate',
        stdout: 'would stop the following units: a.service\nwould restart systemd\nx 0\n',
      },
    ],
  });
  const { activate } = createHosts(world);
  const order = { id: 'preview', from: null, to: newSystem, mode: 'dry-activate' } as const;
  expect(await activate(hostEntry(), order)).toMatchObject({
    ok: true,
    value: { impact: { stop: ['a.service'], restartsSystemd: true } },
  });
  expect(world.ran[0]?.options.input).not.toContain('systemd-run');
});

test('a host that is silent but connected is not given up', async () => {
  const long = { match: 'ssh', ...lost, tookMs: 150_000 };
  const { result } = await activateWith(
    { ...long, input: 'systemd-run', stdout: 's\nc\n', tookMs: 10_000 },
    { ...long, stdout: 'c\n', tookMs: 40_000 },
    { ...long, stdout: 'c\n', tookMs: 40_000 },
    { match: 'ssh', stdout: 'c\nx 0\n' },
  );
  expect(result.ok).toBe(true);
});

test('a start whose files find no room is told as that, and begins nothing', async () => {
  const { result } = await activateWith(
    start('', { exit: 1, stderr: 'No space left on device: /run\n' }),
  );
  expect(result).toMatchObject({
    ok: false,
    failure: { code: 'space-short', detail: expect.stringContaining('/run is full') },
  });
});
