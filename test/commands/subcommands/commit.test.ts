import { expect, test } from 'vitest';
import type { CommitPlan } from '../../../source/model/commit/commit-plan.ts';
import { pushObstacle } from '../../../source/model/commit/push-obstacle.ts';
import { entry, fleet, play, result } from '../../support/fake-program.ts';

const plan: CommitPlan = {
  message: 'chore(flake): update nixpkgs\n',
  kept: null,
  keptIn: null,
  paths: ['flake.lock'],
  others: { kind: 'none' },
  branch: 'main',
  commands: [],
  obstacle: null,
};

const git = (dirty: readonly string[], branch: string | null = 'main') =>
  ({
    type: 'git-observed',
    why: null,
    git: {
      root: '/fleet',
      branch,
      head: 'a'.repeat(40),
      upstream: null,
      ahead: 0,
      behind: 0,
      dirty,
      conflicted: [],
      untrackedNix: [],
      tree: 't',
      sources: null,
      remoteUrl: 'ssh://git@forge/fleet',
    },
  }) as const;

test('commit --edit without a terminal is refused before anything is asked of the fleet', async () => {
  const refused = await play('commit --edit', () => ({ facts: [], engine: {} }));
  expect(refused.status).toBe(3);
  expect(refused.stderr).toContain('--edit needs a terminal, and nothing was committed');
  expect(refused.stderr).toContain('nixup commit --message FILE');
});

test('commit --push commits the planned message, then pushes', async () => {
  const played = await play('commit --push', () => ({
    facts: [...fleet(entry('p620')), git(['flake.lock'])],
    engine: {
      commit: {
        plan: async () => plan,
        pushGate: async () => null,
        run: async () => result({ commit: 'c0ffee' }),
        push: async () => result({ summary: 'Pushed.' }),
      },
    },
  }));
  expect(played.status).toBe(0);
  expect(played.calls).toContain(`commit.run ${JSON.stringify({ ...plan, pushes: true })}`);
  expect(played.stdout).toBe('commit c0ffee\nPushed.');
});

const request = {
  into: 'main',
  commands: [{ file: 'gh', args: ['pr', 'create', '--head=nixup/COMMIT'] }],
  carried: ['abc123abc123 Try another kernel'],
  undeployed: ['p620'],
};

test('commit --pr lists every command, and asks where something else goes with the request', async () => {
  const setting = () => ({
    facts: [...fleet(entry('p620')), git(['flake.lock'])],
    typed: ['n'],
    engine: {
      commit: {
        plan: async () => plan,
        planRequest: async () => request,
        run: async () => result({ commit: 'c0ffee' }),
      },
    },
  });
  const asked = await play('commit --pr', setting);
  expect(asked.status).toBe(3);
  expect(asked.stderr).toMatch(
    /abc123abc123 Try another kernel.*p620 does not run what was tested.*Open the pull request\?/s,
  );
  expect(asked.calls.filter((call) => call.startsWith('commit.run'))).toEqual([]);
  const unasked = await play('commit --pr --yes', setting);
  expect(unasked.status).toBe(0);
  expect(unasked.stderr).toMatch(
    /Try another kernel.*commands:\n {2}gh pr create --head=nixup\/COMMIT/s,
  );
  expect(unasked.calls).toContain(`commit.run ${JSON.stringify({ ...plan, proposes: true })}`);
});

const notLoggedIn = {
  code: 'git-refused',
  operation: 'list the open pull requests',
  detail: 'gh is not logged in',
  remedy: 'log in, then',
  command: 'gh auth login && nixup commit --pr',
} as const;

/** A commit with a forge of which something is known before. */
const withProblem =
  (kind: 'sure' | 'by-hand' | 'unsure', typed: readonly string[], pullRequest = false) =>
  () => ({
    facts: [...fleet(entry('p620')), git(['flake.lock'])],
    typed,
    engine: {
      commit: {
        plan: async () => plan,
        settings: () => ({ push: 'never' as const, pullRequest }),
        requestProblem: async () => ({ kind, failure: notLoggedIn, why: notLoggedIn.detail }),
        planRequest: async () => ({
          into: 'main',
          commands: [],
          carried: [],
          undeployed: [],
          problem: { kind, failure: notLoggedIn, why: notLoggedIn.detail },
        }),
        run: async () => result({ commit: 'c0ffee' }),
      },
    },
  });

