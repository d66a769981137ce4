import { describe, expect, test } from 'vitest';
import { runTests, testGoal } from '../../../source/engine/build/test.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import type { NixCause } from '../../../source/model/nix/cause.ts';
import { failed, success } from '../../../source/model/result.ts';
import { entryOf } from '../../fixtures/states.ts';
import { type FakeFleet, fakeFleet } from '../../support/fake-fleet.ts';
import { newPath } from '../../support/fake-hosts.ts';

const runTest = (fleet: FakeFleet, controller = new AbortController()) =>
  runGoal(fleet.context, 'test', Object.keys(fleet.state().hosts), controller, async (session) => {
    const entries = Object.values(fleet.state().hosts).map(({ entry }) => entry);
    const passed = await runTests(fleet.context, session, entries);
    return { ...(passed ? {} : { exitCode: 1 }), summary: '' };
  });

const cause = (over: Partial<NixCause>): NixCause => ({
  class: 'evaluation',
  message: 'no',
  derivation: null,
  position: null,
  positions: [],
  expected: null,
  got: null,
  tail: [],
  ...over,
});

const outOfMemory = (host: string) =>
  failed({
    code: 'evaluation-failed',
    host,
    cause: 'killed',
    tail: [],
    because: cause({ class: 'out-of-memory' }),
  } as const);

const fleetOf = (...names: readonly string[]) => fakeFleet(names.map((name) => entryOf(name)));

test('a file that Nix cannot parse fails the step before anything is evaluated', async () => {
  const fleet = await fleetOf('p620');
  Object.assign(fleet.context.nix, {
    agreedSettings: async () => [],
    checkFlakeSyntax: async () =>
      success({
        files: ['hosts/p620.nix'],
        checked: 1,
        problems: [
          {
            file: 'hosts/p620.nix',
            line: 2,
            column: 7,
            message: 'syntax error',
            excerpt: ['2| a =;', ' |    ^'],
          },
        ],
      }),
    evaluateToplevel: async () => {
      throw new Error('evaluated');
    },
  });
  const result = await runTest(fleet);
  expect(result.exitCode).toBe(1);
  expect(fleet.state().stages.test).toMatchObject({
    kind: 'failed',
    reason: 'Nix cannot parse hosts/p620.nix:2',
  });
  expect(fleet.state().causes).toMatchObject([
    { class: 'syntax', hosts: [], tail: ['2| a =;', ' |    ^'] },
  ]);
});

test('a host is built while another is still evaluated', async () => {
  const fleet = await fleetOf('p620', 'razer');
  const order: string[] = [];
  let release: (value: unknown) => void = () => undefined;
  const builtFirst = new Promise((resolve) => {
    release = resolve;
  });
  const { evaluateToplevel, openBuilds } = fleet.context.nix;
  Object.assign(fleet.context.nix, {
    evaluateToplevel: async (...args: Parameters<typeof evaluateToplevel>) => {
      if (args[1] === 'razer') await builtFirst;
      order.push(`evaluated ${args[1]}`);
      return evaluateToplevel(...args);
    },
    openBuilds: async (...args: Parameters<typeof openBuilds>) => {
      const builds = await openBuilds(...args);
      if (!builds.ok) return builds;
      return success({
        ...builds.value,
        build: async (request: Parameters<typeof builds.value.build>[0]) => {
          const built = await builds.value.build(request);
          order.push(`built ${request.host}`);
          release(undefined);
          return built;
        },
      });
    },
  });
  expect((await runTest(fleet)).exitCode).toBe(0);
  expect(order).toEqual(['evaluated p620', 'built p620', 'evaluated razer', 'built razer']);
});

