import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { readHistory, tellHistory } from '../../../source/engine/run/history.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

test('a run of this very process is no run that was cut off, until it has died', async () => {
  const fleet = await fakeFleet([]);
  const { context } = fleet;
  const during = runGoal(context, 'update', [], new AbortController(), async (session) => {
    await context.journal.write(session.id, {
      type: 'intended',
      host: null,
      deed: 'update all inputs',
      from: null,
      to: null,
      at: context.world.clock.now(),
    });
    const { runs, interrupted, active } = await readHistory(context);
    expect(interrupted).toBeNull();
    expect(runs).toMatchObject([{ goal: 'update', ending: null, open: 'active' }]);
    // Its own events tell it.
    expect(active).toBeNull();
    await tellHistory(context);
    expect(fleet.state().interrupted).toBeNull();
    throw new Error('died');
  });
  expect((await during).summary).toContain('died');
  const { runs, interrupted } = await readHistory(context);
  expect(runs).toMatchObject([{ open: 'interrupted' }]);
  expect(interrupted).toMatchObject({ goal: 'update' });
});

test('of a run that was cut off is told what later runs did to its hosts', async () => {
  const fleet = await fakeFleet([entryOf('p620'), entryOf('razer')]);
  const { context } = fleet;
  const id = '20261129-000000-aaaaaa';
  const start = { type: 'run-started', goal: 'run', tree: null, lock: null } as const;
  await context.journal.write(id, { ...start, run: id, hosts: ['p620', 'razer'], at: 1 });
  const systems = { from: '/nix/store/0-old', to: '/nix/store/0-new' };
  for (const host of ['p620', 'razer']) {
    const planned = { type: 'planned', mode: 'switch', fromGeneration: 1, ...systems } as const;
    await context.journal.write(id, { ...planned, host, at: 2 });
    await context.journal.write(id, {
      type: 'intended',
      host,
      deed: 'activate',
      ...systems,
      at: 3,
    });
  }
  const deployed = {
    toplevel: systems.to,
    from: systems.from,
    fromGeneration: 1,
    generation: 2,
  };
  await context.records.keepDeploy({ ...deployed, host: 'p620', at: 9, run: 'later' });
  // Its own record is no later run's.
  await context.records.keepDeploy({ ...deployed, host: 'razer', at: 9, run: id });
  expect((await readHistory(context)).interrupted?.since).toEqual([
    { host: 'p620', run: 'later', deed: 'deploy', toplevel: systems.to, commit: null },
  ]);
});

test('runs that were begun in one second are listed by their time, whatever their random part', async () => {
  const { context } = await fakeFleet([]);
  const start = { type: 'run-started', goal: 'check', hosts: [], tree: null, lock: null } as const;
  const begun = [
    ['20261129-000000-cccccc', 100],
    ['20261129-000000-aaaaaa', 500],
    ['20261129-000000-bbbbbb', 300],
    ['20261128-235959-ffffff', 900],
  ] as const;
  for (const [run, at] of begun) await context.journal.write(run, { ...start, run, at });
  await context.journal.settled();
  expect((await readHistory(context)).runs.map(({ id }) => id.slice(-6))).toEqual([
    'aaaaaa',
    'bbbbbb',
    'cccccc',
    'ffffff',
  ]);
});

test('damage to the journal of a run that ended is told where that run is read, and not at each start', async () => {
  const fleet = await fakeFleet([]);
  const { context } = fleet;
  const journalOf = (id: string): string => join(context.folder, 'runs', id, 'journal.jsonl');
  const ended = await runGoal(context, 'update', [], new AbortController(), async () => ({
    summary: 'done',
  }));
  expect(ended.exitCode).toBe(0);
  const [run] = await context.journal.runs();
  if (run === undefined) throw new Error('the run left no journal');
  const text = await context.world.files.read(journalOf(run));
  if (!text.ok) throw new Error('the journal cannot be read');
  await context.world.files.write(journalOf(run), `{"broken\n${text.value ?? ''}`);
  await tellHistory(context);
  expect(fleet.state().history).toMatchObject([{ id: run, unread: 1 }]);
  expect(fleet.state().notices.map((notice) => notice.text)).not.toContainEqual(
    expect.stringContaining('cannot be read'),
  );
});

test('a journal of which nothing can be read is told once, with what to do', async () => {
  const fleet = await fakeFleet([]);
  const { context } = fleet;
  const id = '20261129-000000-aaaaaa';
  const start = { type: 'run-started', goal: 'run', tree: null, lock: null } as const;
  await context.journal.write(id, { ...start, run: id, hosts: [], at: 1 });
  await context.journal.settled();
  const path = join(context.folder, 'runs', id, 'journal.jsonl');
  await context.world.files.write(path, '{"broken\n');
  await tellHistory(context);
  const told = fleet.state().notices.filter(({ text }) => text.includes('cannot be read'));
  expect(told.map(({ text }) => text)).toEqual([
    `1 line of ${path} cannot be read, and is not used. Nothing of it is removed. Look at it: less -- ${path}`,
  ]);
});

