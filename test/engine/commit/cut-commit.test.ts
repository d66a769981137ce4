import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeCommitPlan, runCommit } from '../../../source/engine/commit/commit.ts';
import { noteCutCommit } from '../../../source/engine/commit/cut-commit.ts';
import { readOwedPushes } from '../../../source/engine/commit/owed-push.ts';
import { runResume } from '../../../source/engine/resume/resume.ts';
import { tellHistory } from '../../../source/engine/run/history.ts';
import { failed } from '../../../source/model/result.ts';
import { lastCommitOf } from '../../../source/state/last-commit.ts';
import { interruptionOf, summarizeRun } from '../../../source/state/reducer/replay.ts';
import type { InterruptedRun, ResumeChoice } from '../../../source/state/run.ts';
import { lockOf, type RealRepository, realRepository } from '../../support/real-repository.ts';

/** A run of `commit` that was killed when git began (`before`) or when git had made the commit (`after`). */
const killed = async (
  real: RealRepository,
  when: 'before' | 'after',
  more: { readonly pushes?: true; readonly keeps?: (folder: string) => void } = {},
) => {
  const { context, repository } = real;
  const { journal, world } = context;
  repository.write('flake.lock', lockOf('b'));
  await real.test();
  const session = real.session();
  const start = { type: 'run-started', goal: 'commit', hosts: [], tree: null, lock: null } as const;
  await journal.write(session.id, { ...start, run: session.id, at: world.clock.now() });
  const dying = {
    ...context,
    git: {
      ...context.git,
      commit: async (request: Parameters<typeof context.git.commit>[0]) => {
        if (when === 'after') await context.git.commit(request);
        // Left by a process that could not remove it any more.
        const kept = join(repository.folder, `.git/nixup-kept.${world.hostName}.4194305.dead`);
        mkdirSync(kept);
        if (when === 'before')
          copyFileSync(join(repository.folder, '.git/index'), join(kept, 'index'));
        more.keeps?.(kept);
        throw new Error('killed');
      },
    },
  };
  const { keeps: _keeps, ...wish } = more;
  await expect(
    runCommit(dying, session, { ...(await makeCommitPlan(context)), ...wish }),
  ).rejects.toThrow('killed');
  await journal.settled();
  const resume = async (choice: ResumeChoice, over: Partial<InterruptedRun> = {}) => {
    const run = interruptionOf(session.id, await journal.read(session.id));
    if (run === undefined) throw new Error('the run is closed');
    return await runResume(context, real.session(), { ...run, ...over }, choice);
  };
  const summary = async () => summarizeRun(session.id, await journal.read(session.id));
  const isKept = () =>
    existsSync(join(repository.folder, `.git/nixup-kept.${world.hostName}.4194305.dead`));
  return { resume, summary, isKept };
};