const commits = (played: { readonly calls: readonly string[] }): number =>
  played.calls.filter((call) => call.startsWith('commit.run')).length;

test.each([
  'commit --pr --yes',
  'commit --yes',
])('%s with a forge that surely refuses commits nothing where nobody can be asked', async (words) => {
  const refused = await play(words, withProblem('sure', [], true));
  expect([refused.status, commits(refused)]).toEqual([3, 0]);
  expect(refused.stderr).toMatch(
    /the pull request cannot be opened: .*gh is not logged in.*Nothing was changed\. First: gh auth login && nixup commit --pr\. To commit without it: nixup commit --no-pr/s,
  );
  const json = await play(`${words} --json`, withProblem('sure', [], true));
  expect([json.status, commits(json)]).toEqual([3, 0]);
});

test('at a terminal it is asked whether to go on without the pull request', async () => {
  const left = await play('commit --pr', withProblem('sure', ['n']));
  expect([left.status, commits(left)]).toEqual([3, 0]);
  expect(left.stderr).toMatch(
    /No pull request will be opened, and the branch is pushed alone\. .*gh is not logged in.*Go on without opening it\?/s,
  );
  const agreed = await play('commit --pr', withProblem('sure', ['y']));
  expect([agreed.status, commits(agreed)]).toEqual([0, 1]);
});

test('what may be over soon, and a request that a person opens, refuse nothing', async () => {
  for (const kind of ['unsure', 'by-hand'] as const) {
    const played = await play('commit --pr --yes', withProblem(kind, []));
    expect([played.status, commits(played)]).toEqual([0, 1]);
    expect(played.stderr).toMatch(/gh is not logged in/);
  }
});

test('commit --no-pr commits without the pull request that nixup.toml asks for', async () => {
  const played = await play('commit --no-pr --yes', withProblem('sure', [], true));
  expect(played.status).toBe(0);
  expect(played.calls).toContain(`commit.run ${JSON.stringify(plan)}`);
});

test('where nothing is to be committed or pushed no forge is asked', async () => {
  const { git: facts, ...rest } = git([]);
  const played = await play('commit --pr --yes', () => ({
    ...withProblem('sure', [])(),
    facts: [...fleet(entry('p620')), { ...rest, git: { ...facts, upstream: 'origin/main' } }],
  }));
  expect(played.status).toBe(0);
});

test.each<[string, string]>([
  [
    'Look at them: gh pr list',
    'Look at them: gh pr list. No pull request was opened; to do that: nixup commit --pr\n',
  ],
  // Neither what was not done nor the command is said twice.
  [
    'No pull request was opened: it asks. Do it by hand: https://x',
    'Do it by hand: https://x. To try that again: nixup commit --pr\n',
  ],
  ['Connect, then open it: nixup commit --pr', 'Connect, then open it: nixup commit --pr\n'],
])('after a request that failed with "%s" the command follows as a sentence', async (summary, said) => {
  const played = await play('commit --pr --yes', () => ({
    facts: [...fleet(entry('p620')), git(['flake.lock'])],
    engine: {
      commit: {
        plan: async () => plan,
        run: async () => result({ ok: false, exitCode: 1, commit: 'c0ffee', summary }),
      },
    },
  }));
  expect(`${played.stdout}\n${played.stderr}\n`).toContain(said);
});

test.each([
  'commit --push',
  'commit --pr',
])('%s on a detached head is refused before anything is committed', async (words) => {
  const played = await play(words, () => ({
    facts: [...fleet(entry('p620')), git(['flake.lock'], null)],
    engine: {
      commit: {
        plan: async () => ({ ...plan, branch: null }),
        pushGate: async () => pushObstacle(git(['flake.lock'], null).git),
      },
    },
  }));
  expect(played.status).toBe(3);
  expect(played.stderr).toMatch(/HEAD is detached.*Nothing was changed/s);
  expect(played.calls.filter((call) => call.startsWith('commit.run'))).toEqual([]);
});

