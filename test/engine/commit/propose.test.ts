import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeCommitPlan, proposeAndTend, runCommit } from '../../../source/engine/commit/commit.ts';
import { commitGate, requestProblem } from '../../../source/engine/commit/gate.ts';
import { planRequest } from '../../../source/engine/commit/request-plan.ts';
import { tendRequests } from '../../../source/engine/commit/tend.ts';
import { observeGit } from '../../../source/engine/lock/observe.ts';
import type { EngineContext } from '../../../source/engine/run/context.ts';
import type { Command } from '../../../source/model/command.ts';
import { requestWarnings } from '../../../source/model/commit/request-plan.ts';
import { explainInLine } from '../../../source/model/explain/explain.ts';
import type { HostWork } from '../../../source/model/host/host.ts';
import { failed, success } from '../../../source/model/result.ts';
import { successCriteria } from '../../../source/screen/rows/success-criteria.ts';
import { createGit } from '../../../source/services/git/git.ts';
import { hostCommands } from '../../../source/services/host/commands.ts';
import { createExec } from '../../../source/services/world/exec.ts';
import { planDeploy } from '../../../source/state/plans/deploy.ts';
import { factsOf } from '../../fixtures/states.ts';
import { lockOf, type RealRepository, realRepository } from '../../support/real-repository.ts';
import { type StandInForge, standInForge } from '../../support/stand-in-forge.ts';

type Program = 'gh' | 'glab' | 'tea';

const addresses: Readonly<Record<Program, string>> = {
  gh: 'https://github.com/ada/fleet.git',
  glab: 'git@gitlab.com:ada/fleet.git',
  tea: 'ssh://git@codeberg.org/ada/fleet.git',
};

interface Proposing extends Disposable {
  readonly real: RealRepository;
  readonly forge: StandInForge;
  readonly context: EngineContext;
  /** Updates the lock, tests it, and commits it; the commit. */
  commit(revision: string, lock?: string, subject?: string): Promise<string>;
  propose(revision: string): Promise<{ readonly ok: boolean; readonly said: string }>;
}

