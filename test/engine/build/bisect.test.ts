import { describe, expect, test } from 'vitest';
import { runBisect } from '../../../source/engine/build/bisect.ts';
import { runTests } from '../../../source/engine/build/test.ts';
import {
  badRevisionWarnings,
  tellBadRevisions,
} from '../../../source/engine/inputs/bad-revisions.ts';
import { runHold } from '../../../source/engine/lock/hold.ts';
import { observeLock } from '../../../source/engine/lock/observe.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { guiltyInputs } from '../../../source/model/causes/bisect.ts';
import { failed, success } from '../../../source/model/result.ts';
import { causeOf } from '../../../source/parsers/nix/error.ts';
import { entryOf } from '../../fixtures/states.ts';
import { type FakeFleet, fakeFleet } from '../../support/fake-fleet.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

const revision = (generation: number): string => String(generation).repeat(40);

const lockText = (generationOf: (name: string) => number): string =>
  `${JSON.stringify({
    version: 7,
    root: 'root',
    nodes: {
      root: { inputs: Object.fromEntries(names.map((name) => [name, name])) },
      ...Object.fromEntries(
        names.map((name) => [
          name,
          {
            locked: {
              type: 'git',
              url: `https://example.org/${name}`,
              rev: revision(generationOf(name)),
              narHash: `sha256-${name}${generationOf(name)}`,
              lastModified: 1_700_000_000 + generationOf(name),
            },
            original: { type: 'git', url: `https://example.org/${name}` },
          },
        ]),
      ),
    },
  })}\n`;

const committed = lockText(() => 1);
const updated = lockText(() => 2);

interface Scene {
  readonly fleet: FakeFleet;
  readonly builds: string[];
}

/** A fleet whose hosts fail to build when all of these inputs are updated; `versions` brings a newer widget. */
const scene = async (
  guilty: Readonly<Record<string, readonly string[]>>,
  versions = 'none',
): Promise<Scene> => {
  const fleet = await fakeFleet(
    ['p620', 'razer', 'p510'].map((name) => entryOf(name)),
    { files: { '/flake/flake.lock': updated } },
  );
  const { world } = fleet;
  const builds: string[] = [];
  const isUpdated = (text: string, name: string): boolean =>
    (JSON.parse(text) as { nodes: Record<string, { locked: { rev: string } }> }).nodes[name]?.locked
      .rev === revision(2);
  const newOnes = (reference: string): readonly string[] => {
    const folder = reference.replace(/^path:/, '');
    const text = world.texts.get(`${folder}/flake.lock`) ?? '';
    return names.filter((name) => isUpdated(text, name));
  };
  const exec = world.exec;
  Object.assign(world, {
    exec: async (...args: Parameters<typeof exec>) =>
      args[0].file === 'git' ? success({ stdout: '', stderr: '', tookMs: 1 }) : exec(...args),
  });
  Object.assign(fleet.context.git, {
    show: async () => success(committed),
    place: async () => success({ root: '/flake', gitFolder: '/flake/.git', prefix: '' }),
  });
  const systems = new Map<string, readonly string[]>();
  const builtPaths = new Set<string>();
  const { openBuilds } = fleet.context.nix;
  Object.assign(fleet.context.nix, {
    isValid: async (path: string) => builtPaths.has(path),
    rebuilds: async () => true,
    metadataAccepts: async () =>
      success({ kind: 'accepted', description: null, revision: null, lastModified: null }),
    evaluateToplevel: async (reference: string, host: string) => {
      const relevant = [...(guilty[host] ?? []), versions];
      const present = newOnes(reference).filter((name) => relevant.includes(name));
      const toplevel = `/nix/store/${host}-${present.join('')}`;
      systems.set(toplevel, present);
      return success({ toplevel, derivation: `${toplevel}.drv` });
    },
    openBuilds: async (...args: Parameters<typeof openBuilds>) => {
      const opened = await openBuilds(...args);
      if (!opened.ok) return opened;
      return success({
        ...opened.value,
        build: async (request: { readonly host: string; readonly toplevel: string }) => {
          const { host, toplevel } = request;
          builds.push(host);
          const wanted = guilty[host] ?? [];
          const present = systems.get(toplevel) ?? [];
          if (wanted.length === 0 || wanted.some((name) => !present.includes(name))) {
            builtPaths.add(toplevel);
            return opened.value.build({ ...request, derivation: null });
          }
          const because = {
            class: 'builder-failed',
            message: 'Cannot build widget',
            derivation: `/nix/store/${'a'.repeat(32)}-widget-${versions === 'none' || present.includes(versions) ? 2 : 1}.drv`,
            position: null,
            positions: [],
            expected: null,
            got: null,
            tail: ['error: unknown type name'],
          } as const;
          const outcome = failed({
            code: 'build-failed',
            host,
            cause: because.message,
            derivation: because.derivation,
            tail: because.tail,
            because,
          } as const);
          return { host, outcome, cause: because };
        },
      });
    },
  });
  return { fleet, builds };
};

const inSession = <Value>(
  fleet: FakeFleet,
  work: (session: Parameters<typeof runTests>[1]) => Promise<Value>,
  controller = new AbortController(),
): Promise<Value> =>
  new Promise((resolve, reject) => {
    let value: Promise<Value> | undefined;
    // Answered when the run is over: a second one is refused while the first holds the lock.
    runGoal(fleet.context, 'bisect', [], controller, async (session) => {
      value = work(session);
      await value;
      return { summary: '' };
    }).then(() => (value === undefined ? reject(new Error('refused')) : resolve(value)), reject);
  });

const testAll = (fleet: FakeFleet): Promise<boolean> =>
  inSession(fleet, (session) =>
    runTests(
      fleet.context,
      session,
      Object.values(fleet.state().hosts).map(({ entry }) => entry),
    ),
  );

const bisect = (fleet: FakeFleet, controller?: AbortController) =>
  inSession(
    fleet,
    (session) => runBisect(fleet.context, session, fleet.state().causes),
    controller,
  );

describe('ten inputs moved, and one breaks two of three hosts', () => {
  test('the failure is one cause, and its input is named with at most five builds', async () => {
    const { fleet, builds } = await scene({ razer: ['g'], p510: ['g'] });
    expect(await testAll(fleet)).toBe(false);
    expect(fleet.state().causes.map(({ hosts }) => hosts)).toEqual([['razer', 'p510']]);
    builds.length = 0;
    const searched = await bisect(fleet);
    expect(searched).toMatchObject({
      ok: true,
      value: [{ outcome: { kind: 'found', inputs: ['g'], isExact: true } }],
    });
    for (const host of ['razer', 'p510'])
      expect(builds.filter((one) => one === host).length).toBeLessThanOrEqual(5);
    expect(fleet.state().searches.at(-1)?.outcome.kind).toBe('found');
    // The working tree never knew.
    expect(fleet.world.texts.get('/flake/flake.lock')).toBe(updated);
  });

  test('holding it puts exactly that input back, and then every host passes', async () => {
    const { fleet } = await scene({ razer: ['g'], p510: ['g'] });
    await testAll(fleet);
    await bisect(fleet);
    const guilty = guiltyInputs(fleet.state().searches);
    expect(
      await inSession(fleet, (session) =>
        runHold(fleet.context, session, guilty, { reason: 'breaks razer', until: null }),
      ),
    ).toMatchObject({ ok: true });
    expect(JSON.parse(fleet.world.texts.get('/flake/flake.lock') ?? '')).toEqual(
      JSON.parse(lockText((name) => (name === 'g' ? 1 : 2))),
    );
    expect(fleet.world.texts.get('/flake/nixup.toml')).toBe(
      '[inputs.g]\nhold = { reason = "breaks razer" }\n',
    );
    fleet.tree = 'tree-2';
    expect(await testAll(fleet)).toBe(true);
  });

  test('the revision is remembered: the next update says so', async () => {
    const { fleet } = await scene({ razer: ['g'], p510: ['g'] });
    await testAll(fleet);
    await bisect(fleet);
    fleet.world.advance(2 * 86_400_000);
    await observeLock(fleet.context);
    expect(badRevisionWarnings(fleet.context)).toEqual([
      expect.stringMatching(
        /^g is at 2222222, which failed on razer, p510 2 d ago: widget-2 does not build.*nixup hold g$/,
      ),
    ]);
    tellBadRevisions(fleet.context);
    expect(fleet.state().standings['g']).toMatchObject({
      kind: 'failed-before',
      hosts: ['razer', 'p510'],
    });
  });
});

test('two inputs that break a host only together are named as a pair', async () => {
  const { fleet } = await scene({ razer: ['c', 'h'] });
  await testAll(fleet);
  const searched = await bisect(fleet);
  expect(searched.ok && searched.value[0]?.outcome).toMatchObject({
    kind: 'found',
    isExact: true,
    inputs: expect.arrayContaining(['c', 'h']),
  });
  expect(guiltyInputs(fleet.state().searches)).toHaveLength(1);
});

test('the same package failing in its older version is the same failure', async () => {
  const { fleet } = await scene({ razer: ['c'] }, 'h');
  await testAll(fleet);
  const searched = await bisect(fleet);
  expect(searched.ok && searched.value[0]?.outcome).toEqual({
    kind: 'found',
    isExact: true,
    inputs: ['c'],
  });
});

test('what breaks the evaluation is found although another input breaks the build', async () => {
  const { fleet, builds } = await scene({ razer: ['g'] });
  const { evaluateToplevel } = fleet.context.nix;
  Object.assign(fleet.context.nix, {
    evaluateToplevel: async (...args: Parameters<typeof evaluateToplevel>) => {
      const [reference, host] = args;
      const text = fleet.world.texts.get(`${reference.replace(/^path:/, '')}/flake.lock`) ?? '{}';
      const isBroken = JSON.parse(text).nodes?.d?.locked?.rev === revision(2);
      return host === 'razer' && isBroken
        ? failed({ code: 'evaluation-failed', host, cause: 'option gone', tail: [] } as const)
        : evaluateToplevel(...args);
    },
  });
  await testAll(fleet);
  builds.length = 0;
  const searched = await bisect(fleet);
  expect(searched.ok && searched.value[0]?.outcome).toEqual({
    kind: 'found',
    isExact: true,
    inputs: ['d'],
  });
  expect(builds).toEqual([]);
});

test('a search that was canceled goes on where it ended', async () => {
  const { fleet } = await scene({ razer: ['g'] });
  await testAll(fleet);
  const controller = new AbortController();
  const { evaluateToplevel } = fleet.context.nix;
  let tries = 0;
  Object.assign(fleet.context.nix, {
    evaluateToplevel: async (...args: Parameters<typeof evaluateToplevel>) => {
      tries += 1;
      if (tries === 3) {
        controller.abort();
        return failed({ code: 'canceled', what: 'evaluation' } as const);
      }
      return evaluateToplevel(...args);
    },
  });
  const first = await bisect(fleet, controller);
  expect(first.ok && first.value[0]?.outcome.kind).toBe('stopped');
  const known = fleet.state().searches.at(-1)?.probes.length ?? 0;
  expect(known).toBe(2);
  tries = 3;
  const second = await bisect(fleet);
  expect(second.ok && second.value[0]?.outcome).toMatchObject({ kind: 'found', inputs: ['g'] });
  // And once the lock of before, by which the revision is proven to be the reason.
  expect(tries - 3).toBe((second.ok ? (second.value[0]?.probes.length ?? 0) : 0) - known + 1);
});

test('without an input that moved, none is blamed', async () => {
  const { fleet } = await scene({ razer: ['g'] });
  await testAll(fleet);
  await fleet.world.files.write('/flake/flake.lock', committed);
  await observeLock(fleet.context);
  expect(await bisect(fleet)).toMatchObject({ ok: false, failure: { code: 'gate-closed' } });
});

describe('one input moved', () => {
  const oneMoved = lockText((name) => (name === 'g' ? 2 : 1));

  const testOne = async (work: {
    readonly rebuilds?: boolean;
    readonly tail?: readonly string[];
  }): Promise<readonly string[]> => {
    const { fleet } = await scene({ p620: ['g'], razer: ['g'], p510: ['g'] });
    await fleet.world.files.write('/flake/flake.lock', oneMoved);
    const { openBuilds } = fleet.context.nix;
    Object.assign(fleet.context.nix, {
      rebuilds: async () => work.rebuilds ?? true,
      // The systems of the committed lock are in the store.
      isValid: async (path: string) => path.endsWith('-'),
      openBuilds: async (...args: Parameters<typeof openBuilds>) => {
        const opened = await openBuilds(...args);
        if (!opened.ok || work.tail === undefined) return opened;
        const because = causeOf([
          "error: builder for '/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-widget-2.drv' failed with exit code 1;",
          '       last 1 log lines:',
          ...work.tail.map((line) => `       > ${line}`),
        ]);
        return success({
          ...opened.value,
          build: async ({ host }: { readonly host: string }) => ({
            host,
            outcome: failed({
              code: 'build-failed',
              host,
              cause: because.message,
              derivation: because.derivation,
              tail: because.tail,
              because,
            } as const),
            cause: because,
          }),
        });
      },
    });
    await testAll(fleet);
    return fleet.context.records
      .badRevisions()
      .map(({ input, host }) => `${input} on ${host}`)
      .sort();
  };

  test('is remembered where the same host builds with the lock of before', async () => {
    expect(await testOne({})).toEqual(['g on p510', 'g on p620', 'g on razer']);
  });

  test('is not remembered where builders do not build again what they built before', async () => {
    expect(await testOne({ rebuilds: false })).toEqual([]);
  });

  test.each([
    ["ErrorErrorDexecuting '/bin/sh': No such file or directory"],
    ['./configure: /bin/sh: bad interpreter: No such file or directory'],
    ['cp: cannot create regular file: Read-only file system'],
    ['make: fork: Resource temporarily unavailable'],
    ['curl: (6) Could not resolve host: example.org'],
    ['ld: final link failed: No space left on device'],
  ])('is not remembered where a builder says: %s', async (line) => {
    expect(await testOne({ tail: [line] })).toEqual([]);
  });
});
