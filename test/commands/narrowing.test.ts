import { expect, test } from 'vitest';
import type { LockFacts } from '../../source/model/lock/facts.ts';
import type { InterruptedRun, RunSummary } from '../../source/state/run.ts';
import { entry, fleet, outcome, play, result, toplevel } from '../support/fake-program.ts';

const hosts = fleet(entry('p620', 'auto', ['server']), entry('razer', 'auto', ['laptop']));

const ran = (id: string, names: readonly string[]): RunSummary => ({
  id,
  goal: 'deploy',
  startedAt: 0,
  hosts: names,
  ending: {
    at: 1,
    result: result({
      hosts: Object.fromEntries(names.map((name) => [name, outcome('succeeded', name)])),
    }),
  },
});

const history = [ran('run-both', ['p620', 'razer']), ran('run-laptop', ['razer'])];

test('history shows the runs of the hosts that --on names, and of a run those hosts', async () => {
  const scene = (say: Parameters<Parameters<typeof play>[1]>[0]) => ({
    facts: hosts,
    engine: {
      open: async () => {
        say({ type: 'history-listed', runs: history });
        return { ok: true, value: undefined } as const;
      },
      runs: {
        read: async () => [
          { type: 'logged', host: 'razer', lines: ['of razer'], at: 1 } as const,
          { type: 'logged', host: 'p620', lines: ['of p620'], at: 1 } as const,
        ],
      },
    },
  });
  const listed = await play('history --on @server', scene);
  expect(listed.stdout).toContain('run-both');
  expect(listed.stdout).not.toContain('run-laptop');
  expect((await play('history', scene)).stdout).toContain('run-laptop');
  const one = await play('history run-both --on server', scene);
  expect(one.stdout).toMatch(/^p620 /m);
  expect(one.stdout).not.toMatch(/^razer /m);
  expect(one.stdout).not.toContain('of razer');
  expect((await play('history --on @nosuch', scene)).status).toBe(2);
});

test('a host of --host is sought in the last sentences too, and a name that nobody has is told with the nearest one', async () => {
  const base = ran('run-refused', []);
  const refused: RunSummary = {
    ...base,
    ending: {
      at: 1,
      result: result({ ok: false, exitCode: 3, summary: 'p620: the gate is closed.' }),
    },
  };
  const scene = (say: Parameters<Parameters<typeof play>[1]>[0]) => ({
    facts: hosts,
    engine: {
      open: async () => {
        say({ type: 'history-listed', runs: [refused] });
        return { ok: true, value: undefined } as const;
      },
    },
  });
  expect((await play('history --host p620', scene)).stdout).toContain('run-refused');
  const known = await play('history --host razer', scene);
  expect(known).toMatchObject({ status: 0 });
  expect(known.stdout).toContain('No run fits --host razer');
  const wrong = await play('history --host p62', scene);
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('p620');
  const none = await play('history --package openssl@3.5.2', scene);
  expect(none.stdout).toContain('no run here has any');
});

test('the board asks only the hosts that --on names', async () => {
  const scene = () => ({ facts: hosts, engine: { check: async () => result() } });
  expect((await play('check --on @server', scene)).calls).toContain('check ["p620"]');
  expect((await play('check', scene)).calls).toContain('check null');
});

const lock: LockFacts = {
  kind: 'read',
  fingerprint: 'f',
  oldText: '{}',
  newText: '{}',
  inputs: [],
  copies: [],
  headline: null,
  changes: [
    {
      path: 'a',
      kind: 'updated',
      lockedChanged: true,
      old: null,
      new: null,
      days: null,
      compareUrl: null,
      alarms: [],
      alsoMoves: [],
    },
  ],
};

test('impact tells the hosts that --on names', async () => {
  const played = await play('impact --on @server --json', (say) => ({
    facts: [...hosts, { type: 'lock-observed', lock }],
    engine: {
      inputs: {
        findHosts: async () =>
          say({
            type: 'input-hosts-found',
            input: 'a',
            hosts: { kind: 'known', changed: ['p620', 'razer'], same: [], failed: [] },
          }),
      },
    },
  }));
  expect(played.lines[0]).toMatchObject({ inputs: [{ name: 'a', changed: ['p620'] }] });
});