const proposing = async (
  program: Program | null,
  address = addresses[program ?? 'gh'],
  logins = '',
): Promise<Proposing> => {
  const real = await realRepository();
  const { repository } = real;
  const origin = repository.addOrigin();
  repository.git('config', `url.${origin}.insteadOf`, address);
  repository.git('remote', 'set-url', 'origin', address);
  const home = join(repository.folder, '..');
  const forge = standInForge(home, program === null ? [] : [program], logins);
  const environment = {
    PATH: `${forge.bin}:/usr/bin:/bin`,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const world = { ...real.context.world, exec: createExec(environment, Date.now) };
  const context: EngineContext = {
    ...real.context,
    world,
    git: createGit(world, repository.folder),
  };
  return {
    real,
    forge,
    context,
    commit: async (revision, lock = lockOf(revision), subject) => {
      repository.write('flake.lock', lock);
      await real.test();
      for (const host of ['p620', 'razer'])
        context.emitter.emit({
          type: 'host-expected',
          host,
          expectation: {
            kind: 'known',
            toplevel: systemOf(host),
            derivation: null,
            tree: context.state().git?.tree ?? null,
            builtAt: 1,
          },
        });
      const session = real.session();
      const plan = await makeCommitPlan(context);
      const message = subject ?? plan.message;
      const done = await runCommit(context, session, { ...plan, message });
      if (!done.ok) throw new Error(explainInLine(done.failure));
      return done.value.revision;
    },
    propose: async (revision) => {
      const message = repository.git('log', '-1', '--format=%B', revision);
      const done = await proposeAndTend(context, real.session(), { revision, message });
      return { ok: done.ok, said: done.ok ? done.value : explainInLine(done.failure) };
    },
    [Symbol.dispose]: () => real[Symbol.dispose](),
  };
};

const systemOf = (host: string): string =>
  `/nix/store/${'c'.repeat(32)}-nixos-system-${host}-26.05`;

const old = `/nix/store/${'d'.repeat(32)}-nixos-system-old-26.05`;

/** Writes into a journal of its own what a deploy did, and what its verification said. */
const deployed = async (
  { context }: Proposing,
  work: (host: string) => HostWork,
  isHealthy = true,
): Promise<void> => {
  const run = '20261129-040000-deploy';
  const at = context.world.clock.now();
  await context.journal.write(run, {
    type: 'run-started',
    run,
    goal: 'deploy',
    hosts: ['p620', 'razer'],
    tree: context.state().git?.tree ?? null,
    lock: null,
    at,
  });
  for (const host of ['p620', 'razer']) {
    await context.journal.write(run, {
      type: 'planned',
      host,
      mode: 'switch',
      from: old,
      fromGeneration: 1,
      to: systemOf(host),
      at,
    });
    await context.journal.write(run, { type: 'host-worked', host, work: work(host), at });
  }
  if (isHealthy)
    await context.journal.write(run, {
      type: 'stage-changed',
      stage: 'verify',
      state: { kind: 'passed', evidence: 'x', at, hosts: ['p620', 'razer'] },
      at,
    });
};

const well = (host: string): HostWork => ({
  kind: 'succeeded',
  from: old,
  to: systemOf(host),
  generation: 2,
  at: 1,
});

const wentBack = (host: string): Extract<HostWork, { readonly kind: 'rolledBack' }> => ({
  kind: 'rolledBack',
  from: systemOf(host),
  to: old,
  generation: 1,
  reason: 'no contact',
  at: 1,
});

test.each<Program>([
  'gh',
  'glab',
  'tea',
])('%s opens a request from a branch of its own, edits it, and merges it when the fleet is healthy', async (program) => {
  using one = await proposing(program);
  const { real, forge } = one;
  const { repository } = real;
  const before = repository.git('rev-parse', 'HEAD');
  const first = await one.commit('b');
  const opened = await one.propose(first);
  expect(opened.said).toMatch(
    /^The (?:pull|merge) request is open \(https:\S+1\)\. main is back at/,
  );
  expect(forge.requests()).toMatchObject([
    {
      branch: `nixup/${first.slice(0, 12)}`,
      base: 'main',
      title: expect.stringMatching(/^flake\.lock: 1 input, \d{4}-\d\d-\d\d$/),
      state: 'open',
    },
  ]);
  // The commit is on the branch of the request, and no longer on main.
  expect(repository.git('ls-remote', 'origin', `nixup/${first.slice(0, 12)}`)).toContain(first);
  expect(repository.git('rev-parse', 'main')).toBe(before);
  expect(repository.read('flake.lock')).toBe(lockOf('a'));
  // The next commit is in the same request.
  const second = await one.commit('e');
  const edited = await one.propose(second);
  expect(edited.said).toContain('that was open has it now');
  expect(forge.requests()).toHaveLength(1);
  expect(repository.git('rev-parse', 'main')).toBe(before);
  const tip =
    repository.git('ls-remote', 'origin', `nixup/${first.slice(0, 12)}`).split('\t')[0] ?? '';
  expect(repository.git('merge-base', '--is-ancestor', second, tip)).toBe('');
  expect(repository.git('show', `${tip}:flake.lock`)).toBe(lockOf('e').trim());
  // Healthy: the forge is told to merge it.
  await deployed(one, well);
  const session = real.session();
  const told = await tendRequests(one.context, session);
  expect(told.join(' ')).toMatch(/is merged: the fleet is healthy/);
  expect(forge.requests()).toMatchObject([
    { state: 'merged', body: expect.stringContaining('- [x] no new trouble (2 of 2 deployed)') },
  ]);
  expect(session.pullRequest).toMatchObject({ state: 'merged', into: 'main', revision: second });
  expect(one.context.records.requests()).toEqual([]);
}, 60_000);

test('once main is back, the words and the state say where the tested lock is, and how hosts get it', async () => {
  using one = await proposing('gh');
  const { context } = one;
  const { repository } = one.real;
  const revision = await one.commit('b');
  const short = revision.slice(0, 12);
  const { said } = await one.propose(revision);
  expect(said).toContain(
    `p620, razer do not run the systems of this commit. They can be deployed before the merge (git switch --detach ${short} && nixup deploy).`,
  );
  const url = 'https://github.com/ada/fleet/pull/1';
  expect(context.state().waitingRequests).toEqual([{ url, revision, into: 'main' }]);
  expect(context.state().stages.commit).toMatchObject({
    kind: 'partly',
    evidence: `the commit ${short} is in the open request ${url}, and not in HEAD`,
  });
  // A deploy of the old lock names the request, and so does the criterion.
  context.emitter.emit({
    type: 'host-expected',
    host: 'p620',
    expectation: {
      kind: 'known',
      toplevel: old,
      derivation: null,
      tree: context.state().git?.tree ?? null,
      builtAt: null,
    },
  });
  context.emitter.emit({ type: 'host-probed', host: 'p620', facts: factsOf('p620') });
  expect(planDeploy(context.state(), ['p620'], 'switch', hostCommands).leftOut).toMatchObject([
    {
      reason: expect.stringContaining(
        `the commit ${short} is in the open request ${url}, and not in HEAD. To deploy that commit: git switch --detach ${short} && nixup deploy`,
      ),
    },
  ]);
  expect(successCriteria(context.state(), 1).find(({ id }) => id === 'committed')).toMatchObject({
    state: 'open',
    evidence: expect.stringContaining(url),
  });
  // The command that is named leads to the tested tree.
  repository.git('switch', '--quiet', '--detach', short);
  await observeGit(context);
  expect(context.state().waitingRequests).toEqual([]);
  expect(repository.read('flake.lock')).toBe(lockOf('b'));
});

/** The words of a command as a person reads them, without the folder. */
const plainly = (commands: readonly Command[]): readonly string[] =>
  commands.map(({ file, args }) => [file, ...(args[0] === '-C' ? args.slice(2) : args)].join(' '));

test.each<[Program, RegExp, RegExp]>([
  [
    'gh',
    /^gh pr create --head=nixup\/COMMIT --base=main --title=TITLE --body-file=-/,
    /^gh pr edit/,
  ],
  ['glab', /^glab mr create --source-branch=nixup\/COMMIT/, /^glab mr update/],
  ['tea', /^tea pulls create --head=nixup\/COMMIT/, /^tea pulls edit/],
])(
  'every command of a request by %s is known before the commit: push, call, and main back',
  async (program, opens, edits) => {
    using one = await proposing(program);
    const { context } = one;
    const { repository } = one.real;
    const base = repository.git('rev-parse', 'HEAD');
    const look = async (): Promise<readonly string[]> =>
      plainly((await planRequest(context, await makeCommitPlan(context)))?.commands ?? []);
    repository.write('flake.lock', lockOf('b'));
    const first = await look();
    expect(first).toEqual([
      'git push --no-follow-tags -- origin COMMIT:refs/heads/nixup/COMMIT',
      expect.stringMatching(opens),
      `git update-ref -m nixup: the commit is in its pull request refs/heads/main ${base} COMMIT`,
      `git read-tree -m -u COMMIT ${base}`,
    ]);
    const before = one.forge.calls().length;
    const revision = await one.commit('b');
    await one.propose(revision);
    // What was told is what ran: with the commit in the place of its word.
    const ran = one.forge
      .calls()
      .slice(before)
      .map((args) => args.join(' '));
    const told = (first[1] ?? '')
      .replaceAll('COMMIT', revision.slice(0, 12))
      .replace(/^\w+ /, '')
      .split(' --title')[0];
    expect(ran.some((call) => call.startsWith(told ?? '?'))).toBe(true);
    repository.write('flake.lock', lockOf('e'));
    const branch = `nixup/${revision.slice(0, 12)}`;
    expect(await look()).toEqual([
      `git commit-tree -p TIP -p COMMIT -m Bring ${branch} to COMMIT COMMIT^{tree}`,
      `git push --no-follow-tags -- origin MERGE:refs/heads/${branch}`,
      expect.stringMatching(edits),
      expect.stringContaining('update-ref'),
      expect.stringContaining('read-tree'),
    ]);
  },
  60_000,
);

test('commits of the branch that were not pushed are named before the request, and in its text', async () => {
  using one = await proposing('gh');
  const { context } = one;
  const { repository } = one.real;
  repository.write('flake.nix', '{ }\n');
  repository.git('commit', '--quiet', '--all', '--message=Try another kernel');
  const short = repository.git('rev-parse', 'HEAD').slice(0, 12);
  repository.write('flake.lock', lockOf('b'));
  const request = await planRequest(context, await makeCommitPlan(context));
  if (request === null) throw new Error('no request is planned');
  expect(requestWarnings(request)).toEqual([
    '1 commit of main is not pushed, and comes with the request:',
    `  ${short} Try another kernel`,
    expect.stringContaining('p620, razer do not run what was tested.'),
  ]);
  // A run with a pull request at its end tells it before anything is done.
  await observeGit(context);
  const gated = await commitGate(context, {
    inputs: 'all',
    exclude: [],
    hosts: ['p620', 'razer'],
    deploy: true,
    commit: true,
    push: false,
    propose: true,
    approve: async (plan) => success(plan),
  });
  expect(gated).toBeNull();
  expect(context.state().notices.map(({ text }) => text)).toContain(
    `1 commit of main is not pushed, and comes with the request: ${short} Try another kernel`,
  );
  const revision = await one.commit('b');
  expect(await planRequest(context, {}, revision)).toMatchObject({
    carried: [`${short} Try another kernel`],
    commands: expect.arrayContaining([
      expect.objectContaining({ args: expect.arrayContaining([`refs/heads/main`]) }),
    ]),
  });
  await one.propose(revision);
  expect(one.forge.requests()[0]?.body).toMatch(
    new RegExp(`### Other commits that come with it.*- ${short} Try another kernel`, 's'),
  );
});

test('a request after one that failed tables what the commits of both bring', async () => {
  using one = await proposing('gh');
  const { repository } = one.real;
  const start = repository.git('rev-parse', 'HEAD').slice(0, 12);
  // Its request failed: the commit stays on main, and was not pushed.
  const first = (await one.commit('b')).slice(0, 12);
  const done = await one.propose(await one.commit('e'));
  expect(done.ok).toBe(true);
  const body = one.forge.requests()[0]?.body ?? '';
  expect(body).toMatch(/\| nixpkgs \| updated \| `aaaaaaa` → `eeeeeee` \|/);
  expect(body).toContain(`- ${first} `);
  expect(body).toContain(
    'The table of inputs holds what they change in flake.lock too; what else they change is not in this text.',
  );
  expect(body).toContain(`The lock before all of this is that of \`${start}\`.`);
});

test('a subject that a person wrote is the title of the request, on every edit of it', async () => {
  using one = await proposing('gh');
  const { repository } = one.real;
  const write = async (subject: string, lock: string) => {
    const revision = await one.commit(lock, lockOf(lock), subject);
    return one.propose(revision);
  };
  await write('Move to the new kernel', 'b');
  expect(one.forge.requests()[0]?.title).toBe('Move to the new kernel');
  const { said } = await write('And to the new shell', 'e');
  expect(one.forge.requests()[0]?.title).toBe('And to the new shell');
  const branch = repository.git('ls-remote', 'origin', 'nixup/*').split('\t')[0] ?? '';
  // The branch got a merge of what it had and the new commit: that is told, and the address once.
  expect(said).toContain(
    `Its branch is at ${branch.slice(0, 12)}, which has this commit and what was there before.`,
  );
  expect(said.match(/https:\S+pull\/1/g)).toHaveLength(1);
});

test('where every host runs the commit, nothing is said of a deploy', async () => {
  using one = await proposing('gh');
  const { context } = one;
  const revision = await one.commit('b');
  for (const host of ['p620', 'razer'])
    context.emitter.emit({
      type: 'host-probed',
      host,
      facts: factsOf(host, {
        current: systemOf(host),
        profile: systemOf(host),
        booted: systemOf(host),
        bootDefault: { kind: 'resolved', loader: 'systemd-boot', toplevel: systemOf(host) },
      }),
    });
  const { said } = await one.propose(revision);
  expect(said).toContain('main is back');
  expect(said).not.toContain('deploy');
});

test.each<Program>([
  'gh',
  'glab',
  'tea',
])('%s closes the request with the reason when a host went back', async (program) => {
  using one = await proposing(program);
  await one.propose(await one.commit('b'));
  await deployed(one, (host) => (host === 'p620' ? wentBack(host) : well(host)), false);
  const session = one.real.session();
  const told = await tendRequests(one.context, session);
  expect(told.join(' ')).toContain('is closed: p620: no contact; it was rolled back.');
  expect(one.forge.requests()).toMatchObject([
    { state: 'closed', comments: ['nixup: p620: no contact; it was rolled back.'] },
  ]);
  expect(session.pullRequest).toMatchObject({ state: 'closed' });
  expect(one.context.records.requests()).toEqual([]);
}, 60_000);

test('whoever writes the text of the request later reads the commits of the inputs again', async () => {
  using one = await proposing('gh');
  const { context, forge, real, repository } = { ...one, repository: one.real.repository };
  const revision = await one.commit('d');
  const asked: string[] = [];
  // Another process: its lock has no changes, and it has read no commits.
  const later: EngineContext = {
    ...context,
    commits: {
      ...context.commits,
      subjects: async (change) => {
        asked.push(change.path);
        const subjects = [{ revision: 'd'.repeat(40), at: 1, subject: 'fix #12 of @ada' }];
        return success({ subjects, rest: null });
      },
    },
  };
  const message = repository.git('log', '-1', '--format=%B', revision);
  const done = await proposeAndTend(later, real.session(), { revision, message });
  expect(done.ok).toBe(true);
  expect(asked).toContain('nixpkgs');
  expect(forge.requests()[0]?.body).toMatch(
    /Commits of nixpkgs \(1\)[\s\S]*- fix #<!-- -->12 of @<!-- -->ada/,
  );
});

test('a fleet whose health nobody compared merges nothing, and says what it waits for', async () => {
  using one = await proposing('gh');
  await one.propose(await one.commit('b'));
  await deployed(one, well, false);
  const told = await tendRequests(one.context, one.real.session());
  expect(told.join(' ')).toMatch(/waits: the health of p620, razer was not compared/);
  expect(one.forge.requests()).toMatchObject([{ state: 'open' }]);
});

test('a host that nobody deployed keeps the request open, though an older run found it asleep', async () => {
  using one = await proposing('gh');
  const { context } = one;
  await one.propose(await one.commit('b'));
  await deployed(one, (host) => (host === 'p620' ? well(host) : { kind: 'idle' }));
  const run = '20261101-040000-run';
  const write = (event: Parameters<EngineContext['journal']['write']>[1]) =>
    context.journal.write(run, event);
  const start = { type: 'run-started', run, goal: 'run', hosts: ['razer'], at: 1 } as const;
  await write({ ...start, tree: 'f'.repeat(40), lock: null });
  await write({ type: 'host-worked', host: 'razer', work: { kind: 'pending', why: 'x' }, at: 1 });
  const told = await tendRequests(context, one.real.session());
  expect(told.join(' ')).toContain('waits: razer was not deployed');
  expect(one.forge.requests()).toMatchObject([{ state: 'open' }]);
});

test('without Prometheus the watch of the journals is waited for, and decides', async () => {
  using one = await proposing('gh');
  const { context } = one;
  const { records, world } = context;
  await one.propose(await one.commit('b'));
  await deployed(one, well);
  const day = 24 * 3_600_000;
  const tend = async () => (await tendRequests(context, one.real.session())).join(' ');
  const deploy = async (ago: number) => {
    for (const host of ['p620', 'razer'])
      await records.keepDeploy({
        host,
        toplevel: systemOf(host),
        from: old,
        fromGeneration: 1,
        generation: 2,
        at: world.clock.now() - ago,
        run: '20261129-040000-deploy',
      });
  };
  await deploy(0);
  expect(await tend()).toContain('waits: the watch of 1 d is not over');
  await deploy(2 * day);
  expect(await tend()).toContain('waits: the watch of 1 d is over and has no report');
  const report = async (host: string, verdict: 'worse' | 'not-configured') =>
    records.keepReports([
      {
        run: '20261129-040000-deploy',
        host,
        at: world.clock.now(),
        verdict,
        lines: [],
        isFinal: true,
      },
    ]);
  await report('p620', 'not-configured');
  await report('razer', 'worse');
  expect(await tend()).toContain('waits: the watch says: worse');
  // A bad verdict stays one, however old it is.
  await deploy(9 * day);
  expect(await tend()).toContain('waits: the watch says: worse');
  await report('razer', 'not-configured');
  expect(await tend()).toContain('is merged: the fleet is healthy');
});

test('systems that were deployed long ago have no watch to wait for', async () => {
  using one = await proposing('gh');
  await one.propose(await one.commit('b'));
  await deployed(one, (host) => ({ kind: 'unchanged', toplevel: systemOf(host), at: 1 }));
  await one.context.records.keepDeploy({
    host: 'p620',
    toplevel: systemOf('p620'),
    from: old,
    fromGeneration: 1,
    generation: 2,
    at: one.context.world.clock.now() - 9 * 24 * 3_600_000,
    run: '20261129-040000-deploy',
  });
  expect((await tendRequests(one.context, one.real.session())).join(' ')).toContain('is merged');
});

test('with merge = false a healthy fleet leaves the merging to a person', async () => {
  using one = await proposing('gh');
  await one.propose(await one.commit('b'));
  await deployed(one, well);
  const { commit } = one.context.config;
  const config = { ...one.context.config, commit: { ...commit, merge: false } };
  await tendRequests({ ...one.context, config }, one.real.session());
  expect(one.forge.requests()).toMatchObject([{ state: 'open' }]);
  await tendRequests(one.context, one.real.session());
  expect(one.forge.requests()).toMatchObject([{ state: 'merged' }]);
});

test('somebody merged it by hand: that is told, and nothing is asked of it any more', async () => {
  using one = await proposing('gh');
  await one.propose(await one.commit('b'));
  one.forge.set(one.forge.requests().map((request) => ({ ...request, state: 'merged' })));
  expect((await tendRequests(one.context, one.real.session())).join(' ')).toMatch(/is merged\.$/);
  expect(one.context.records.requests()).toEqual([]);
});

test('what is staged, dirty, untracked or meant to be added stays as it is while main goes back', async () => {
  using one = await proposing('gh');
  const { repository } = one.real;
  repository.write('staged.nix', '1\n');
  repository.write('dirty.nix', '1\n');
  repository.write('skipped.nix', '1\n');
  repository.write('moved.nix', 'moved\n');
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--message=more');
  const revision = await one.commit('b');
  repository.write('staged.nix', '2\n');
  repository.git('add', 'staged.nix');
  repository.write('staged.nix', '3\n');
  repository.write('dirty.nix', '2\n');
  repository.write('untracked.nix', '1\n');
  repository.write('intended.nix', '1\n');
  repository.git('add', '--intent-to-add', 'intended.nix');
  repository.git('mv', 'moved.nix', 'there.nix');
  repository.git('update-index', '--skip-worktree', 'skipped.nix');
  const look = (): readonly string[] => [
    repository.git('status', '--porcelain=v2', '--untracked-files=all'),
    repository.git('ls-files', '--stage', '-v', '--', ':!flake.lock'),
    repository.git('diff', '--', ':!flake.lock'),
    repository.git('diff', '--cached', '--', ':!flake.lock'),
  ];
  const before = look();
  const done = await one.propose(revision);
  expect(done.said).toContain('main is back');
  expect(look()).toEqual(before);
  expect(repository.git('rev-parse', 'main')).toBe(repository.git('rev-parse', `${revision}^`));
});

test('a branch of the request with changes of somebody else is named, and not overwritten', async () => {
  using one = await proposing('gh');
  const { repository } = one.real;
  const first = await one.commit('b');
  await one.propose(first);
  const branch = `nixup/${first.slice(0, 12)}`;
  repository.git('checkout', '--quiet', '-b', 'theirs', `origin/${branch}`);
  repository.write('theirs.nix', '1\n');
  repository.git('add', 'theirs.nix');
  repository.git('commit', '--quiet', '--message=theirs');
  repository.git('push', '--quiet', 'origin', `theirs:${branch}`);
  repository.git('checkout', '--quiet', 'main');
  const second = await one.commit('e');
  const done = await one.propose(second);
  expect(done.ok).toBe(false);
  expect(done.said).toMatch(
    /pull\/1 is open.*theirs\.nix.*Merge or close it, then: nixup commit --pr/s,
  );
  expect(repository.git('rev-parse', 'main')).toBe(second);
});

test('main never goes behind what the remote has of it, though nixup made that commit too', async () => {
  using one = await proposing('gh');
  const { repository } = one.real;
  const first = await one.commit('b');
  repository.git('push', '--quiet', 'origin', 'main');
  const second = await one.commit('e');
  const done = await one.propose(second);
  expect(done.said).toContain(`main is back at ${first.slice(0, 12)}`);
  expect(repository.git('rev-parse', 'main')).toBe(first);
  expect(repository.read('flake.lock')).toBe(lockOf('b'));
});

test('main never goes behind a commit that was pushed from elsewhere, unknown to the last fetch', async () => {
  using one = await proposing('gh');
  const { repository } = one.real;
  const before = repository.git('rev-parse', 'main');
  const first = await one.commit('b');
  repository.git('push', '--quiet', 'origin', 'main');
  // The note of what the remote has is as old as a clone that somebody else pushed from.
  repository.git('update-ref', 'refs/remotes/origin/main', before);
  const second = await one.commit('e');
  await one.propose(second);
  expect(repository.git('rev-parse', 'main')).toBe(first);
});

/** A lock with two inputs at these revisions. */
const twoInputs = (nixpkgs: string, home: string): string => {
  const lock = JSON.parse(lockOf(nixpkgs));
  lock.nodes.home = JSON.parse(lockOf(home).replaceAll('NixOS', 'ada')).nodes.nixpkgs;
  lock.nodes.root.inputs.home = 'home';
  return `${JSON.stringify(lock, null, 2)}\n`;
};

test('an update in the open request is not taken out of it by a commit without it', async () => {
  using one = await proposing('gh');
  const { repository } = one.real;
  repository.write('flake.lock', twoInputs('a', 'a'));
  repository.git('commit', '--quiet', '--all', '--message=two inputs');
  repository.git('push', '--quiet', 'origin', 'main');
  const first = await one.commit('b', twoInputs('b', 'a'));
  await one.propose(first);
  const second = await one.commit('e', twoInputs('a', 'e'));
  const done = await one.propose(second);
  expect(done.ok).toBe(false);
  expect(done.said).toMatch(
    /pull\/1 is open.*would take back: nixpkgs\. .*Merge or close it, then: nixup commit --pr/s,
  );
  expect(repository.git('rev-parse', 'main')).toBe(second);
  const branch = `nixup/${first.slice(0, 12)}`;
  expect(repository.git('ls-remote', 'origin', branch)).toContain(first);
});

/** What the programs say, in their own words, and what nixup says of it. */
test.each<[string, Program | null, string, string, number, RegExp]>([
  [
    'no gh',
    null,
    '',
    '',
    0,
    /gh is not installed.*github\.com\/ada\/fleet\/compare\/main\.\.\.nixup\/\w+\?expand=1.*nixpkgs#gh/s,
  ],
  [
    'no login',
    'gh',
    'pr list',
    'To get started with GitHub CLI, please run:  gh auth login',
    4,
    /gh is not logged in.*gh auth login/s,
  ],
  [
    'a login that ended',
    'gh',
    'pr create',
    'HTTP 401: Bad credentials (https://api.github.com/graphql)',
    1,
    /gh is not logged in/,
  ],
  [
    'offline',
    'gh',
    'pr create',
    'error connecting to api.github.com\ncheck your internet connection or https://githubstatus.com',
    1,
    /github\.com cannot be reached.*Connect to the network/s,
  ],
  [
    'too long',
    'gh',
    'pr create',
    'pull request create failed: GraphQL: Body is too long (maximum is 65536 characters) (createPullRequest)',
    1,
    /the text is longer than GitHub takes/,
  ],
  [
    'no right',
    'gh',
    'pr create',
    'pull request create failed: GraphQL: must be a collaborator (createPullRequest)',
    1,
    /may not do that there.*gh auth status/s,
  ],
  [
    'single sign-on',
    'gh',
    'pr create',
    'HTTP 403: Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.',
    1,
    /single sign-on.*gh auth refresh/s,
  ],
  [
    'too many requests',
    'gh',
    'pr list',
    'HTTP 403: API rate limit exceeded for user ID 1.',
    1,
    /too many requests/,
  ],
  [
    'archived',
    'gh',
    'pr create',
    'GraphQL: Repository was archived so is read-only. (createPullRequest)',
    1,
    /the repository is archived/,
  ],
  [
    'trouble',
    'gh',
    'pr create',
    'HTTP 502: Bad Gateway (https://api.github.com/graphql)',
    1,
    /trouble of its own/,
  ],
  ['an old version', 'gh', 'pr list', 'unknown flag: --json', 1, /this gh is too old/],
  [
    'no login',
    'glab',
    'mr list',
    'GET https://gitlab.com/api/v4/projects/ada%2Ffleet: 401 {message: 401 Unauthorized}',
    1,
    /glab is not logged in at gitlab\.com.*glab auth login --hostname gitlab\.com/s,
  ],
  [
    'no right',
    'glab',
    'mr create',
    'POST https://gitlab.com/api/v4/projects/ada%2Ffleet/merge_requests: 403 {message: 403 Forbidden}',
    1,
    /may not do that there/,
  ],
  [
    'too many requests',
    'glab',
    'mr create',
    '429 {message: Too Many Requests}',
    1,
    /too many requests/,
  ],
  [
    'offline',
    'glab',
    'mr list',
    'dial tcp: lookup gitlab.com: no such host',
    1,
    /gitlab\.com cannot be reached/,
  ],
  [
    'no login',
    'tea',
    'pulls list',
    'Error: no available login',
    1,
    /tea is not logged in at codeberg\.org.*tea login add --url https:\/\/codeberg\.org/s,
  ],
  [
    'an old version',
    'tea',
    'pulls list',
    'Incorrect Usage: flag provided but not defined: -fields',
    1,
    /this tea is too old/,
  ],
  [
    'something new',
    'tea',
    'pulls create',
    'the moon is full',
    1,
    /the moon is full.*codeberg\.org\/ada\/fleet\/compare\/main\.\.\.nixup/s,
  ],
])('%s of %s has a remedy of its own', async (_, program, call, says, status, said) => {
  using one = await proposing(program);
  one.forge.fail({ call, says, status });
  const done = await one.propose(await one.commit('b'));
  expect(done.ok).toBe(false);
  expect(done.said).toMatch(said);
  expect(done.said).not.toMatch(/undefined|\n/);
});

/** How often the open requests were listed. */
const lists = ({ forge }: Proposing): number =>
  forge.calls().filter(([, verb]) => verb === 'list').length;

test('one commit lists the open requests once', async () => {
  using one = await proposing('gh');
  await observeGit(one.context);
  expect(await requestProblem(one.context)).toBeNull();
  const revision = await one.commit('b');
  expect((await planRequest(one.context, {}, revision))?.problem).toBeUndefined();
  expect((await one.propose(revision)).ok).toBe(true);
  expect(lists(one)).toBe(1);
  // The request is there from now on.
  expect((await planRequest(one.context, {}, revision))?.commands.at(-1)?.args[1]).not.toBe(
    'create',
  );
  expect(lists(one)).toBe(2);
});

test('a program that hangs is waited for once', async () => {
  using one = await proposing('gh');
  let listed = 0;
  const { exec } = one.context.world;
  const context: EngineContext = {
    ...one.context,
    world: {
      ...one.context.world,
      exec: async (command, options) => {
        if (command.file !== 'gh') return await exec(command, options);
        listed += 1;
        return failed({
          code: 'command-timeout',
          command: 'gh pr list',
          afterMs: 15_000,
          tail: [],
        });
      },
    },
  };
  const words = 'gh did not answer within 15 s';
  await observeGit(context);
  const problem = await requestProblem(context);
  expect([problem?.kind, problem?.failure]).toEqual([
    'unsure',
    expect.objectContaining({ detail: expect.stringContaining(words) }),
  ]);
  const revision = await one.commit('b');
  expect((await planRequest(context, {}, revision))?.problem?.kind).toBe('unsure');
  const message = one.real.repository.git('log', '-1', '--format=%B', revision);
  const done = await proposeAndTend(context, one.real.session(), { revision, message });
  expect(done.ok ? '' : explainInLine(done.failure)).toContain(words);
  expect(listed).toBe(1);
});

test('a login that somebody makes between the refusal and the request counts', async () => {
  using one = await proposing('gh');
  one.forge.fail({ call: 'pr list', says: 'please run:  gh auth login', status: 4 });
  await observeGit(one.context);
  const problem = await requestProblem(one.context);
  expect(problem?.kind).toBe('sure');
  expect(problem === null ? '' : explainInLine(problem.failure)).toMatch(
    /gh is not logged in\. Log in, then: gh auth login && nixup commit --pr/,
  );
  const revision = await one.commit('b');
  expect((await planRequest(one.context, {}, revision))?.problem?.kind).toBe('sure');
  expect(lists(one)).toBe(1);
  one.forge.fail();
  expect((await one.propose(revision)).ok).toBe(true);
});

test.each<[string, Program | null, string, string]>([
  ['no program', null, '', 'by-hand'],
  ['no login', 'gh', 'HTTP 401: Bad credentials', 'sure'],
  ['no network', 'gh', 'error connecting to api.github.com', 'unsure'],
  ['a limit', 'gh', 'HTTP 403: API rate limit exceeded', 'unsure'],
  ['trouble of the server', 'gh', 'HTTP 502: Bad Gateway', 'unsure'],
  ['no right', 'glab', '403 {message: 403 Forbidden}', 'sure'],
  ['an old program', 'tea', 'flag provided but not defined: -fields', 'sure'],
  ['words that nobody knows', 'gh', 'the moon is full', 'unsure'],
])('%s is known before the commit as what it is', async (_, program, says, kind) => {
  using one = await proposing(program);
  const call = program === 'glab' ? 'mr list' : program === 'tea' ? 'pulls list' : 'pr list';
  one.forge.fail({ call, says, status: 1 });
  await observeGit(one.context);
  expect((await requestProblem(one.context))?.kind).toBe(kind);
});

/** The lock of a release of NixOS. */
const release = (version: '25.11' | '26.05'): string =>
  lockOf(version === '25.11' ? 'a' : 'b').replaceAll(
    '"repo": "nixpkgs"',
    `"repo": "nixpkgs", "ref": "nixos-${version}"`,
  );

test.each<Program>([
  'gh',
  'glab',
  'tea',
])('a major update gets one issue with its steps by %s, and one that cannot be opened leaves the request', async (program) => {
  using one = await proposing(program);
  const { repository } = one.real;
  repository.write('flake.lock', release('25.11'));
  repository.git('commit', '--quiet', '--all', '--message=release');
  repository.git('push', '--quiet', 'origin', 'main');
  const issueCalls = () => one.forge.calls().filter(([first]) => /^issues?$/.test(first ?? ''));
  one.forge.fail({
    call: program === 'tea' ? 'issues create' : 'issue create',
    says: 'issues are disabled for this repository',
    status: 1,
  });
  const failed = await one.propose(await one.commit('b', release('26.05')));
  expect(failed).toMatchObject({ ok: true, said: expect.stringMatching(/issues are disabled/) });
  expect(one.forge.requests()).toHaveLength(1);

  one.forge.fail();
  one.forge.set([]);
  repository.git('checkout', '--quiet', '--force', '-B', 'main', 'origin/main');
  const done = await one.propose(await one.commit('b', release('26.05')));
  expect(done).toMatchObject({ ok: true, said: expect.stringMatching(/are in an issue/) });
  expect(one.forge.issue()).toMatch(
    /^Major update: nixpkgs\n[\s\S]*nixos-25\.11 → nixos-26\.05[\s\S]*- \[ \] every host built[\s\S]*stateVersion/,
  );
  const count = issueCalls().length;
  // The request is edited by the next commit: its issue is there already.
  await one.propose(
    await one.commit('c', release('26.05').replaceAll('b'.repeat(40), 'c'.repeat(40))),
  );
  expect(issueCalls()).toHaveLength(count);
  expect(one.context.records.requests().at(-1)).toMatchObject({
    issue: expect.stringMatching(/issues\/1$/),
  });
}, 60_000);

test.each<[string, boolean]>([
  ['an update of nixup', true],
  ['a commit by hand', false],
])(
  'a major update in an earlier commit that was not pushed gets its issue too, below %s',
  async (_, isNixups) => {
    using one = await proposing('gh');
    const { context } = one;
    const { repository } = one.real;
    repository.write('flake.lock', release('25.11'));
    repository.git('commit', '--quiet', '--all', '--message=release');
    repository.git('push', '--quiet', 'origin', 'main');
    await one.commit('b', release('26.05'));
    const later = release('26.05').replaceAll('b'.repeat(40), 'c'.repeat(40));
    const verbs = (commands: readonly Command[]): readonly string[] =>
      plainly(commands).flatMap((line) => /^gh (\w+ \w+)/.exec(line)?.[1] ?? []);
    const planned = ['pr create', 'issue create'];
    if (isNixups) repository.write('flake.lock', later);
    else repository.write('flake.nix', '{ }\n');
    await observeGit(context);
    const plan = await makeCommitPlan(context);
    expect(verbs((await planRequest(context, plan))?.commands ?? [])).toEqual(planned);
    if (!isNixups) repository.git('commit', '--quiet', '--all', '--message=Try another kernel');
    const revision = isNixups ? await one.commit('c', later) : repository.git('rev-parse', 'HEAD');
    await observeGit(context);
    expect(verbs((await planRequest(context, {}, revision))?.commands ?? [])).toEqual(planned);
    const done = await one.propose(revision);
    expect(done.said).toContain('are in an issue');
    expect(one.forge.issue()).toMatch(
      /^Major update: nixpkgs\n[\s\S]*- nixpkgs: nixos-25\.11 → nixos-26\.05/,
    );
  },
  60_000,
);

test('a major update that a later commit takes back gets no issue', async () => {
  using one = await proposing('gh');
  const { repository } = one.real;
  repository.write('flake.lock', release('25.11'));
  repository.git('commit', '--quiet', '--all', '--message=release');
  repository.git('push', '--quiet', 'origin', 'main');
  await one.commit('b', release('26.05'));
  const back = release('25.11').replaceAll('a'.repeat(40), 'e'.repeat(40));
  const done = await one.propose(await one.commit('e', back));
  expect(done.ok).toBe(true);
  expect(done.said).not.toContain('are in an issue');
  expect(one.forge.calls().some(([verb]) => verb === 'issue')).toBe(false);
}, 60_000);

test('a request is remembered before its issue is asked for', async () => {
  using one = await proposing('gh');
  const { records } = one.context;
  const remembered: number[] = [];
  const { exec } = one.context.world;
  const context: EngineContext = {
    ...one.context,
    world: {
      ...one.context.world,
      exec: (command, options) => {
        if (command.file === 'gh' && command.args[0] === 'issue')
          remembered.push(records.requests().length);
        return exec(command, options);
      },
    },
  };
  const { repository } = one.real;
  repository.write('flake.lock', release('25.11'));
  repository.git('commit', '--quiet', '--all', '--message=release');
  repository.git('push', '--quiet', 'origin', 'main');
  const revision = await one.commit('b', release('26.05'));
  const message = repository.git('log', '-1', '--format=%B', revision);
  const done = await proposeAndTend(context, one.real.session(), { revision, message });
  expect(done.ok && done.value).toContain('are in an issue');
  expect(remembered).toEqual([1]);
  expect(records.requests()).toMatchObject([{ issue: expect.stringMatching(/issues\/1$/) }]);
});

test.each<[Program, string]>([
  ['gh', 'pr view'],
  ['glab', 'mr view'],
])(
  'a request that %s does not tell of is named once, in the sentence that says so',
  async (program, call) => {
    using one = await proposing(program);
    await one.propose(await one.commit('b'));
    const [{ url = '' } = {}] = one.context.records.requests();
    one.forge.fail({ call, says: 'the moon is full', status: 1 });
    const told = (await tendRequests(one.context, one.real.session())).join(' ');
    expect(told).toContain(
      `How the ${program === 'gh' ? 'pull' : 'merge'} request ${url} stands is not known: `,
    );
    expect(told).toContain('the moon is full');
    expect(told.split(' request ')).toHaveLength(2);
  },
  60_000,
);

/** Others' requests that were opened later than nixup's own. */
const many = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    number: first + index,
    branch: `topic-${index}`,
    base: 'main',
    title: 'x',
    body: 'x',
    state: 'open' as const,
    comments: [],
  }));

