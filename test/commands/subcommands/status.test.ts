import { expect, test } from 'vitest';
import { statusJson } from '../../../source/commands/reports/status.ts';
import { hostOf, stateOf } from '../../fixtures/states.ts';
import {
  entry,
  facts,
  fleet,
  outcome,
  play,
  result,
  type SceneOf,
  toplevel,
} from '../../support/fake-program.ts';

const twoHosts = () => ({
  facts: [
    ...fleet(entry('p620', 'auto', ['server']), entry('razer', 'auto', ['laptop'])),
    {
      type: 'host-unprobed',
      host: 'razer',
      failure: { code: 'host-timeout', host: 'razer', afterMs: 5_000 },
    },
  ] as const,
});

test('status --json has every field of the contract, null where nothing is known', async () => {
  const played = await play('status --json', twoHosts);
  expect(played.status).toBe(0);
  expect(JSON.parse(played.stdout)).toEqual({
    version: 1,
    hosts: [
      {
        name: 'p620',
        address: 'p620.home',
        tags: ['server'],
        reachable: true,
        position: 'stale',
        current: toplevel('p620', 'a'),
        profile: toplevel('p620', 'a'),
        booted: toplevel('p620', 'a'),
        expected: toplevel('p620'),
        generation: 7,
        nixosVersion: '26.05',
        revision: 'a1b2c3d4',
        kernel: '6.18.19',
        rebootNeeded: false,
        failedUnits: [],
        latencyMs: 12,
        activations: [],
        lock: null,
        error: null,
      },
      {
        name: 'razer',
        address: 'razer.home',
        tags: ['laptop'],
        reachable: false,
        position: 'unreachable',
        current: null,
        profile: null,
        booted: null,
        expected: toplevel('razer'),
        generation: null,
        nixosVersion: null,
        revision: null,
        kernel: null,
        rebootNeeded: null,
        failedUnits: null,
        latencyMs: null,
        activations: null,
        lock: null,
        error: 'razer did not answer within 5 s.',
        unreachable: 'asleep',
      },
    ],
    runbook: {
      steps: expect.arrayContaining([
        { name: 'check', state: 'todo', title: 'check', words: 'not done yet' },
      ]),
      next: 'check',
      command: 'nixup check',
      left: [],
      done: false,
    },
  });
});

test.each([
  [{ code: 'host-timeout', host: 'razer', address: 'razer', afterMs: 5_000 }, 'asleep'],
  [
    {
      code: 'host-timeout',
      host: 'razer',
      address: 'razer',
      afterMs: 25_000,
      isConnected: true,
    } as const,
    'hangs',
  ],
  [
    { code: 'host-unreachable', host: 'razer', address: 'razer', detail: 'No route to host' },
    'asleep',
  ],
  [
    {
      code: 'host-unreachable',
      host: 'razer',
      address: 'razer',
      detail: 'connect to host razer port 22: Connection refused',
    },
    'connection-refused',
  ],
  [
    { code: 'host-unreachable', host: 'razer', address: 'razer', detail: 'no such', name: 'razer' },
    'name-not-found',
  ],
  [
    { code: 'login-refused', host: 'razer', address: 'razer', detail: 'Permission denied' },
    'login-refused',
  ],
] as const)('%j is told to programs as %s', (failure, code) => {
  const state = stateOf([hostOf('razer', { probe: { kind: 'failed', failure, at: 1 } })]);
  expect(statusJson(state, ['razer'], 0).hosts[0]?.unreachable).toBe(code);
});

test('status shows a table and says what is wrong with which host', async () => {
  const { stdout } = await play('status', twoHosts);
  expect(stdout).toMatch(/^HOST +POSITION +GENERATION +SINCE +NIXOS +REVISION +FAILED UNITS$/m);
  expect(stdout).toMatch(/^p620 +behind by 3 +g7 .*a1b2c3d4 +-$/m);
  expect(stdout).toMatch(/^razer +asleep +\? +\? +\? +\? +\?$/m);
  expect(stdout).toMatch(/^razer did not answer within 5 s\.$/m);
});