test('a deed about the lock says that --on narrows nothing, and is done', async () => {
  const played = await play('update --on @server', () => ({
    facts: hosts,
    engine: { lock: { update: async () => result() } },
  }));
  expect(played.status).toBe(0);
  expect(played.stderr).toContain(
    '--on @server narrows nothing here: the lock is that of every host.',
  );
});

test('only the waiting hosts that --on names are resumed', async () => {
  const waiting = (host: string) => ({ host, toplevel: '/nix/store/x', lock: null, since: 0 });
  const played = await play('resume finish --yes --on @server', (say) => ({
    facts: hosts,
    engine: {
      open: async () => {
        say({ type: 'pending-listed', hosts: [waiting('p620'), waiting('razer')] });
        return { ok: true, value: undefined } as const;
      },
      runs: { resume: async () => result() },
    },
  }));
  expect(played.calls).toContain('runs.resume "finish" ["p620"]');
  expect(played.stderr).toContain('p620');
  expect(played.stderr).not.toContain('razer');
});

const cutOff: InterruptedRun = {
  id: 'run-cut',
  goal: 'deploy',
  startedAt: 0,
  lastEventAt: 1,
  hosts: ['razer'],
  mode: 'switch',
  targets: { razer: toplevel('razer') },
  origins: { razer: toplevel('razer', 'a') },
  restarts: [],
  openDeeds: [],
  finishedHosts: [],
};

test.each([
  'finish',
  'rollback',
])('%s of an unfinished run with --on that names none of its hosts is refused, and changes nothing', async (choice) => {
  const scene = (say: Parameters<Parameters<typeof play>[1]>[0]) => ({
    facts: hosts,
    engine: {
      open: async () => {
        say({ type: 'interruption-found', run: cutOff });
        return { ok: true, value: undefined } as const;
      },
      runs: { resume: async () => result() },
    },
  });
  const played = await play(`resume ${choice} --yes --on @server`, scene);
  expect(played.status).toBe(3);
  expect(played.stderr).toContain('none of the hosts that --on names is in the unfinished run');
  expect(played.stderr).toContain('razer');
  expect(played.calls.some((call) => call.startsWith('runs.resume'))).toBe(false);
  // Closing it is for the whole run.
  expect((await play('resume leave --on @server', scene)).calls).toContain(
    'runs.resume "leave" null',
  );
  expect((await play(`resume ${choice} --yes --on @laptop`, scene)).calls).toContain(
    `runs.resume "${choice}" ["razer"]`,
  );
});

test('waiting hosts of which --on names none are not told as nothing to do', async () => {
  const played = await play('resume finish --yes --on @server', (say) => ({
    facts: hosts,
    engine: {
      open: async () => {
        const one = { host: 'razer', toplevel: '/nix/store/x', lock: null, since: 0 };
        say({ type: 'pending-listed', hosts: [one] });
        return { ok: true, value: undefined } as const;
      },
      runs: { resume: async () => result() },
    },
  }));
  expect(played.status).toBe(3);
  expect(played.stderr).toContain('none of the hosts that --on names waits for a system');
  expect(played.calls.some((call) => call.startsWith('runs.resume'))).toBe(false);
});

test.each([
  ['status p620', ['p620']],
  ['status --on @laptop', ['razer']],
  ['status @server @laptop', ['p620', 'razer']],
  ['status p620 --on laptop', []],
  ['status nosuch', []],
  ['status', ['p620', 'razer']],
  ['verify p620', ['p620']],
  ['watch @server', ['p620']],
  ['deploy razer --yes', ['razer']],
  ['clean p620 --yes', ['p620']],
  ['rollback --on @server --yes', ['p620']],
  ['packages razer', ['razer']],
  ['test razer', ['razer']],
])('%s logs in to the hosts that it names, and to no other', async (line, names) => {
  const asked: (readonly string[] | undefined)[] = [];
  await play(line, (say) => ({
    engine: {
      hosts: {
        survey: async ({ among }) => {
          say(...hosts);
          asked.push(among?.());
          throw new Error('enough');
        },
        tags: () => ['server', 'laptop'],
        withTags: () => [],
      },
    },
  })).catch(() => undefined);
  expect(asked).toEqual([names]);
});
