import { expect, test } from 'vitest';
import type { InterruptedRun } from '../../source/state/run.ts';
import { entry, fleet, outcome, play, result, toplevel } from '../support/fake-program.ts';

const rollbackTarget = {
  host: 'p620',
  from: toplevel('p620'),
  fromGeneration: 8,
  to: toplevel('p620', 'a'),
  toGeneration: 7,
  madeGeneration: 9,
  policy: 'auto',
  commands: [],
} as const;

test('rollback shows from and to, and asks', async () => {
  const played = await play('rollback p620', () => ({
    facts: fleet(entry('p620')),
    typed: ['y'],
    engine: {
      rollback: {
        plan: () => ({ targets: [rollbackTarget], leftOut: [] }),
        run: async () => result({ hosts: { p620: outcome('succeeded') } }),
      },
    },
  }));
  expect(played.status).toBe(0);
  expect(played.stderr).toMatch(/p620 +g8 → g7, as g9/);
});

test('--generation is passed on by number', async () => {
  const played = await play('rollback p620 --generation 3 --yes', () => ({
    facts: fleet(entry('p620')),
    engine: { rollback: { run: async () => result() } },
  }));
  expect(played.calls).toContain('rollback.plan ["p620"] {"kind":"generation","number":3}');
});

test('lock, commit and branch go back with the hosts, in one deed', async () => {
  const played = await play('rollback --lock --commit --push --yes', () => ({
    facts: fleet(entry('p620')),
    engine: { rollback: { run: async () => result() } },
  }));
  expect(played.calls).toContain(
    'rollback.run {"targets":[],"leftOut":[]} {"lock":true,"commit":true,"push":true}',
  );
});

test('what stays with a protected host is not announced as going back', async () => {
  const two = () => ({
    facts: fleet(entry('p620'), entry('nas', 'protected')),
    engine: {
      rollback: {
        plan: () => ({
          targets: [
            rollbackTarget,
            { ...rollbackTarget, host: 'nas', policy: 'protected' as const },
          ],
          leftOut: [],
        }),
        run: async () => result({ hosts: { p620: outcome('succeeded') } }),
      },
    },
  });
  const left = await play('rollback --lock --yes', two);
  expect(left.stderr).not.toContain('then the lock goes back');
  expect(left.stderr).toMatch(/the lock stays as it is, because not every host goes back: nas/);
  const all = await play('rollback --lock --yes --confirm nas', two);
  expect(all.stderr).toContain('then the lock goes back to the committed one');
});

test('clean shows what goes and what stays, and without a word removes nothing', async () => {
  const generation = (number: number) => ({
    number,
    path: toplevel('p620'),
    at: 0,
    nixosVersion: '26.05',
    revision: null,
    kernel: null,
  });
  const scene = () => ({
    facts: fleet(entry('p620')),
    engine: {
      clean: {
        plan: () => ({
          targets: [
            {
              host: 'p620',
              policy: 'auto' as const,
              remove: [generation(1)],
              commands: [],
              keep: [{ generation: generation(2), why: ['runs', 'known good'] }],
            },
          ],
          leftOut: [],
        }),
        run: async () => result({ summary: 'cleaned' }),
      },
    },
  });
  const looked = await play('clean p620', scene);
  expect(looked.status).toBe(3);
  expect(looked.stderr).toMatch(/g2 .*stays: runs, known good\n *g1 .*goes/);
  expect(looked.calls.some((call) => call.startsWith('clean.run '))).toBe(false);
  expect((await play('clean p620 --yes', scene)).stdout).toContain('cleaned');
});

const interrupted: InterruptedRun = {
  id: '20261120-101010-abcdef',
  goal: 'deploy',
  startedAt: 0,
  lastEventAt: 0,
  hosts: ['p620', 'razer'],
  mode: 'switch',
  targets: { p620: toplevel('p620'), razer: toplevel('razer', 'a') },
  origins: { p620: toplevel('p620', 'a'), razer: toplevel('razer', 'c') },
  restarts: [],
  openDeeds: [{ host: 'p620', deed: 'activate', from: null, to: null, at: 0 }],
  finishedHosts: [],
};

const cutOff = (say: (event: { type: 'interruption-found'; run: InterruptedRun }) => void) => ({
  open: async () => {
    say({ type: 'interruption-found', run: interrupted });
    return { ok: true, value: undefined } as const;
  },
  runs: { resume: async (choice: string) => result({ summary: `did ${choice}` }) },
});

test('resume shows what is true on each host, and without a choice names the ways', async () => {
  const played = await play('resume', (say) => ({
    facts: fleet(entry('p620'), entry('razer')),
    engine: cutOff(say),
  }));
  expect(played.status).toBe(3);
  expect(played.stderr).toMatch(/p620 +the old system/);
  expect(played.stderr).toMatch(/razer +the new system/);
  expect(played.stderr).toContain('Started, result unknown: activate on p620');
  expect(played.stderr).toContain('nixup resume finish --yes');
});