test('of a large fleet only hosts whose turn is near are planned, a few at a time', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `host${index}`);
  const fleet = await fleetOf(...names);
  const { planBuild, openBuilds } = fleet.context.nix;
  const planned: string[] = [];
  let plansNow = 0;
  let mostPlans = 0;
  let mostAhead = 0;
  let built = 0;
  Object.assign(fleet.context.nix, {
    planBuild: async (...args: Parameters<typeof planBuild>) => {
      planned.push(args[0].host);
      plansNow += 1;
      mostPlans = Math.max(mostPlans, plansNow);
      mostAhead = Math.max(mostAhead, planned.length - built);
      const plan = await planBuild(...args);
      plansNow -= 1;
      return plan;
    },
    openBuilds: async (...args: Parameters<typeof openBuilds>) => {
      const builds = await openBuilds(...args);
      if (!builds.ok) return builds;
      return success({
        ...builds.value,
        build: async (request: Parameters<typeof builds.value.build>[0]) => {
          const done = await builds.value.build(request);
          built += 1;
          return done;
        },
      });
    },
  });
  expect((await runTest(fleet)).exitCode).toBe(0);
  expect(planned.toSorted()).toEqual(names.toSorted());
  expect(mostPlans).toBeLessThanOrEqual(8);
  expect(mostAhead).toBeLessThanOrEqual(20);
});

test('an evaluation that ran out of memory is tried once more, alone', async () => {
  const fleet = await fleetOf('p620', 'razer');
  const tried: string[] = [];
  Object.assign(fleet.context.nix, {
    evaluateToplevel: async (_flake: string, host: string) => {
      tried.push(host);
      if (host === 'p620' && tried.filter((one) => one === 'p620').length === 1)
        return outOfMemory(host);
      return success({ toplevel: newPath(host), derivation: `${newPath(host)}.drv` });
    },
  });
  expect((await runTest(fleet)).exitCode).toBe(0);
  expect(tried).toEqual(['p620', 'razer', 'p620']);
});

test('one that needs more memory than there is, is named as such', async () => {
  const fleet = await fleetOf('p620', 'razer');
  Object.assign(fleet.context.nix, {
    evaluateToplevel: async (_flake: string, host: string) =>
      host === 'p620'
        ? outOfMemory(host)
        : success({ toplevel: newPath(host), derivation: `${newPath(host)}.drv` }),
  });
  const result = await runTest(fleet);
  expect(result.hosts).toMatchObject({
    p620: { status: 'failed' },
    razer: { status: 'succeeded' },
  });
  expect(fleet.state().causes).toMatchObject([{ class: 'out-of-memory', hosts: ['p620'] }]);
});

test('a lock that somebody else rewrites during the build leaves the test outdated', async () => {
  const fleet = await fleetOf('p620');
  const { openBuilds } = fleet.context.nix;
  Object.assign(fleet.context.nix, {
    openBuilds: async (...args: Parameters<typeof openBuilds>) => {
      await fleet.world.files.write('/flake/flake.lock', '{"version":7,"root":"root","nodes":{}}');
      return openBuilds(...args);
    },
  });
  const result = await runTest(fleet);
  expect(result.exitCode).toBe(1);
  expect(fleet.state().stages.test.kind).toBe('outdated');
});

test('a canceled test says what was kept', async () => {
  const fleet = await fleetOf('p620');
  const controller = new AbortController();
  const { openBuilds } = fleet.context.nix;
  Object.assign(fleet.context.nix, {
    openBuilds: async (...args: Parameters<typeof openBuilds>) => {
      const builds = await openBuilds(...args);
      if (!builds.ok) return builds;
      return success({
        ...builds.value,
        made: () => ({ built: 4, fetched: 0 }),
        build: async ({ host }: { readonly host: string }) => {
          controller.abort();
          return {
            host,
            outcome: failed({ code: 'canceled', what: 'build' } as const),
            cause: null,
          };
        },
      });
    },
  });
  const result = await runTest(fleet, controller);
  // What a host did not come to is no failure of its build.
  expect(result.build).toEqual({ built: 4, failed: 0, fetched: 0 });
  expect(fleet.state().notices.at(-1)?.text).toMatch(/^Canceled: 4 built and 0 fetched paths stay/);
  expect(fleet.state().stages.test.kind).toBe('todo');
  expect(fleet.state().causes).toEqual([]);
});

test('with nix-eval-jobs each host is taken as it is told, and the rest is evaluated by Nix', async () => {
  const names = ['p620', 'razer', 'p510', 'samsung'];
  const fleet = await fleetOf(...names);
  const asked: string[] = [];
  const { evaluateToplevel } = fleet.context.nix;
  Object.assign(fleet.context.nix, {
    evaluateMany: async (...args: Parameters<typeof fleet.context.nix.evaluateMany>) => {
      for (const host of ['p620', 'razer'])
        args[2].onHost(host, success({ toplevel: newPath(host), derivation: '/nix/store/x.drv' }));
      return failed({ code: 'command-killed', command: 'x', signal: 'SIGKILL', tail: [] } as const);
    },
    evaluateToplevel: async (...args: Parameters<typeof evaluateToplevel>) => {
      asked.push(args[1]);
      return evaluateToplevel(...args);
    },
  });
  expect((await runTest(fleet)).exitCode).toBe(0);
  expect(asked).toEqual(['p510', 'samsung']);
});