test('a lost line of a run that seems to have begun nothing is told: it may be the deed', async () => {
  const fleet = await fakeFleet([]);
  const { context } = fleet;
  const id = '20261129-000000-aaaaaa';
  const start = { type: 'run-started', goal: 'run', tree: null, lock: null } as const;
  await context.journal.write(id, { ...start, run: id, hosts: [], at: 1 });
  await context.journal.settled();
  const path = join(context.folder, 'runs', id, 'journal.jsonl');
  const text = await context.world.files.read(path);
  if (!text.ok) throw new Error('the journal cannot be read');
  await context.world.files.write(path, `${text.value ?? ''}{"broken\n`);
  await tellHistory(context);
  expect(fleet.state().interrupted).toBeNull();
  expect(fleet.state().notices.map((notice) => notice.text)).toContainEqual(
    expect.stringContaining(`1 line of ${path} cannot be read`),
  );
});

const cutOffDeploy = (id: string): readonly string[] => {
  const systems = { from: '/nix/store/0-old', to: '/nix/store/0-new' };
  return [
    { type: 'run-started', run: id, goal: 'deploy', hosts: ['p620'], tree: null, lock: null },
    { type: 'planned', mode: 'switch', fromGeneration: 1, ...systems, host: 'p620' },
    { type: 'intended', host: 'p620', deed: 'activate', ...systems },
  ].map((event, index) => `${JSON.stringify({ ...event, at: index + 1 })}\n`);
};

describe('a run whose journal lost its beginning', () => {
  const id = '20261129-231502-aaaaaa';
  const path = `/state/nixup/flakes/fleet/runs/${id}/journal.jsonl`;
  const ended = `${JSON.stringify({ type: 'result', run: id, ok: true, exitCode: 0, hosts: {}, commit: null, build: null, summary: 'done', at: 9 })}\n`;
  const lines = cutOffDeploy(id);

  test.each([
    ['empty', '', { open: 'unknown', ending: null }],
    ['zeros of a power cut', '\0'.repeat(4_096), { open: 'unknown', ending: null }],
    ['a first line that is damaged', `{"broken\n`, { open: 'unknown', unread: 1 }],
    ['only its end', ended, { ending: { result: { summary: 'done' } } }],
    ['all but its first line', lines.slice(1).join(''), { open: 'interrupted', hosts: ['p620'] }],
    ['no change', lines[1] ?? '', { open: 'unknown', hosts: ['p620'] }],
  ])('is listed, with the time that its name has: %s', async (_, text, found) => {
    const { context } = await fakeFleet([], { files: { [path]: text } });
    for (const reach of ['recent', 'all'] as const) {
      const { runs } = await readHistory(context, reach);
      expect(runs).toMatchObject([
        { id, isStartLost: true, startedAt: Date.UTC(2026, 10, 29, 23, 15, 2), ...found },
      ]);
    }
  });

  test('is resumed where it was cut off in the middle of a change', async () => {
    const { context } = await fakeFleet([entryOf('p620')], {
      files: { [path]: lines.slice(1).join('') },
    });
    expect((await readHistory(context)).interrupted).toMatchObject({
      id,
      isStartLost: true,
      targets: { p620: '/nix/store/0-new' },
      openDeeds: [{ host: 'p620', deed: 'activate' }],
    });
  });

  test('is told once at the start, and several of them in one line', async () => {
    const one = await fakeFleet([], { files: { [path]: '' } });
    await tellHistory(one.context);
    expect(one.state().notices.map(({ text }) => text)).toEqual([
      `The journal of the run ${id} lost its beginning, so that nobody knows what it changed. Nothing of it is removed. What is known of it: nixup history ${id}`,
    ]);
    const several = await fakeFleet([], {
      files: Object.fromEntries([1, 2, 3, 4].map((n) => [path.replace('aaaaaa', `${n}`), 'x\n'])),
    });
    await tellHistory(several.context);
    expect(several.state().notices.map(({ text }) => text)).toEqual([
      expect.stringContaining('The journals of 4 runs cannot be read in full: '),
    ]);
  });

  test('is no run where there is no journal', async () => {
    const { context } = await fakeFleet([], { files: { [path.replace('journal', 'other')]: '' } });
    expect((await readHistory(context, 'all')).runs).toEqual([]);
  });
});
