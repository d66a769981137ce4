import { expect, test } from 'vitest';
import { parseArguments } from '../../../source/commands/arguments/parse.ts';
import type { RunWish } from '../../../source/engine/run/options.ts';
import type { CommitPlan } from '../../../source/model/commit/commit-plan.ts';
import { entry, fleet, outcome, play, result, target } from '../../support/fake-program.ts';

const commitPlanOf = (path: string): CommitPlan => ({
  message: 'chore',
  kept: null,
  keptIn: null,
  paths: [path],
  others: { kind: 'none' },
  branch: 'main',
  commands: [{ file: 'git', args: ['commit', '--', path] }],
  obstacle: null,
});

test('a run without a terminal and without --yes does nothing at all, status 3', async () => {
  const played = await play('run', () => ({ facts: fleet(entry('p620')) }));
  expect(played.status).toBe(3);
  expect(played.calls.filter((call) => /^(run|survey)/.test(call))).toEqual([]);
  expect(played.stderr).toContain('nixup run --yes');
});

test('a run hands its wishes to the engine', async () => {
  let wish: RunWish | undefined;
  const played = await play('run --inputs nixpkgs,home-manager --no-commit --yes', () => ({
    facts: fleet(entry('p620'), entry('razer')),
    engine: {
      runs: {
        all: async (given) => {
          wish = given;
          return result({ hosts: { p620: outcome('succeeded') }, commit: 'c0ffee' });
        },
      },
    },
  }));
  expect(played.status).toBe(0);
  expect(wish).toMatchObject({
    inputs: ['nixpkgs', 'home-manager'],
    hosts: ['p620', 'razer'],
    deploy: true,
    commit: false,
    push: false,
  });
  expect(played.stdout).toContain('commit c0ffee');
});

/** The branch as git sees it at the end of the run, and what the last line of JSON says of it. */
test.each([
  [1, 'run --no-deploy --json', { branch: 'main', upstream: 'origin/main', commits: 1 }],
  [2, 'run --yes --json', { branch: 'main', upstream: 'origin/main', commits: 2 }],
  [0, 'run --yes --json', undefined],
] as const)('with %i commits that the remote has not, the last line of %s says: %j', async (ahead, words, unpushed) => {
  const played = await play(words, (say) => ({
    facts: fleet(entry('p620')),
    engine: {
      runs: {
        all: async () => {
          say({
            type: 'git-observed',
            why: null,
            git: {
              root: '/fleet',
              branch: 'main',
              head: 'c0ffee',
              upstream: 'origin/main',
              ahead,
              behind: 0,
              dirty: [],
              conflicted: [],
              untrackedNix: [],
              tree: 't',
              sources: null,
              remoteUrl: 'git@example.org:fleet',
            },
          });
          return result();
        },
      },
    },
  }));
  const last: unknown = JSON.parse(played.stdout.trim().split('\n').at(-1) ?? '');
  expect(last).toMatchObject({ type: 'result', ok: true, exitCode: 0 });
  if (unpushed === undefined) expect(last).not.toHaveProperty('unpushed');
  else expect(last).toHaveProperty('unpushed', unpushed);
});

test('--no-deploy needs nobody to agree', async () => {
  const played = await play('run --no-deploy', () => ({
    facts: fleet(entry('p620')),
    engine: { runs: { all: async ({ deploy }) => result({ summary: `deploy ${deploy}` }) } },
  }));
  expect([played.status, played.stdout]).toEqual([0, 'deploy false']);
});

test('what is approved lacks the protected host, and the run ends with status 3', async () => {
  let approved: readonly string[] = [];
  const played = await play('run --yes', () => ({
    facts: fleet(entry('p620'), entry('vault', 'protected')),
    engine: {
      commit: { plan: async () => commitPlanOf('flake.lock') },
      runs: {
        all: async ({ approve }) => {
          const answer = await approve({
            mode: 'switch',
            targets: [target('p620'), target('vault', 'protected')],
            leftOut: [],
          });
          approved = answer.ok ? answer.value.targets.map(({ host }) => host) : [];
          return result();
        },
      },
    },
  }));
  expect([played.status, approved]).toEqual([3, ['p620']]);
});

test('the last lines of a failed host are repeated at the end', async () => {
  const played = await play('test', (say) => ({
    facts: fleet(entry('p620')),
    engine: {
      build: {
        test: async () => {
          say({ type: 'logged', host: 'p620', lines: ['error: hash mismatch'] });
          return result({ exitCode: 1, hosts: { p620: outcome('failed') } });
        },
      },
    },
  }));
  expect(played.status).toBe(1);
  expect(played.stderr).toContain('last lines of p620:\n    error: hash mismatch');
});

test('update prints what moved, and holds what is excluded', async () => {
  const played = await play('update --exclude stylix', () => ({
    engine: { lock: { update: async () => result({ summary: '1 input moved.' }) } },
  }));
  expect(played.calls).toContain('lock.update "all" ["stylix"]');
  expect(played.status).toBe(0);
});

test('an update that was refused prints no difference', async () => {
  const lock = {
    kind: 'read',
    fingerprint: 'f',
    changes: [],
    inputs: [],
    copies: [],
    headline: null,
    oldText: '',
    newText: '',
  } as const;
  const stdoutOf = async (exitCode: number): Promise<string> => {
    const { stdout } = await play('update nosuch', (say) => ({
      engine: {
        lock: {
          update: async () => {
            say({ type: 'lock-observed', lock });
            return result({ exitCode });
          },
        },
      },
    }));
    return stdout;
  };
  expect(await stdoutOf(1)).toContain('no input changed');
  expect(await stdoutOf(2)).not.toContain('no input changed');
});

test('a run with --pr lists the commands of commit and request with those of the hosts, before it does any', async () => {
  const plan = commitPlanOf('flake.lock');
  const played = await play('run --pr --yes', () => ({
    facts: fleet(entry('p620')),
    engine: {
      commit: {
        plan: async () => plan,
        planRequest: async () => ({
          into: 'main',
          commands: [{ file: 'gh', args: ['pr', 'create'] }],
          carried: ['c0ffee An older commit'],
          undeployed: ['p620'],
        }),
      },
      runs: {
        all: async ({ approve, propose, push }) => {
          const approved = await approve({
            mode: 'switch',
            targets: [target('p620')],
            leftOut: [],
          });
          return result({ summary: `approved ${approved.ok}, propose ${propose}, push ${push}` });
        },
      },
    },
  }));
  expect(played.stderr).toMatch(
    /where all is well, the commit follows[\s\S]*1 commit of main is not pushed[\s\S]*An older commit[\s\S]*commands:[\s\S]*git commit[\s\S]*gh pr create/,
  );
  // Before the deploy no host runs it: that says nothing yet.
  expect(played.stderr).not.toContain('does not run what was tested');
  expect(played.stdout).toContain('approved true, propose true, push false');
});

test.each(['--no-commit', '--no-deploy', '--push'])('--pr and %s exclude each other', (flag) => {
  expect(parseArguments(['run', '--pr', flag, '--yes'])).toMatchObject({ ok: false });
});