const unplaced = (host: string, over: Partial<NixCause> = {}) =>
  failed({
    code: 'evaluation-failed',
    host,
    cause: 'no',
    tail: [],
    because: cause({ message: 'value is null', tail: ['error: value is null'], ...over }),
  } as const);

const drawn = {
  file: 'modules/desk.nix',
  line: 3,
  column: 5,
  excerpt: ['3| a = null;', ' |     ^'],
};

const fleetWithFiles = async (...names: readonly string[]): Promise<FakeFleet> => {
  const fleet = await fleetOf(...names);
  Object.assign(fleet.context.nix, {
    checkFlakeSyntax: async () =>
      success({ files: ['modules/desk.nix', 'hosts/p620.nix'], checked: 2, problems: [] }),
  });
  return fleet;
};

test('an error without a place in the flake is asked once more with its trace, for all its hosts', async () => {
  const fleet = await fleetWithFiles('p620', 'razer');
  const asked: string[] = [];
  Object.assign(fleet.context.nix, {
    evaluateToplevel: async (
      _flake: string,
      host: string,
      { showTrace, timeoutMs }: { showTrace?: boolean; timeoutMs?: number } = {},
    ) => {
      asked.push(`${host} ${showTrace === true ? `trace ${timeoutMs}` : 'plain'}`);
      const far = { file: 'lib/modules.nix', line: 9, column: 1, source: '«github:x»' };
      return showTrace === true
        ? unplaced(host, { positions: [far, drawn], position: far })
        : unplaced(host, { positions: [far], position: far });
    },
  });
  await runTest(fleet);
  expect(asked).toEqual(['p620 plain', 'p620 trace 120000', 'razer plain']);
  expect(fleet.state().causes).toMatchObject([
    {
      hosts: ['p620', 'razer'],
      place: { file: 'modules/desk.nix', line: 3, column: 5 },
      tail: ['at modules/desk.nix:3:5:', '3| a = null;', ' |     ^', 'error: value is null'],
    },
  ]);
  expect(fleet.state().hosts['razer']?.work).toMatchObject({
    reason: expect.stringContaining('value is null (at modules/desk.nix:3:5)'),
  });
});

test("a place in one host's own file is not taken for another host's", async () => {
  const fleet = await fleetWithFiles('p620', 'razer');
  Object.assign(fleet.context.nix, {
    evaluateToplevel: async (
      _flake: string,
      host: string,
      { showTrace }: { showTrace?: boolean } = {},
    ) => {
      const at = { file: host === 'p620' ? 'hosts/p620.nix' : drawn.file, line: 1, column: 1 };
      return unplaced(host, showTrace === true ? { positions: [at], position: at } : {});
    },
  });
  await runTest(fleet);
  expect(fleet.state().causes.map(({ hosts, place }) => [hosts, place?.file])).toEqual([
    [['p620'], 'hosts/p620.nix'],
    [['razer'], 'modules/desk.nix'],
  ]);
});

test('an error of the network or of memory is not asked again for its trace', async () => {
  const fleet = await fleetWithFiles('p620');
  const asked: string[] = [];
  Object.assign(fleet.context.nix, {
    evaluateToplevel: async (_flake: string, host: string) => {
      asked.push(host);
      return unplaced(host, { class: 'network' });
    },
  });
  await runTest(fleet);
  expect(asked).toEqual(['p620']);
});

test('the test of one host leaves what is known of the others', async () => {
  const fleet = await fleetWithFiles('p620', 'razer');
  Object.assign(fleet.context.nix, {
    evaluateToplevel: async (_flake: string, host: string) =>
      unplaced(host, { message: `no ${host}`, positions: [drawn], position: drawn }),
  });
  await runTest(fleet);
  const entries = [entryOf('p620')];
  await runGoal(fleet.context, 'test', ['p620'], new AbortController(), async (session) => {
    await runTests(fleet.context, session, entries, { trace: true });
    return { exitCode: 1, summary: '' };
  });
  expect(
    fleet
      .state()
      .causes.flatMap(({ hosts }) => hosts)
      .sort(),
  ).toEqual(['p620', 'razer']);
});

