import { beforeAll, expect, it } from 'vitest';
import { clearFates, fate, mustRunIn } from './lab.ts';
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
  let first = '';

  beforeAll(async () => {
    await scriptAt(
      root,
      'printf \'\\n[history]\\nshare = true\\n\\n[hosts.p510]\\ntags = ["one"]\\n\' >> nixup.toml; git add nixup.toml; git commit -qm share; git push -q',
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
    first = run;
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
    // The test that built it has it too.
    expect(brought).toContainEqual(
      expect.objectContaining({ run: first, kind: 'added', new: ['1.0'], hosts: ['p510'] }),
    );
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

  it('a system that failed at one desk is not repeated at the other, which is told when and why', async () => {
    await scriptAt(root, 'git pull -q');
    await fate('p510', 'unit-fails');
    expect((await nixupAt(root, ['test', 'p510'])).exitCode).toBe(0);
    const failed = await nixupAt(root, ['deploy', 'p510', '--yes', '--json']);
    expect(failed.exitCode, failed.stderr).toBe(5);
    expect((await nixupAt(root, ['rollback', 'p510', '--yes'])).exitCode).toBe(0);

    await scriptAt(ada, 'git pull -q');
    expect((await nixupAt(ada, ['history'])).exitCode).toBe(0);
    expect((await nixupAt(ada, ['test', 'p510'])).exitCode).toBe(0);
    // Whoever names a host as a word asks for it.
    const refused = await nixupAt(ada, ['deploy', '--on', '@one', '--yes', '--json']);
    expect(refused.result.hosts.p510, refused.stderr).toMatchObject({
      status: 'skipped',
      reason: expect.stringMatching(/p510 was taken back from this system on .*--confirm p510/),
    });
    await clearFates();
  });

  it('an input that one holds is told to the other, whose nixup.toml has no such hold yet', async () => {
    await scriptAt(root, 'git pull -q');
    const held = await nixupAt(root, ['hold', 'stylix', '--reason', 'breaks the GPU']);
    expect(held.exitCode, held.stderr).toBe(0);
    const told = await nixupAt(ada, ['history']);
    expect(told.stderr).toMatch(/root@\S+ holds stylix \(breaks the GPU\).*git pull/);
    const released = await nixupAt(root, ['hold', 'stylix', '--release']);
    expect(released.exitCode, released.stderr).toBe(0);
    await scriptAt(root, 'git checkout -q nixup.toml');
    expect((await nixupAt(ada, ['history'])).stderr).not.toContain('holds stylix');
  });

  it('a revision that one took back with a host is not taken again by an update of the other', async () => {
    expect((await nixupAt(root, ['update', 'nixpkgs'])).exitCode).toBe(0);
    expect((await nixupAt(root, ['test', 'p510'])).exitCode).toBe(0);
    const deployed = await nixupAt(root, ['deploy', 'p510', '--yes', '--json']);
    expect(deployed.exitCode, deployed.stderr).toBe(0);
    const back = await nixupAt(root, ['rollback', 'p510', '--lock', '--yes', '--json']);
    expect(back.exitCode, back.stderr).toBe(0);

    await scriptAt(ada, 'git pull -q');
    expect((await nixupAt(ada, ['history'])).exitCode).toBe(0);
    const update = await nixupAt(ada, ['update', '--json']);
    expect(update.stdout).toMatch(/nixpkgs did not move to .* it was taken back with p510/);
    const revision = "jq -r '.nodes[.nodes.root.inputs.nixpkgs].locked.rev'";
    expect(await scriptAt(ada, `${revision} flake.lock`)).toBe(
      await scriptAt(ada, `git show HEAD:flake.lock | ${revision}`),
    );
  });
});