test('resume finish --yes finishes; leave needs nobody to agree', async () => {
  const of = (line: string) =>
    play(line, (say) => ({ facts: fleet(entry('p620'), entry('razer')), engine: cutOff(say) }));
  expect((await of('resume finish --yes')).stdout).toBe('did finish');
  expect((await of('resume leave')).stdout).toBe('did leave');
  expect((await of('resume finish')).status).toBe(3);
});

test('resume does not touch a protected host that nobody named', async () => {
  const of = (line: string) =>
    play(line, (say) => ({
      facts: fleet(entry('p620', 'protected'), entry('razer')),
      engine: cutOff(say),
    }));
  const refused = await of('resume finish --yes');
  expect(refused.status).toBe(3);
  expect(refused.stderr).toContain('nixup resume finish --yes --confirm p620');
  expect((await of('resume finish --yes --confirm p620')).stdout).toBe('did finish');
});

test('resume takes nothing back that a later run deployed, unless the host is named', async () => {
  const since = [
    { host: 'p620', run: 'run-2', deed: 'deploy', toplevel: toplevel('p620'), commit: 'abc' },
  ] as const;
  const of = (line: string, typed?: readonly string[]) =>
    play(line, (say) => ({
      facts: fleet(entry('p620'), entry('razer')),
      ...(typed === undefined ? {} : { typed }),
      engine: {
        ...cutOff(say),
        open: async () => {
          say({ type: 'interruption-found', run: { ...interrupted, since } });
          return { ok: true, value: undefined } as const;
        },
      },
    }));
  const refused = await of('resume rollback --yes');
  expect(refused.status).toBe(3);
  expect(refused.stderr).toContain(
    'p620 was deployed since by the run run-2, which committed that as abc.',
  );
  expect(refused.stderr).toContain('nixup resume leave');
  expect(refused.stderr).toContain('nixup resume rollback --yes --confirm p620');
  expect(refused.calls.some((call) => call.startsWith('runs.resume '))).toBe(false);
  expect((await of('resume rollback --yes --confirm p620')).stdout).toBe('did rollback');
  expect((await of('resume rollback', ['y', 'p620'])).stdout).toBe('did rollback');
  expect((await of('resume rollback', ['y', 'no'])).status).toBe(3);
  // It runs what it was to get: there is nothing to take from it.
  expect((await of('resume finish --yes')).stdout).toBe('did finish');
});

test('history lists runs, and one of them in full', async () => {
  const run = {
    id: '20261120-101010-abcdef',
    goal: 'run',
    startedAt: Date.UTC(2026, 10, 20, 10, 10, 10),
    hosts: ['p620'],
    ending: {
      at: Date.UTC(2026, 10, 20, 10, 11, 15),
      result: result({ summary: 'Updated and committed.' }),
    },
  } as const;
  const scene = (
    say: (event: { type: 'history-listed'; runs: readonly [typeof run] }) => void,
  ) => ({
    engine: {
      open: async () => {
        say({ type: 'history-listed', runs: [run] });
        return { ok: true, value: undefined } as const;
      },
      runs: {
        read: async () => [
          {
            type: 'stage-changed',
            stage: 'test',
            state: { kind: 'passed', evidence: '4 of 4', at: 0 },
            at: run.startedAt,
          } as const,
        ],
      },
    },
  });
  const list = await play('history', scene);
  expect(list.stdout).toMatch(
    /^20261120-101010-abcdef +2026-11-20 10:10 +run +1 m 05 s +well +Updated and committed\.$/m,
  );
  expect(JSON.parse((await play('history --json', scene)).stdout)).toMatchObject({
    runs: [{ endedAt: run.ending.at, result: { summary: 'Updated and committed.' } }],
  });
  const full = await play('history abcdef', scene);
  expect(full.stdout).toContain('10:10:10  test       passed: 4 of 4');
  const unknown = await play('history zzz', scene);
  expect(unknown.status).toBe(2);
});

test.each([
  ['revert'],
  ['revert a --all'],
  ['revert --all --undo'],
])('%s does not say what is to go back', async (line) => {
  const { status, stderr, calls } = await play(line, () => ({}));
  expect(status).toBe(2);
  expect(stderr).toContain('needs inputs, --all or --undo');
  expect(calls).toEqual([]);
});

test.each([
  ['revert --all', 'committed'],
  ['revert --undo', 'undo'],
])('%s puts the whole lock back', async (line, wish) => {
  const { calls } = await play(line, () => ({
    engine: { lock: { restore: async () => result() } },
  }));
  expect(calls).toContain(`lock.restore "${wish}"`);
});