test('a host that builds its own system and sleeps is pending, and no failure', async () => {
  const fleet = await fakeFleet([entryOf('p620'), { ...entryOf('samsung'), buildOn: 'samsung' }]);
  const samsung = fleet.hosts['samsung'];
  if (samsung !== undefined) samsung.offline = true;
  const result = await runTest(fleet);
  expect(result).toMatchObject({
    exitCode: 4,
    hosts: {
      p620: { status: 'succeeded' },
      samsung: { status: 'pending', reason: 'asleep, and it builds its own system' },
    },
  });
  expect(fleet.state().causes).toEqual([]);
  expect(fleet.state().stages.test).toMatchObject({
    kind: 'partly',
    evidence:
      '1 of 2 toplevels are valid in the store; samsung waits: asleep, and it builds its own system',
  });
  expect(fleet.state().notices.at(-1)?.text).toContain('nixup test samsung --build-on local');
});

test('the plan names the machine that builds', async () => {
  const fleet = await fakeFleet([{ ...entryOf('p620'), buildOn: 'p620' }]);
  await runTest(fleet);
  expect(fleet.state().plans['p620']).toMatchObject({ on: 'p620' });
});

test('a test of no host is not one that passed', async () => {
  const fleet = await fleetOf('p620', 'razer');
  const result = await runGoal(
    fleet.context,
    'test',
    [],
    new AbortController(),
    testGoal(fleet.context, []),
  );
  expect(result).toMatchObject({
    ok: false,
    exitCode: 1,
    summary: 'Not tested: no host was chosen.',
  });
  expect(fleet.state().stages.test).toMatchObject({ kind: 'failed' });
});

describe('hosts that a test leaves out', () => {
  const withOthers = async () => {
    const fleet = await fakeFleet([
      entryOf('p620'),
      { ...entryOf('installer'), role: { kind: 'left-out', reason: 'an image' } },
      { ...entryOf('-rf'), role: { kind: 'refused', reason: 'its name starts with a dash' } },
    ]);
    Object.assign(fleet.context.nix, {
      agreedSettings: async () => [],
      checkFlakeSyntax: async () => success({ files: [], checked: 0, problems: [] }),
    });
    return fleet;
  };
  const entries = (fleet: FakeFleet) =>
    Object.values(fleet.state().hosts).flatMap(({ entry }) =>
      entry.role.kind === 'deployable' ? [entry] : [],
    );

  test('are counted and named in its last word, which does not say that every host is built', async () => {
    const fleet = await withOthers();
    const result = await runGoal(
      fleet.context,
      'test',
      ['p620'],
      new AbortController(),
      testGoal(fleet.context, entries(fleet)),
    );
    expect(result).toMatchObject({
      ok: true,
      summary: '1 host built and tested. 2 hosts left out: installer, -rf.',
    });
    expect(fleet.state().stages.test).toMatchObject({
      kind: 'passed',
      evidence: expect.stringContaining('2 hosts left out: installer, -rf'),
    });
  });
});

test('a test that failed names the hosts that failed and those that are built', async () => {
  const fleet = await fleetOf('p620', 'razer', 'nas');
  const { evaluateToplevel } = fleet.context.nix;
  Object.assign(fleet.context.nix, {
    agreedSettings: async () => [],
    checkFlakeSyntax: async () => success({ files: [], checked: 0, problems: [] }),
    evaluateToplevel: async (...args: Parameters<typeof evaluateToplevel>) =>
      args[1] === 'razer'
        ? failed({ code: 'evaluation-failed', host: 'razer', cause: 'no such option', tail: [] })
        : evaluateToplevel(...args),
  });
  const result = await runGoal(
    fleet.context,
    'test',
    ['p620', 'razer', 'nas'],
    new AbortController(),
    testGoal(
      fleet.context,
      Object.values(fleet.state().hosts).map(({ entry }) => entry),
    ),
  );
  expect(result).toMatchObject({ ok: false, exitCode: 1 });
  expect(result.summary).toBe('1 of 3 hosts failed: razer. Built: p620, nas.');
});