test.each<[Program, number]>([
  ['glab', 150],
  ['tea', 120],
])(
  '%s finds its own request below %i younger ones, edits and closes it',
  async (program, count) => {
    using one = await proposing(program);
    await one.propose(await one.commit('b'));
    one.forge.set([...one.forge.requests(), ...many(2, count)]);
    expect((await one.propose(await one.commit('e'))).said).toContain('that was open has it now');
    expect(one.forge.requests()).toHaveLength(1 + count);
    await deployed(one, (host) => (host === 'p620' ? wentBack(host) : well(host)), false);
    const told = await tendRequests(one.context, one.real.session());
    expect(told.join(' ')).toContain('is closed');
    expect(one.forge.requests()[0]).toMatchObject({ state: 'closed' });
  },
  60_000,
);

test('no commit that somebody else pushed to the branch of the request is merged', async () => {
  using one = await proposing('tea');
  const { repository } = one.real;
  const first = await one.commit('b');
  await one.propose(first);
  await deployed(one, well);
  const branch = `nixup/${first.slice(0, 12)}`;
  repository.git('checkout', '--quiet', '-b', 'theirs', first);
  repository.git('commit', '--quiet', '--allow-empty', '--message=theirs');
  const theirs = repository.git('rev-parse', 'HEAD');
  repository.git('push', '--quiet', 'origin', `theirs:${branch}`);
  repository.git('checkout', '--quiet', 'main');
  const told = await tendRequests(one.context, one.real.session());
  expect(told.join(' ')).toContain(
    `waits: its branch ${branch} is at ${theirs.slice(0, 12)} and not at ${first.slice(0, 12)}`,
  );
  expect(one.forge.requests()).toMatchObject([{ state: 'open' }]);
}, 60_000);