describe('a commit during which nixup was killed', () => {
  test.each([
    'finish',
    'leave',
  ] as const)('belongs to its run when git made it: %s', async (choice) => {
    using real = await realRepository();
    const { resume, summary, isKept } = await killed(real, 'after');
    const head = real.repository.git('rev-parse', 'HEAD').trim();
    expect((await resume(choice)).summary).toContain(`Its commit was made: ${head.slice(0, 12)}`);
    const run = await summary();
    expect(run?.ending?.result).toMatchObject({ ok: true, exitCode: 0, commit: head });
    expect(lastCommitOf({ history: run === undefined ? [] : [run], madeCommits: [] })).toEqual({
      kind: 'made',
      revision: head,
    });
    expect(isKept()).toBe(false);
  });

  test('is not undone by putting the lock back without it', async () => {
    using real = await realRepository();
    const { resume, summary } = await killed(real, 'after');
    const ending = await resume('rollback');
    expect(ending).toMatchObject({ exitCode: 3 });
    expect(ending.summary).toContain('nixup rollback --lock --commit');
    expect(real.repository.git('status', '--porcelain')).toBe('');
    expect((await summary())?.ending).toBeNull();
  });

  test('is brought into the index by the next start, where it was made beside it', async () => {
    using real = await realRepository();
    const { repository, context } = real;
    const before = repository.git('rev-parse', 'HEAD:flake.lock');
    const { resume } = await killed(real, 'after');
    repository.git('update-index', '--cacheinfo', `100644,${before},flake.lock`);
    expect(repository.git('status', '--porcelain')).toBe('MM flake.lock');
    await tellHistory(context);
    expect(await noteCutCommit(context)).toBe(true);
    expect(repository.git('status', '--porcelain')).toBe('');
    const head = repository.git('rev-parse', 'HEAD').slice(0, 12);
    const told = real.fleet.events.flatMap((one) => (one.type === 'noticed' ? [one.text] : []));
    expect(told.at(-1)).toMatch(
      new RegExp(`was cut off while git made its commit. Commit ${head} was made, .*: flake.lock$`),
    );
    expect(await noteCutCommit(context)).toBe(false);
    // What a person works on since then stays as it is.
    repository.git('update-index', '--cacheinfo', `100644,${before},flake.lock`);
    repository.write('flake.lock', lockOf('c'));
    expect(await noteCutCommit(context)).toBe(false);
    expect(repository.git('status', '--porcelain')).toBe('MM flake.lock');
    expect((await resume('finish')).summary).toContain(`Its commit was made: ${head}`);
  });

  test('is found below what somebody committed since', async () => {
    using real = await realRepository();
    const { resume, summary } = await killed(real, 'after');
    const made = real.repository.git('rev-parse', 'HEAD').trim();
    real.repository.git('commit', '--quiet', '--allow-empty', '--message=mine');
    await resume('finish');
    expect((await summary())?.ending?.result.commit).toBe(made);
  });

  test('is told as not made where HEAD is as before, and copies that nobody needs are removed', async () => {
    using real = await realRepository();
    const { resume, isKept } = await killed(real, 'before');
    const { summary: said } = await resume('finish');
    expect(said).toContain('Its commit was not made.');
    expect(said).not.toContain('nixup-kept');
    expect(isKept()).toBe(false);
  });

  test.each([
    [
      'a hook changed a file',
      (folder: string) => {
        mkdirSync(join(folder, 'files'));
        writeFileSync(join(folder, 'files/flake.nix'), 'before\n');
      },
    ],
    [
      'a hook removed a new file',
      (folder: string) => {
        mkdirSync(join(folder, 'files/sub'), { recursive: true });
        writeFileSync(join(folder, 'files/sub/new.nix'), 'mine\n');
      },
    ],
    ['the index is another one', (folder: string) => writeFileSync(join(folder, 'index'), '')],
  ])('leaves the copies that hold something, and says so: %s', async (_, keeps) => {
    using real = await realRepository();
    const { resume, summary, isKept } = await killed(real, 'before', { keeps });
    const { summary: said } = await resume('finish');
    expect(said).toContain('Its commit was not made.');
    expect(said).toMatch(/rm -r -- .*nixup-kept\.\S+\.4194305\.dead/);
    expect((await summary())?.ending?.result).toMatchObject({ ok: false, commit: null });
    expect(isKept()).toBe(true);
  });

  test('that holds something else is named, and is not taken for it', async () => {
    using real = await realRepository();
    const { resume, summary } = await killed(real, 'before');
    real.repository.git('commit', '--quiet', '--allow-empty', '--message=mine');
    expect((await resume('leave')).summary).toContain('does not hold what was tested');
    expect((await summary())?.ending?.result.commit).toBeNull();
  });

  test.each([
    'finish',
    'rollback',
    'leave',
  ] as const)('keeps its run open while git has its lock: %s', async (choice) => {
    using real = await realRepository();
    const { resume, summary } = await killed(real, 'before');
    const lock = join(real.repository.folder, '.git/index.lock');
    writeFileSync(lock, '');
    expect((await resume(choice)).summary).toContain('index.lock');
    expect((await summary())?.ending).toBeNull();
    rmSync(lock);
    await resume('leave');
    expect((await summary())?.ending).not.toBeNull();
  });

  test('is in the index too where git was killed before it wrote that', async () => {
    using real = await realRepository();
    const { resume } = await killed(real, 'after');
    const lock = real.repository.git('rev-parse', 'HEAD^:flake.lock');
    real.repository.git('update-index', '--cacheinfo', `100644,${lock},flake.lock`);
    expect(real.repository.git('status', '--porcelain')).toBe('MM flake.lock');
    await resume('finish');
    expect(real.repository.git('status', '--porcelain')).toBe('');
  });

  test.each([
    [{ pushes: true } as const, 1],
    [{}, 0],
  ])('owes its push where the run was to push: %j', async (more, owed) => {
    using real = await realRepository();
    real.repository.addOrigin();
    const { resume } = await killed(real, 'after', more);
    const { summary: said } = await resume('finish');
    expect(said.includes('the next run tries that again')).toBe(owed === 1);
    expect((await readOwedPushes(real.context)).map(({ branch }) => branch)).toEqual(
      Array.from({ length: owed }, () => 'main'),
    );
  });

  test('is not told as unpushed where the push had begun: the remote may have it', async () => {
    using real = await realRepository();
    real.repository.addOrigin();
    const { resume } = await killed(real, 'after', { pushes: true });
    const push = { host: null, deed: 'push', from: null, to: null, at: 1 };
    const { summary: said } = await resume('finish', { openDeeds: [push] });
    expect(said).toContain('Whether it was pushed is not known; the next run tries that again.');
    expect(said).not.toContain('is not pushed');
  });

  test.each([
    'leave',
    'rollback',
  ] as const)('is pushed by no later run unasked after: %s', async (choice) => {
    using real = await realRepository();
    const { context, repository } = real;
    repository.addOrigin();
    const { resume, summary } = await killed(real, 'after', { pushes: true });
    const head = repository.git('rev-parse', 'HEAD').trim();
    // The run noted its push, and was killed in it.
    await context.records.keepOwedPush({ branch: 'main', revision: head, at: 1, reason: 'cut' });
    // Hosts that it had begun, and that the flake no longer has: there is nothing to take back.
    const { summary: said } = await resume(choice, { targets: { gone: '/nix/store/0-new' } });
    expect((await summary())?.ending).not.toBeNull();
    expect(said).toContain(head.slice(0, 12));
    expect(said).toContain('To push it: nixup commit --push');
    expect(said).not.toContain('the next run');
    expect(await readOwedPushes(context)).toEqual([]);
  });

  test('tells a push that could not be noted, and how it is pushed', async () => {
    using real = await realRepository();
    real.repository.addOrigin();
    const { resume } = await killed(real, 'after', { pushes: true });
    Object.assign(real.context.records, {
      keepOwedPush: async () => failed({ code: 'canceled', what: 'the note' }),
    });
    const { summary: said } = await resume('finish');
    expect(said).toContain('the next run will not try again, because that could not be noted');
    expect(said).toContain('nixup commit --push');
    expect(said).not.toContain('the next run tries that again');
  });
});
