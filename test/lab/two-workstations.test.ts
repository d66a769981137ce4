import { beforeAll, expect, it } from 'vitest';
import { mustRunIn } from './lab.ts';
import { type Desk, makeAda, nixupAt, scriptAt } from './people.ts';
import type { Answer } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const root: Desk = { user: 'root', folder: '/root/fleet' };
const ada: Desk = { user: 'ada', folder: '/home/ada/fleet' };

const withPackage = (version: string): string =>
  `sed -i 's|environment.systemPackages = \\[|environment.systemPackages = [ (pkgs.runCommand "shared-${version}" { } "mkdir $out; echo ${version} > $out/x")|' hosts/p510.nix; git commit -qam 'shared ${version}'; git push -q`;

const bring = async (desk: Desk, version: string): Promise<Answer> => {
  await scriptAt(desk, `git pull -q; ${withPackage(version)}`);
  const tested = await nixupAt(desk, ['test', 'p510']);
  expect(tested.exitCode, tested.stderr).toBe(0);
  const done = await nixupAt(desk, ['deploy', 'p510', '--yes', '--json']);
  expect(done.exitCode, done.stderr).toBe(0);
  return done.result;
};

/** What the host itself keeps, read without a fetch of what others shared. */
const keptAt = async (desk: Desk): Promise<readonly Answer[]> => {
  const { result } = await nixupAt(desk, ['status', 'p510', '--json']);
  return result.hosts[0].activations;
};

const pastOf = async (desk: Desk, ...words: readonly string[]): Promise<Answer> =>
  (await nixupAt(desk, ['history', '--json', ...words])).result;

describeInLab('two people with a clone each keep one fleet', () => {
  beforeAll(async () => {
    await scriptAt(
      root,
      "printf '\\n[history]\\nshare = true\\n' >> nixup.toml; git add nixup.toml; git commit -qm share; git push -q",
    );
    await makeAda();
    await mustRunIn(
      'workstation',
      `chmod -R a+rwX /srv/git/fleet.git
       git config --system --add safe.directory '*'
       git -C /srv/git/fleet.git config core.sharedRepository 0666
       git -C /home/ada/fleet config user.name ada
       git -C /home/ada/fleet config user.email ada@lab.example`,
    );
  }, 300_000);

  it('each sees from the host itself what the other deployed', async () => {
    const { run } = await bring(root, '1.0');
    const [last] = (await keptAt(ada)).slice(-1);
    expect(last).toMatchObject({ run, by: expect.stringMatching(/^root@/), result: 'committed' });
    expect(last.lock).toMatch(/^[0-9a-f]{16}$/);
    const status = await nixupAt(ada, ['status', 'p510']);
    expect(status.stdout).toMatch(/p510: deployed .* ago by root@\S+ from lock [0-9a-f]{8}\./);
  });

  it('each sees in the history what the other did, with what it brought', async () => {
    const past = await pastOf(ada);
    expect(past.runs.map(({ goal, by }: Answer) => `${goal} ${by}`).join('\n')).toMatch(
      /deploy root@/,
    );
    const { brought } = await pastOf(ada, '--package', 'shared@1.0');
    expect(brought).toMatchObject([{ kind: 'added', new: ['1.0'], hosts: ['p510'] }]);
  });

  it('what the other one deployed is told by verify, and is no trouble', async () => {
    const { run } = await bring(ada, '2.0');
    // Nothing was fetched since: the host alone says it.
    const verified = await nixupAt(root, ['verify', 'p510']);
    expect(verified.exitCode, verified.stdout + verified.stderr).toBe(0);
    expect(verified.stderr).toMatch(new RegExp(`p510: deployed .* by ada@.*${run}`));
    const known = await nixupAt(root, ['history', '--known-good', '--json']);
    expect(known.result.hosts).toMatchObject([
      { host: 'p510', now: { run, by: expect.stringMatching(/^ada@/) }, knownGood: { run } },
    ]);
  });
});