test.each<[Program, string]>([
  ['gh', 'pr close'],
  ['glab', 'mr close'],
  ['tea', 'pulls close'],
])(
  '%s says the reason once, though the request could not be closed at first',
  async (program, call) => {
    using one = await proposing(program);
    await one.propose(await one.commit('b'));
    await deployed(
      one,
      (host) =>
        host === 'p620' ? { ...wentBack(host), reason: 'no contact, see #12 of @ada' } : well(host),
      false,
    );
    one.forge.fail({ call, says: 'the moon is full', status: 1 });
    const tend = async () => (await tendRequests(one.context, one.real.session())).join(' ');
    expect(await tend()).toMatch(
      /^The (?:pull|merge) request https:\S+ was not closed: .*the moon is full/,
    );
    one.forge.fail();
    expect(await tend()).toContain('is closed: p620: no contact');
    expect(one.forge.requests()).toMatchObject([
      {
        state: 'closed',
        comments: ['nixup: p620: no contact, see #<!-- -->12 of @<!-- -->ada; it was rolled back.'],
      },
    ]);
  },
  60_000,
);

test('one that exists already is edited, and is no failure', async () => {
  using one = await proposing('gh');
  const revision = await one.commit('b');
  one.forge.fail({
    call: 'pr create',
    says: `a pull request for branch "x" into branch "main" already exists:\nhttps://github.com/ada/fleet/pull/1`,
    status: 1,
  });
  one.forge.set([
    {
      number: 1,
      branch: 'hand-made',
      base: 'main',
      title: 'x',
      body: 'x',
      state: 'open',
      comments: [],
    },
  ]);
  const done = await one.propose(revision);
  expect(done.said).toContain('https://github.com/ada/fleet/pull/1');
  expect(one.forge.requests()[0]?.title).toMatch(/^flake\.lock: 1 input/);
});