test('words and tags choose hosts, in the order of the flake', async () => {
  const names = async (line: string) =>
    JSON.parse((await play(line, twoHosts)).stdout).hosts.map(({ name }: { name: string }) => name);
  expect(await names('status razer p620 --json')).toEqual(['p620', 'razer']);
  expect(await names('status @laptop --json')).toEqual(['razer']);
  expect(await names('status --on @server --json')).toEqual(['p620']);
  expect(await names('status razer --on server --json')).toEqual([]);
});

test('an unknown host is told with the nearest name, status 2', async () => {
  const played = await play('status p62', twoHosts);
  expect([played.status, played.stdout]).toEqual([2, '']);
  expect(played.stderr).toContain('The flake has no host p62. Did you mean p620?');
});

test('a flake that does not evaluate is told, status 1', async () => {
  const played = await play('status', () => ({
    facts: [
      {
        type: 'fleet-unlisted',
        failure: {
          code: 'evaluation-failed',
          host: null,
          cause: 'syntax error',
          tail: ['at flake.nix:3'],
        },
      },
    ],
  }));
  expect(played.status).toBe(1);
  expect(played.stderr).toContain('    at flake.nix:3');
});

test('a config that is wrong is status 2, with file and line', async () => {
  const played = await play('status', () => ({
    engine: {
      open: async () => ({
        ok: false,
        failure: [
          {
            code: 'config-invalid',
            file: 'nixup.toml',
            line: 3,
            detail: 'fleet.job is not a known key',
            remedy: 'did you mean jobs?',
          },
        ],
      }),
    },
  }));
  expect(played.status).toBe(2);
  expect(played.stderr).toBe(
    'nixup.toml, line 3: fleet.job is not a known key\n  did you mean jobs?',
  );
});

test('a run that was cut off is said at the next start', async () => {
  const played = await play('status --json', (say) => ({
    engine: {
      open: async () => {
        say({
          type: 'interruption-found',
          run: {
            id: '20261120-101010-abcdef',
            goal: 'deploy',
            startedAt: 0,
            lastEventAt: 0,
            hosts: [],
            mode: 'switch',
            targets: {},
            origins: {},
            restarts: [],
            openDeeds: [],
            finishedHosts: [],
          },
        });
        return { ok: true, value: undefined };
      },
    },
    facts: fleet(entry('p620')),
  }));
  expect(played.stderr).toContain('20261120-101010-abcdef (deploy) was cut off');
});

test('a host that needs a reboot, or failed units, is shown so', async () => {
  const { stdout } = await play('status', () => ({
    facts: [
      ...fleet(entry('p620')),
      {
        type: 'host-probed',
        host: 'p620',
        facts: facts('p620', {
          current: toplevel('p620'),
          profile: toplevel('p620'),
          rebootNeeded: true,
          failedUnits: ['a.service', 'b.service'],
        }),
      },
    ],
  }));
  expect(stdout).toMatch(/^p620 +reboot needed .* a\.service b\.service$/m);
});

test('a host that would boot another system than it runs is not told to reboot', async () => {
  const { stdout } = await play('status', () => ({
    facts: [
      ...fleet(entry('p620')),
      {
        type: 'host-probed',
        host: 'p620',
        facts: facts('p620', { current: toplevel('p620'), rebootNeeded: true }),
      },
    ],
  }));
  expect(stdout).toMatch(/^p620 +not the boot default yet /m);
});

