import { expect, test, vi } from 'vitest';
import { findRecipes } from '../../../source/engine/build/recipes.ts';
import { runTests } from '../../../source/engine/build/test.ts';
import { makeCommitPlan } from '../../../source/engine/commit/commit.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { defaultConfig } from '../../../source/model/config/settings.ts';
import { failed, success } from '../../../source/model/result.ts';
import { createTrust } from '../../../source/services/config/trust.ts';
import type { Exec } from '../../../source/services/world/world.ts';
import { entryOf } from '../../fixtures/states.ts';
import { type FakeFleet, fakeFleet } from '../../support/fake-fleet.ts';

const justfile = 'check-syntax:\n    true\nvalidate-quick:\n    true\nquick-test:\n    true\n';

const fleetWith = async (
  answer: (shown: string, fleet: FakeFleet) => number | readonly [number, string],
): Promise<{ readonly fleet: FakeFleet; readonly ran: string[] }> => {
  const fleet = await fakeFleet([entryOf('p620'), entryOf('razer')], {
    files: { '/flake/Justfile': justfile },
  });
  await createTrust(fleet.world).trust('/flake/Justfile', justfile);
  const ran: string[] = [];
  const exec: Exec = async ({ file, args }) => {
    const shown = [file, ...args].join(' ');
    ran.push(shown);
    const given = answer(shown, fleet);
    const [exitCode, line] = typeof given === 'number' ? [given, ''] : given;
    return exitCode === 0
      ? success({ stdout: '', stderr: '', tookMs: 1 })
      : failed({ code: 'command-failed', command: shown, exitCode, tail: [line] });
  };
  Object.assign(fleet.world, { exec });
  return { fleet, ran };
};

const runTest = (fleet: FakeFleet) =>
  runGoal(fleet.context, 'test', [], new AbortController(), async (session) => {
    const entries = Object.values(fleet.state().hosts).map(({ entry }) => entry);
    await runTests(fleet.context, session, entries);
    return { summary: '' };
  });

const notices = (fleet: FakeFleet): readonly string[] =>
  fleet.state().notices.map(({ text }) => text);

const breakHost = (fleet: FakeFleet, broken: string): void => {
  const { evaluateToplevel } = fleet.context.nix;
  Object.assign(fleet.context.nix, {
    evaluateToplevel: async (...args: Parameters<typeof evaluateToplevel>) =>
      args[1] === broken
        ? failed({ code: 'evaluation-failed', host: broken, cause: 'no', tail: [] } as const)
        : evaluateToplevel(...args),
  });
};

const breakSyntax = (fleet: FakeFleet): void => {
  Object.assign(fleet.context.nix, {
    agreedSettings: async () => [],
    checkFlakeSyntax: async () =>
      success({
        files: ['a.nix'],
        checked: 1,
        problems: [{ file: 'a.nix', line: 1, column: 1, message: 'syntax error', excerpt: [] }],
      }),
  });
};

test('trusted recipes run, and all agree', async () => {
  const { fleet, ran } = await fleetWith(() => 0);
  await runTest(fleet);
  expect(ran).toEqual(['just check-syntax', 'just validate-quick', 'just quick-test']);
  expect(fleet.state().stages.test.kind).toBe('passed');
  expect(notices(fleet)).toEqual([]);
});

const testedIn = async (fleet: FakeFleet): Promise<string | undefined> => {
  Object.assign(fleet.context.git, {
    pathOf: async (file: string) => success(file),
    treeAt: async () => null,
    commitObstacle: async () => null,
    commitCommands: async () => success([]),
  });
  const { message } = await makeCommitPlan(fleet.context);
  return /^Tested: .*$/m.exec(message)?.[0];
};

test('the message of the commit names the recipes that passed, and none that lied', async () => {
  const { fleet } = await fleetWith((shown) => (shown === 'just check-syntax' ? 1 : 0));
  await runTest(fleet);
  expect(await testedIn(fleet)).toBe('Tested: just validate-quick, just quick-test');
  const lied = await fleetWith(() => 0);
  breakHost(lied.fleet, 'razer');
  await runTest(lied.fleet);
  expect(await testedIn(lied.fleet)).toBe('Tested: just check-syntax, just validate-quick');
});

test('what passed for a tree is no word about another one', async () => {
  const { fleet } = await fleetWith(() => 0);
  await runTest(fleet);
  fleet.tree = 'tree-2';
  expect(await testedIn(fleet)).toBeUndefined();
});