test('a repository without auto-merge, or with squash alone, is merged in the way that it has', async () => {
  using one = await proposing('gh');
  await one.propose(await one.commit('b'));
  one.forge.fail(
    {
      call: 'pr merge',
      word: '--auto',
      says: 'GraphQL: Auto merge is not allowed for this repository (enablePullRequestAutoMerge)',
      status: 1,
    },
    {
      call: 'pr merge',
      word: '--merge',
      says: 'GraphQL: Merge commits are not allowed on this repository. (mergePullRequest)',
      status: 1,
    },
  );
  await deployed(one, well);
  expect((await tendRequests(one.context, one.real.session())).join(' ')).toMatch(/is merged/);
  expect(one.forge.calls().at(-2)).toContain('--rebase');
});

/** Which forge serves a remote: known servers, the words of the programs, the first word of the name. */
test.each<[string, string, RegExp]>([
  [
    'git@git.notgithub.example:ada/fleet.git',
    '',
    /nobody says which forge is at.*\[commit\] forge/s,
  ],
  ['https://notgithub.com/ada/fleet.git', '', /nobody says which forge/],
  [
    'https://git.corp.example/ada/fleet.git',
    'git.corp.example\n  ✓ Logged in to git.corp.example account ada (keyring)\n',
    /^The pull request is open/,
  ],
  [
    'https://git.sr.ht/~ada/fleet',
    '',
    /sourcehut takes changes by mail.*git\.sr\.ht\/~ada\/fleet\/send-email/s,
  ],
])('a remote at %s', async (address, logins, said) => {
  using one = await proposing('gh', address, logins);
  const done = await one.propose(await one.commit('b'));
  expect(done.said).toMatch(said);
});