test('what was begun in the repository is named before anything else is asked', async () => {
  const obstacle =
    'git commit was refused: a merge was begun and not ended. Run: git merge --continue';
  const played = await play('commit --push', () => ({
    facts: [...fleet(entry('p620')), git(['flake.lock', 'other.txt'])],
    engine: {
      commit: {
        plan: async () => ({
          ...plan,
          others: { kind: 'unasked', paths: ['other.txt'] },
          obstacle,
          isBlocked: true,
        }),
      },
    },
  }));
  expect(played.status).toBe(3);
  expect(played.stderr).toContain(obstacle);
  expect(played.stderr).not.toContain('other.txt');
});

test('other files are asked about only where the tree with them was tested', async () => {
  const obstacle = 'this tree was not tested: notes.md changed after the last test';
  const played = await play('commit', () => ({
    facts: [...fleet(entry('p620')), git(['flake.lock', 'notes.md'])],
    engine: {
      commit: {
        plan: async () => ({
          ...plan,
          others: { kind: 'unasked', paths: ['notes.md'] },
          obstacle,
        }),
      },
    },
  }));
  expect(played.status).toBe(3);
  expect(played.stderr).toContain(obstacle);
  expect(played.stderr).not.toContain('--with');
});

test('a tree that was not tested is refused with its reason, status 3', async () => {
  const played = await play('commit', () => ({
    facts: [...fleet(entry('p620')), git(['flake.lock'])],
    engine: { commit: { plan: async () => ({ ...plan, obstacle: 'this tree was not tested' }) } },
  }));
  expect(played.status).toBe(3);
  expect(played.stderr).toContain('this tree was not tested');
});

test('a clean tree has nothing to commit, which is well', async () => {
  const played = await play('commit', () => ({
    facts: [...fleet(entry('p620')), git([])],
    engine: { commit: { plan: async () => ({ ...plan, obstacle: 'nothing to commit' }) } },
  }));
  expect([played.status, played.stdout]).toEqual([0, 'Nothing to commit: the tree is clean.']);
});

test('a plan without files is well only where it would hold nothing', async () => {
  const empty = { ...plan, paths: [], commands: [] };
  const played = async (told: object) =>
    await play('commit', () => ({
      facts: [...fleet(entry('p620')), git(['flake.lock'])],
      engine: { commit: { plan: async () => ({ ...empty, ...told }) } },
    }));
  const well = await played({ obstacle: 'nothing to commit: as it was', holdsNothing: true });
  expect([well.status, well.stdout]).toEqual([0, 'Nothing to commit: as it was.']);
  // Outside of git, with a lock that git does not see, or with a file that did not change.
  const refused = await played({ obstacle: 'the flake is not in a git repository' });
  expect(refused.status).toBe(3);
  expect(refused.stderr).toContain('Refused: the flake is not in a git repository');
});

test('a message file that is not there is status 2', async () => {
  const played = await play('commit --message absent.txt', () => ({
    facts: [...fleet(entry('p620')), git(['flake.lock'])],
    engine: { commit: { plan: async () => plan } },
  }));
  expect(played.status).toBe(2);
  expect(played.stderr).toContain('/fleet/absent.txt');
});

test('at a terminal --yes asks nothing: a kept message is told and not used', async () => {
  const kept = { ...plan, kept: 'my words\n', keptIn: '/state/my messages/COMMIT_EDITMSG' };
  const setting = () => ({
    facts: [...fleet(entry('p620')), git(['flake.lock'])],
    engine: { commit: { plan: async () => kept, run: async () => result({ commit: 'c0ffee' }) } },
    typed: ['y'],
  });
  const asked = await play('commit', setting);
  expect(asked.stderr).toContain('Use it? [Y/n]');
  expect(asked.calls).toContain(`commit.run ${JSON.stringify({ ...kept, message: kept.kept })}`);
  const unasked = await play('commit --yes', setting);
  expect(unasked.stderr).not.toContain('Use it?');
  expect(unasked.calls).toContain(`commit.run ${JSON.stringify(kept)}`);
  expect(unasked.stderr).toContain("nixup commit --message '/state/my messages/COMMIT_EDITMSG'");
});