test('nothing of an untrusted Justfile runs, and it is offered', async () => {
  const { fleet, ran } = await fleetWith(() => 0);
  await fleet.world.files.write('/flake/Justfile', `${justfile}\nnew:\n    rm -rf /\n`);
  await runTest(fleet);
  expect(ran).toEqual([]);
  expect((await findRecipes(fleet.context)).offer).toMatch(
    /just check-syntax.*nixup test --trust$/,
  );
});

test('a command of nixup.toml that calls an untrusted Justfile does not run', async () => {
  const fleet = await fakeFleet([entryOf('p620')], {
    config: {
      commands: { ...defaultConfig.commands, validate: ['just', 'x'], syntax: ['./check'] },
    },
    files: { '/flake/Justfile': 'x:\n    true\n' },
  });
  const found = await findRecipes({ ...fleet.context, isTrusted: true });
  expect(found.recipes).toEqual([{ use: 'syntax', words: ['./check'] }]);
  expect(found.offer).toContain('just x');
});

test('trap: check-syntax ends with 0 although a file is broken', async () => {
  const { fleet } = await fleetWith(() => 0);
  breakSyntax(fleet);
  await runTest(fleet);
  expect(fleet.state().stages.test.kind).toBe('failed');
  expect(notices(fleet)[0]).toMatch(/^just check-syntax says that all is well, and it is not/);
});

test('trap: quick-test ends with 0 although a host fails', async () => {
  const { fleet } = await fleetWith(() => 0);
  breakHost(fleet, 'razer');
  expect((await runTest(fleet)).exitCode).toBe(1);
  expect(fleet.state().stages.test.kind).toBe('failed');
  expect(notices(fleet)).toContainEqual(
    expect.stringMatching(/^just quick-test says that all is well.*razer is not built/),
  );
});

test('trap: a recipe rewrites the lock while it says that it only looks', async () => {
  const { fleet } = await fleetWith((shown, { context }) => {
    if (shown === 'just quick-test')
      void context.world.files.write(
        '/flake/flake.lock',
        '{"version":7,"root":"root","nodes":{"root":{}}}',
      );
    return 0;
  });
  await runTest(fleet);
  expect(fleet.state().stages.test.kind).toBe('outdated');
});

test('trap: a recipe edits the tree that is tested', async () => {
  const { fleet } = await fleetWith((shown, fake) => {
    if (shown === 'just validate-quick') fake.tree = 'tree-2';
    return 0;
  });
  await runTest(fleet);
  expect(fleet.state().stages.test.kind).toBe('outdated');
});

test('trap: a recipe fails for a sleeping laptop, and says what it was', async () => {
  const { fleet } = await fleetWith((shown) =>
    shown === 'just quick-test' ? [255, 'ssh: connect to host razer port 22: No route to host'] : 0,
  );
  await runTest(fleet);
  expect(fleet.state().stages.test.kind).toBe('passed');
  expect(notices(fleet)).toEqual([expect.stringContaining('could not be reached (asleep?)')]);
});

test('a validation of the fleet that fails, fails the step before anything is built', async () => {
  const { fleet } = await fleetWith((shown) => (shown === 'just validate-quick' ? [2, 'no'] : 0));
  await runTest(fleet);
  expect(fleet.state().stages.test).toMatchObject({
    kind: 'failed',
    reason: 'just validate-quick ended with 2: no',
  });
  expect(fleet.state().hosts['p620']?.work.kind).toBe('idle');
});

test('a recipe that hangs is said to be silent, ended, and believed nothing', async () => {
  vi.useFakeTimers();
  try {
    const { fleet } = await fleetWith(() => 0);
    const limits: (number | undefined)[] = [];
    const started = Date.now();
    Object.assign(fleet.world.clock, { now: () => Date.now() });
    const exec: Exec = async (_command, { timeoutMs } = {}) => {
      limits.push(timeoutMs);
      if (limits.length > 1) return success({ stdout: '', stderr: '', tookMs: 1 });
      await vi.advanceTimersByTimeAsync(timeoutMs ?? 0);
      return failed({ code: 'command-timeout', command: 'x', afterMs: timeoutMs ?? 0, tail: [] });
    };
    Object.assign(fleet.world, { exec });
    await runTest(fleet);
    expect(Date.now() - started).toBe(15 * 60_000);
    expect(limits.every((limit) => limit !== undefined)).toBe(true);
    expect(notices(fleet)).toEqual([
      'just check-syntax has said nothing for 2 m 00 s; ^c cancels, and it is ended after 15 m 00 s',
      expect.stringMatching(/^just check-syntax did not end although every tracked file parses: /),
    ]);
    expect(fleet.state().stages.test.kind).toBe('passed');
  } finally {
    vi.useRealTimers();
  }
});
