import { expect, test } from 'vitest';
import type { DeployPlan } from '../../../source/model/deploy/plan.ts';
import type { HostPreview } from '../../../source/model/deploy/preview.ts';
import type { Policy } from '../../../source/model/host/host.ts';
import { noImpact } from '../../../source/model/units/impact.ts';
import { requiredFor } from '../../../source/screen/dialogs/confirmation-targets.ts';
import {
  entry,
  fleet,
  outcome,
  play,
  result,
  type Scene,
  target,
} from '../../support/fake-program.ts';
import { changesOf } from '../../support/lock-changes.ts';
import { github } from '../../support/lock-samples.ts';

const plan = (policies: Readonly<Record<string, Policy>>): DeployPlan => ({
  mode: 'switch',
  targets: Object.entries(policies).map(([host, policy]) => target(host, policy)),
  leftOut: [],
});

const scene = (policies: Readonly<Record<string, Policy>>, changes: Scene = {}): Scene => ({
  facts: fleet(...Object.entries(policies).map(([host, policy]) => entry(host, policy))),
  ...changes,
  engine: {
    ...changes.engine,
    deploy: {
      plan: () => plan(policies),
      run: async ({ targets }) =>
        result({
          hosts: Object.fromEntries(targets.map(({ host }) => [host, outcome('succeeded', host)])),
        }),
      ...changes.engine?.deploy,
    },
    health: {
      verify: async (hosts) =>
        result({
          hosts: Object.fromEntries(hosts.map((host) => [host, outcome('succeeded', host)])),
        }),
      ...changes.engine?.health,
    },
  },
});

const deployed = (calls: readonly string[]): readonly string[] =>
  calls
    .filter((call) => call.startsWith('deploy.run '))
    .map((call) =>
      (JSON.parse(call.slice('deploy.run '.length)) as DeployPlan).targets
        .map(({ host }) => host)
        .join(' '),
    );

test('without a terminal and without --yes nothing is deployed, status 3 with the command', async () => {
  const played = await play('deploy p620', () => scene({ p620: 'auto' }));
  expect(played.status).toBe(3);
  expect(deployed(played.calls)).toEqual([]);
  expect(played.stderr).toContain('nixup deploy p620 --yes');
});

test('--yes deploys auto and ask hosts, then verifies them', async () => {
  const played = await play('deploy --yes', () => scene({ p620: 'auto', p510: 'ask' }));
  expect(played.status).toBe(0);
  expect(deployed(played.calls)).toEqual(['p620 p510']);
  expect(played.calls).toContain('health.verify ["p620","p510"]');
  expect(played.stdout).toMatch(/^p620 +succeeded +g8 /m);
});

test('a protected host refuses even with --yes, the others go on, status 3', async () => {
  const played = await play('deploy --yes', () => scene({ p620: 'auto', p510: 'protected' }));
  expect(played.status).toBe(3);
  expect(deployed(played.calls)).toEqual(['p620']);
});

test('a host that would leave its specialisation needs its name too', async () => {
  const preview: HostPreview = {
    basis: 'forecast',
    impact: noImpact,
    critical: [],
    bootParts: [],
    mustBoot: [],
    programs: [],
    leaves: 'vfio',
  };
  const leaving: DeployPlan = {
    mode: 'switch',
    targets: [{ ...target('p620', 'auto'), preview }],
    leftOut: [],
  };
  const where = () => scene({ p620: 'auto' }, { engine: { deploy: { plan: () => leaving } } });
  const refused = await play('deploy --yes', where);
  expect([refused.status, deployed(refused.calls)]).toEqual([3, ['']]);
  expect(refused.calls.join(' ')).toContain('to run it without: --confirm p620');
  expect(requiredFor(leaving.targets)).toEqual({ kind: 'name', names: ['p620'], count: null });
  const agreed = await play('deploy --yes --confirm p620', where);
  expect([agreed.status, deployed(agreed.calls)]).toEqual([0, ['p620']]);
});