test('where no host answered, status says that nothing is known', async () => {
  const played = await play('status', () => ({
    facts: [
      { type: 'fleet-listed', hosts: [entry('razer')] },
      {
        type: 'host-unprobed',
        host: 'razer',
        failure: {
          code: 'ssh-failed',
          host: 'razer',
          why: 'not-started',
          detail: '/root/.ssh/config: line 3: Bad configuration option: nonsense',
        },
      },
    ],
  }));
  expect(played.status).toBe(1);
  expect(played.stderr).toContain('No host answered: nothing is known of what they run.');
  expect(played.stdout).toMatch(/razer +ssh failed/);
  expect(played.stdout).toContain(
    'razer was not asked, because ssh did not start: /root/.ssh/config: line 3: Bad configuration option: nonsense',
  );
});

test.each([
  ['one of two hosts sleeps', twoHosts, 0, undefined],
  [
    'the only host that was asked sleeps',
    () => ({
      facts: [
        { type: 'fleet-listed', hosts: [entry('razer')] } as const,
        {
          type: 'host-unprobed',
          host: 'razer',
          failure: { code: 'host-timeout', host: 'razer', afterMs: 5_000 },
        } as const,
      ],
    }),
    1,
    false,
  ],
])('a status that reached nobody is no success, by its exit status and in JSON: %s', async (_, facts, status, ok) => {
  const json = await play('status --json', facts);
  expect(json.status).toBe(status);
  const document: { readonly ok?: boolean; readonly reason?: string } = JSON.parse(json.stdout);
  expect(document.ok).toBe(ok);
  expect(document.reason).toBe(
    ok === false ? 'No host answered: nothing is known of what they run.' : undefined,
  );
  expect((await play('status', facts)).status).toBe(status);
});

test('two reasons of one host are two sentences', () => {
  const host = hostOf('web', {
    facts: null,
    probe: {
      kind: 'failed',
      failure: { code: 'ssh-failed', host: 'web', why: 'not-started', detail: 'no such option' },
      at: 0,
    },
    expectation: { kind: 'failed', failureText: 'It does not evaluate.', tree: null },
  });
  expect(statusJson(stateOf([host]), ['web'], 0).hosts[0]?.error).toBe(
    'web was not asked, because ssh did not start: no such option. It does not evaluate.',
  );
});

test('the lock of a system that an older run brought is found among all runs, asked for only then', async () => {
  const system = toplevel('p620', 'a');
  const { facts: before } = twoHosts();
  const asked: string[] = [];
  const scene =
    (older: number): SceneOf =>
    (say) => ({
      facts: [...before, { type: 'history-listed', runs: [], older } as const],
      engine: {
        runs: {
          listAll: async () => {
            asked.push('all');
            say({
              type: 'history-listed',
              runs: [
                {
                  id: '20250101-000000-aaaaaa',
                  goal: 'deploy',
                  startedAt: 1,
                  hosts: ['p620'],
                  lock: 'f00f',
                  ending: {
                    at: 2,
                    result: result({ hosts: { p620: { ...outcome('succeeded'), to: system } } }),
                  },
                },
              ],
            });
          },
        },
      },
    });
  const lockOf = async (older: number): Promise<unknown> =>
    JSON.parse((await play('status --json p620', scene(older))).stdout).hosts[0].lock;
  expect(await lockOf(0)).toBeNull();
  expect(asked).toEqual([]);
  expect(await lockOf(3)).toBe('f00f');
  expect(asked).toEqual(['all']);
});

test('critical units that do not run are named, and in JSON a key of their own', async () => {
  const scene = () => ({
    facts: [
      ...fleet({ ...entry('p620'), critical: ['db', 'web'] }),
      {
        type: 'host-probed',
        host: 'p620',
        facts: facts('p620', { activeUnits: ['web.service'], stoppedUnits: ['db.service'] }),
      },
    ] as const,
  });
  const text = await play('status', scene);
  expect(text.stdout).toContain('p620: db.service is critical and does not run');
  const json = JSON.parse((await play('status --json', scene)).stdout);
  expect(json.hosts).toMatchObject([
    { name: 'p620', failedUnits: [], criticalDown: ['db.service'] },
  ]);
});
