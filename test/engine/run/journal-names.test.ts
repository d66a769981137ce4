import { describe, expect, test } from 'vitest';
import { createJournal } from '../../../source/engine/run/journal.ts';
import { readJournal } from '../../../source/engine/run/journal-lines.ts';
import { allUnknown } from '../../../source/model/watch/report.ts';
import type { AppEvent, RunEvent } from '../../../source/state/events.ts';
import { interruptionOf } from '../../../source/state/reducer/replay.ts';
import { fc, runs } from '../../support/chance.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

const folder = '/state/flakes/x';

/** Attributes that a `nixosConfigurations` may have: any text. */
const oddName = fc.oneof(
  fc.constantFrom(
    'constructor',
    '__proto__',
    'toString',
    'valueOf',
    '--help',
    'a b',
    'ünï',
    '../x',
    'a\nb',
    '\u2028',
    '',
    'x'.repeat(180),
  ),
  fc.string({ unit: 'binary' }),
);

/** Only such hosts are changed: others are refused. */
const safeName = fc.constantFrom('p620', 'a_b.c-d', 'x'.repeat(180));
const whose = fc.option(safeName);
const system = '/nix/store/0-nixos-system';
const text = fc.string({ unit: 'binary' });
const hosts = fc.array(oddName);
const outcome = {
  status: 'skipped',
  from: null,
  to: system,
  generation: 5,
  reason: 'x',
} as const;

type Events = {
  readonly [Type in RunEvent['type']]: fc.Arbitrary<Extract<RunEvent, { readonly type: Type }>>;
};

const events: Events = {
  'stop-asked': fc
    .record({ by: text, signal: fc.option(text, { nil: undefined }) })
    .map((event) => ({ type: 'stop-asked', ...event })),
  'run-started': hosts.map((names) => ({
    type: 'run-started',
    run: 'r',
    goal: 'run',
    hosts: names,
    tree: null,
    lock: 'x',
  })),
  'inputs-moved': text.map((input) => ({
    type: 'inputs-moved',
    lock: 'x',
    inputs: [{ input, from: null, to: input }],
  })),
  'packages-moved': fc.record({ hosts, name: text }).map(({ hosts: names, name }) => ({
    type: 'packages-moved',
    hosts: names,
    changes: [{ name, kind: 'added', old: [], new: [name] }],
    left: 0,
  })),
  'stage-changed': fc.oneof(
    fc.record({ evidence: text, hosts }).map((state) => ({
      type: 'stage-changed' as const,
      stage: 'test' as const,
      state: { kind: 'passed' as const, at: 5, ...state },
    })),
    fc.record({ evidence: text, hosts, left: hosts }).map((state) => ({
      type: 'stage-changed' as const,
      stage: 'deploy' as const,
      state: { kind: 'begun' as const, at: 5, of: 7, ...state },
    })),
    fc.record({ evidence: text, hosts }).map((state) => ({
      type: 'stage-changed' as const,
      stage: 'deploy' as const,
      state: { kind: 'partly' as const, ending: 'partly' as const, at: 5, ...state },
    })),
  ),
  'rollout-moved': hosts.map((names) => ({
    type: 'rollout-moved',
    wave: 1,
    waves: 2,
    hosts: names,
    state: 'deploying',
    until: null,
  })),
  'pause-changed': fc.boolean().map((isPaused) => ({ type: 'pause-changed', isPaused })),
  'host-worked': fc.record({ host: safeName, why: text }).map(({ host, why }) => ({
    type: 'host-worked',
    host,
    work: { kind: 'pending', why },
  })),
  'fleet-watched': text.map((detail) => ({
    type: 'fleet-watched',
    watch: {
      alerts: { kind: 'unknown', reason: { kind: 'not-reachable', detail } },
      notes: [detail],
    },
  })),
  'host-watched': fc.record({ host: safeName, detail: text }).map(({ host, detail }) => ({
    type: 'host-watched',
    host,
    watch: {
      changedAt: null,
      window: null,
      metrics: allUnknown({ kind: 'not-reachable', detail }),
      journal: { kind: 'unknown', why: detail },
    },
  })),
  described: fc.record({ host: safeName, message: text }).map(({ host, message }) => ({
    type: 'described',
    lock: null,
    tree: 'x',
    facts: {
      style: 'plain',
      changes: [],
      built: [host],
      hosts: [{ name: host, work: { kind: 'idle' } }],
      files: ['flake.lock'],
      tests: [],
    },
    message,
  })),
  proposed: text.map((reason) => ({
    type: 'proposed',
    url: 'https://git.example.org/a/b/pulls/1',
    state: 'closed',
    branch: 'nixup/0123456789ab',
    into: 'main',
    revision: 'x',
    reason,
  })),
  planned: safeName.map((host) => ({
    type: 'planned',
    host,
    mode: 'switch',
    from: null,
    fromGeneration: null,
    to: system,
  })),
  intended: fc.record({ host: whose, deed: text }).map((deed) => ({
    type: 'intended',
    ...deed,
    from: null,
    to: system,
  })),
  achieved: fc.record({ host: whose, deed: text, evidence: text }).map((deed) => ({
    type: 'achieved',
    ...deed,
  })),
  missed: fc.record({ host: whose, deed: text, name: oddName }).map(({ host, deed, name }) => ({
    type: 'missed',
    host,
    deed,
    failure: { code: 'host-name-refused', name },
  })),
  // These three are in no journal.
  logged: fc.record({ host: whose, lines: fc.array(text) }).map((said) => ({
    type: 'logged',
    ...said,
  })),
  'builder-logged': fc.array(text).map((lines) => ({
    type: 'builder-logged',
    logs: [{ derivation: system, lines }],
  })),
  progress: whose.map((host) => ({
    type: 'progress',
    host,
    builds: { done: 0, expected: 0, running: 0, failed: 0 },
    copies: { done: 0, expected: 0, running: 0, failed: 0, bytes: 0, totalBytes: 0 },
    downloads: { done: 0, expected: 0, running: 0, failed: 0, bytes: 0, totalBytes: 0 },
    activities: [],
  })) as unknown as Events['progress'],
  'causes-found': hosts.map((names) => ({
    type: 'causes-found',
    causes: [{ id: 'x', class: 'x', step: 'build', hosts: names, what: 'x' }],
  })) as unknown as Events['causes-found'],
  'build-planned': whose.map((host) => ({
    type: 'build-planned',
    host,
    plan: {
      builds: 1,
      fetches: 0,
      downloadBytes: null,
      unpackedBytes: null,
      shared: 0,
      compiles: [],
      workMs: null,
      estimated: 0,
      on: null,
    },
  })),
  bisected: fc.record({ host: safeName, hosts }).map(({ host, hosts: names }) => ({
    type: 'bisected',
    progress: {
      host,
      hosts: names,
      what: 'x',
      inputs: ['constructor', '__proto__'],
      probes: [],
      trying: null,
      suspects: [],
      atMost: 1,
      builds: 0,
      outcome: { kind: 'searching' },
    },
  })),
  result: hosts.map((names) => ({
    type: 'result',
    run: 'r',
    ok: true,
    exitCode: 0,
    hosts: Object.fromEntries(names.map((name) => [name, outcome])),
    commit: null,
    build: null,
    summary: 'x',
  })),
};