test('--confirm agrees to a protected host by name', async () => {
  const played = await play('deploy --yes --confirm p510', () => scene({ p510: 'protected' }));
  expect([played.status, deployed(played.calls)]).toEqual([0, ['p510']]);
});

test('on a terminal one host needs a yes, after the exact commands were shown', async () => {
  const no = await play('deploy', () => scene({ p620: 'auto' }, { typed: [''] }));
  expect([no.status, deployed(no.calls)]).toEqual([3, []]);
  expect(no.stderr).toMatch(/g7 → new/);
  expect(no.stderr).toMatch(/^ {2}nix copy \/nix\/store\//m);
  const yes = await play('deploy', () => scene({ p620: 'auto' }, { typed: ['y'] }));
  expect([yes.status, deployed(yes.calls)]).toEqual([0, ['p620']]);
});

test('several hosts need their count, an ask host its own yes, a protected host its name', async () => {
  const hosts = { p620: 'auto', razer: 'auto', p510: 'ask', vault: 'protected' } as const;
  const all = await play('deploy', () => scene(hosts, { typed: ['y', 'vault', '4'] }));
  expect([all.status, deployed(all.calls)]).toEqual([0, ['p620 razer p510 vault']]);
  const some = await play('deploy', () => scene(hosts, { typed: ['n', 'valut', '2'] }));
  expect([some.status, deployed(some.calls)]).toEqual([3, ['p620 razer']]);
  const wrong = await play('deploy', () => scene(hosts, { typed: ['y', 'vault', 'y'] }));
  expect([wrong.status, deployed(wrong.calls)]).toEqual([3, []]);
});

test('leaving a question with ^c deploys nothing', async () => {
  const played = await play('deploy', () => scene({ p620: 'auto' }, { typed: [] }));
  expect([played.status, deployed(played.calls)]).toEqual([3, []]);
});

test('a dry activation asks nobody', async () => {
  const played = await play('deploy --mode dry-activate', () =>
    scene(
      { p620: 'protected' },
      { engine: { deploy: { plan: (_, mode) => ({ ...plan({ p620: 'protected' }), mode }) } } },
    ),
  );
  expect([played.status, deployed(played.calls)]).toEqual([0, ['p620']]);
  expect(played.calls.some((call) => call.startsWith('health.verify'))).toBe(false);
});

test('a host that was not tested is refused, status 3', async () => {
  const played = await play('deploy --yes', () =>
    scene(
      { p620: 'auto' },
      {
        engine: {
          deploy: {
            plan: (_, mode) => ({
              mode,
              targets: [],
              leftOut: [
                { host: 'p620', kind: 'refused', reason: 'not built and tested: test first' },
              ],
            }),
          },
        },
      },
    ),
  );
  expect(played.status).toBe(3);
});

test('a canary is handed to the plan, and what the engine did not begin is told', async () => {
  const played = await play('deploy --yes --canary razer', () =>
    scene(
      { p620: 'auto', razer: 'auto' },
      {
        engine: {
          deploy: {
            run: async () =>
              result({
                exitCode: 5,
                hosts: {
                  razer: outcome('unhealthy'),
                  p620: { ...outcome('skipped'), reason: 'not begun, because razer failed' },
                },
              }),
          },
          health: {
            verify: async () => result({ exitCode: 5, hosts: { razer: outcome('unhealthy') } }),
          },
        },
      },
    ),
  );
  expect(played.calls.find((call) => call.startsWith('deploy.plan'))).toMatch(/"razer"$/);
  expect([played.status, deployed(played.calls)]).toEqual([5, ['p620 razer']]);
  expect(played.stdout).toMatch(/^p620 +skipped .*not begun/m);
});

test('a canary that is not among the hosts is refused with the nearest name, status 2', async () => {
  const played = await play('deploy --yes --canary raser', () =>
    scene({ p620: 'auto', razer: 'auto' }),
  );
  expect(played.status).toBe(2);
  expect(deployed(played.calls)).toEqual([]);
});

test('with --json the events are lines, the result of a part is not, and the last line is the whole', async () => {
  const played = await play('deploy --yes --json', (say) => ({
    ...scene({ p620: 'auto', razer: 'auto' }),
    engine: {
      deploy: {
        plan: () => plan({ p620: 'auto' }),
        run: async () => {
          const counts = { expected: 2, running: 1, done: 1, failed: 0 };
          const transfers = { ...counts, bytes: 1, bytesExpected: 2 };
          say({ type: 'stage-changed', stage: 'deploy', state: { kind: 'running', since: 1 } });
          for (let count = 0; count < 3; count += 1)
            say({
              type: 'progress',
              host: 'p620',
              builds: counts,
              fetches: transfers,
              copies: transfers,
              activities: [],
            });
          const ended = result({
            exitCode: 4,
            hosts: { p620: outcome('succeeded'), razer: outcome('pending', 'razer') },
            build: { built: 1, failed: 0, fetched: 2 },
          });
          say({ type: 'result', run: 'x', ...ended });
          return ended;
        },
      },
      health: { verify: async () => result({ hosts: { p620: outcome('succeeded') } }) },
    },
  }));
  expect(played.status).toBe(4);
  expect(played.lines.map(({ type }) => type)).toEqual(['stage-changed', 'progress', 'result']);
  expect(played.lines[1]).toEqual({
    type: 'progress',
    at: 1_000,
    host: 'p620',
    builds: { expected: 2, running: 1, done: 1, failed: 0 },
    fetches: { expected: 2, running: 1, done: 1, failed: 0, bytes: 1, bytesExpected: 2 },
    copies: { expected: 2, running: 1, done: 1, failed: 0, bytes: 1, bytesExpected: 2 },
  });
  expect(played.lines[2]).toEqual({
    type: 'result',
    at: expect.any(Number),
    ok: false,
    exitCode: 4,
    summary: 'Done. Done.',
    reason: 'Done. Done.',
    run: null,
    inputs: [],
    pullRequest: null,
    hosts: { p620: outcome('succeeded'), razer: outcome('pending', 'razer') },
    commit: null,
    build: { built: 1, failed: 0, fetched: 2 },
  });
});

test('with --json a refusal still ends with a result', async () => {
  const played = await play('deploy --json', () => scene({ p620: 'auto' }));
  expect(played.lines).toEqual([
    {
      type: 'result',
      at: expect.any(Number),
      ok: false,
      exitCode: 3,
      summary: expect.stringMatching(/nobody agreed to it.*nixup deploy --yes$/),
      reason: expect.stringMatching(/nobody agreed to it.*nixup deploy --yes$/),
      run: null,
      inputs: [],
      pullRequest: null,
      hosts: {},
      commit: null,
    },
  ]);
});

test('^c while the hosts are asked deploys nothing, status 130', async () => {
  const leaving = new AbortController();
  const played = await play('deploy --yes', () =>
    scene(
      { p620: 'auto' },
      { canceled: leaving.signal, engine: { hosts: { survey: async () => leaving.abort() } } },
    ),
  );
  expect([played.status, deployed(played.calls)]).toEqual([130, []]);
});

test('^c during a deploy cancels the engine once and ends with status 130', async () => {
  const leaving = new AbortController();
  const played = await play('deploy --yes', () =>
    scene(
      { p620: 'auto' },
      {
        canceled: leaving.signal,
        engine: {
          deploy: {
            run: async () => {
              leaving.abort();
              return result({ exitCode: 130, hosts: { p620: outcome('canceled') } });
            },
          },
        },
      },
    ),
  );
  expect(played.status).toBe(130);
  expect(played.calls.filter((call) => call.startsWith('runs.cancel'))).toHaveLength(1);
  expect(played.calls.some((call) => call.startsWith('health.verify'))).toBe(false);
});

test('alarms of the lock that nobody looked at stand in the preview, and in the JSON of the result', async () => {
  const before = { nixpkgs: github('NixOS/nixpkgs', 'a') };
  const after = { nixpkgs: github('mallory/nixpkgs', 'b') };
  const scene = (): Scene => ({
    facts: [
      ...fleet(entry('p620')),
      {
        type: 'lock-observed',
        lock: {
          kind: 'read',
          fingerprint: 'f',
          changes: changesOf(before, after),
          inputs: [],
          copies: [],
          headline: null,
          oldText: '',
          newText: '',
        },
      },
    ],
    engine: {
      deploy: {
        plan: () => plan({ p620: 'auto' }),
        run: async () => result({ hosts: { p620: outcome('unchanged') } }),
      },
    },
  });
  const words =
    'not reviewed, an alarm of the lock: nixpkgs comes from another owner than before: github:mallory/nixpkgs';
  const text = await play('deploy --yes', scene);
  expect(text.stderr).toContain(words);
  const json = await play('deploy --yes --json', scene);
  expect(json.stderr).toContain(words);
  expect(json.lines.at(-1)).toMatchObject({
    alarms: [{ input: 'nixpkgs', alarms: ['owner-changed'], now: 'github:mallory/nixpkgs' }],
  });
});

test.each([
  ['deploy --yes', 'taken-back', 3, ''],
  ['deploy --yes', 'failed', 3, ''],
  ['deploy --yes', 'unhealthy', 3, ''],
  // Only the way there may have been at fault: whoever deploys all asks for it.
  ['deploy --yes', 'unconfirmed', 0, 'p620'],
  ['deploy p620 --yes', 'taken-back', 0, 'p620'],
  ['deploy --yes --confirm p620', 'taken-back', 0, 'p620'],
] as const)('%s of a system that ended there as %s before: status %s', async (line, kind, status, done) => {
  const repeating: DeployPlan = {
    mode: 'switch',
    targets: [
      {
        ...target('p620', 'auto'),
        repeats: { kind, words: 'was taken back from this system on 2026-11-28 02:10 UTC: nginx' },
      },
    ],
    leftOut: [],
  };
  const played = await play(line, () =>
    scene({ p620: 'auto' }, { engine: { deploy: { plan: () => repeating } } }),
  );
  expect(played.status).toBe(status);
  expect(deployed(played.calls).join('')).toBe(done);
  if (status === 3)
    expect(played.calls.join(' ')).toMatch(
      /not repeated: p620 was taken back from .*: nginx; to do it anyway: --confirm p620/,
    );
  expect(requiredFor(repeating.targets)).toEqual({ kind: 'name', names: ['p620'], count: null });
});

test('at a terminal each host that is restarted, or failed with it before, is named, and the others counted', async () => {
  const plan: DeployPlan = {
    mode: 'switch',
    targets: [
      { ...target('p620', 'auto'), restart: 'planned' },
      {
        ...target('nas', 'auto'),
        repeats: { kind: 'failed', words: 'failed with this system on 2026-11-20' },
      },
      target('razer', 'auto'),
    ],
    leftOut: [],
  };
  const played = async (...typed: readonly string[]) => {
    const { status, calls } = await play('deploy', () =>
      scene(
        { p620: 'auto', nas: 'auto', razer: 'auto' },
        { typed, engine: { deploy: { plan: () => plan } } },
      ),
    );
    return [status, deployed(calls)];
  };
  expect(await played('nas', 'p620', '3')).toEqual([0, ['p620 nas razer']]);
  // A yes names nobody: nas is left out, and the others are agreed to without it.
  expect(await played('y', 'p620', '2')).toEqual([3, ['p620 razer']]);
  expect(await played('nas', '3', '3')).toEqual([3, []]);
});

test.each([
  'deploy --yes',
  'deploy --yes --json',
])('a host that would go to something older is named before it is done: %s', async (line) => {
  const goesBack = 'goes back to an older system (NixOS 26.05.6390 → 26.05.5186)';
  const plan: DeployPlan = {
    mode: 'switch',
    targets: [{ ...target('razer', 'auto'), goesBack }],
    leftOut: [],
  };
  const { stderr } = await play(line, () =>
    scene({ razer: 'auto' }, { engine: { deploy: { plan: () => plan } } }),
  );
  expect(stderr).toMatch(/^ +razer .*goes back to an older system \(NixOS 26\.05\.6390/m);
});