const inNoJournal: ReadonlySet<string> = new Set(['logged', 'builder-logged', 'progress']);

/** The events of a journal after these were written to it, and how many of its lines are damaged. */
const writeAndRead = async (written: readonly (AppEvent & RunEvent)[]) => {
  const { world } = await fakeFleet([], {});
  const journal = createJournal(world, folder);
  const answers = await Promise.all(written.map((event) => journal.write('r', event)));
  return { answers, ...(await journal.readWhole('r')) };
};

describe('whatever nixup writes into its journal, it reads', () => {
  test.each(Object.entries(events))('%s', async (type, made) => {
    await fc.assert(
      fc.asyncProperty(made as fc.Arbitrary<RunEvent>, async (event) => {
        const read = await writeAndRead([{ ...event, at: 5 }]);
        expect(read.answers).toMatchObject([{ ok: true }]);
        expect(read.unread).toBe(0);
        expect(read.events.map((one) => one.type)).toEqual(inNoJournal.has(type) ? [] : [type]);
      }),
      { numRuns: runs(40) },
    );
  });

  test('names that a host can have are all kept', async () => {
    const names = ['p620', 'constructor', 'a b', '__proto__', 'p510'];
    const { events: read } = await writeAndRead([
      { type: 'run-started', run: 'r', goal: 'run', hosts: names, tree: null, lock: null, at: 1 },
    ]);
    expect(read).toMatchObject([{ hosts: ['p620', 'a b', 'p510'] }]);
  });

  test('a deed that could not be read back is not announced, so that it is not done', async () => {
    const { answers, events: read } = await writeAndRead([
      { type: 'intended', host: 'constructor', deed: 'activate', from: null, to: null, at: 1 },
    ]);
    expect(answers).toMatchObject([{ ok: false, failure: { code: 'file-failed' } }]);
    expect(read).toEqual([]);
  });
});

test('a line that an earlier version wrote with such a name is no damage, and its run is over', () => {
  const names = ['constructor', '__proto__', 'p620'];
  const line = (event: object): string => `${JSON.stringify({ at: 1, ...event })}\n`;
  const { events: read, unread } = readJournal(
    [
      line({ type: 'run-started', run: 'r', goal: 'run', hosts: names, tree: null, lock: null }),
      line({ type: 'intended', host: null, deed: 'update', from: null, to: null }),
      line({
        type: 'result',
        run: 'r',
        ok: true,
        exitCode: 0,
        hosts: Object.fromEntries(names.map((name) => [name, outcome])),
        commit: null,
        build: null,
        summary: 'x',
      }),
    ].join(''),
  );
  expect(unread).toBe(0);
  expect(read).toMatchObject([{ hosts: ['p620'] }, {}, { hosts: { p620: outcome } }]);
  expect(interruptionOf('r', read)).toBeUndefined();
});

test('no log is written outside of its run', async () => {
  const { world } = await fakeFleet([], {});
  const journal = createJournal(world, folder);
  await journal.write('r', { type: 'logged', host: '../../x', lines: ['said'], at: 1 });
  expect(await world.files.read(`${folder}/runs/r/fleet.log`)).toMatchObject({
    value: '1970-01-01 00:00:00 said\n',
  });
});
