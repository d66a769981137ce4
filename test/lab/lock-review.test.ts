import { expect, it } from 'vitest';
import { hostNames, mustRunIn } from './lab.ts';
import { inFlake, nixup } from './program.ts';
import { describeInLab } from './whole-lab.ts';

/** The derivation of every host's system in a folder, by plain Nix. */
const systemsIn = async (folder: string): Promise<Readonly<Record<string, string>>> =>
  JSON.parse(
    await mustRunIn(
      'workstation',
      `nix eval --json --no-update-lock-file 'path:${folder}#nixosConfigurations' --apply 'hosts: builtins.mapAttrs (_: host: host.config.system.build.toplevel.drvPath) { inherit (hosts) ${hostNames.join(' ')}; }'`,
    ),
  );

describeInLab('a lock that was updated', () => {
  it('tells of an input which hosts it changes, as plain Nix finds them', async () => {
    await inFlake('git checkout flake.lock');
    await mustRunIn(
      'workstation',
      'rm -rf /tmp/alone; cp -r /root/fleet /tmp/alone; rm -rf /tmp/alone/.git',
    );
    const before = await systemsIn('/tmp/alone');
    await mustRunIn('workstation', 'nix flake update --flake path:/tmp/alone nur stylix');
    const after = await systemsIn('/tmp/alone');
    expect((await nixup(['update'])).exitCode).toBe(0);
    const answer = await nixup(['impact', 'nur', 'stylix', '--json']);
    expect(answer.exitCode, answer.stderr).toBe(0);
    const told: readonly { readonly changed: readonly string[] }[] = answer.result.inputs;
    const union = [...new Set(told.flatMap(({ changed }) => changed))].sort();
    expect(union).toEqual(hostNames.filter((name) => before[name] !== after[name]).toSorted());
    expect(union.length).toBeGreaterThan(0);
    expect(union.length).toBeLessThan(hostNames.length + 1);
  });

  it('is told with commits from git alone, and what their subjects break', async () => {
    const answer = await nixup(['diff', '--facts', '--json']);
    expect(answer.exitCode, answer.stderr).toBe(0);
    const range = await inFlake(
      'jq -r .nodes.root.inputs.nixpkgs flake.lock | xargs -I{} sh -c \'git show HEAD:flake.lock | jq -r ".nodes.\\"{}\\".locked.rev"; jq -r ".nodes.\\"{}\\".locked.rev" flake.lock\'',
    );
    const [old = '', now = ''] = range.trim().split('\n');
    const counted = await mustRunIn(
      'workstation',
      `git -C /srv/inputs/nixpkgs rev-list --count ${old}..${now}`,
    );
    const { changes, subjects, breaking } = JSON.parse(answer.stdout);
    const change = changes.find(({ path }: { path: string }) => path === 'nixpkgs');
    expect(change.commits).toMatchObject({ count: Number(counted.trim()), exact: true });
    const newest = await mustRunIn(
      'workstation',
      `git -C /srv/inputs/nixpkgs log -1 --format=%s ${now}`,
    );
    const told =
      Object.values<readonly { readonly revision: string; readonly subject: string }[]>(
        subjects,
      ).flat();
    expect(told.find(({ revision }) => revision === now)?.subject).toBe(newest.trim());
    expect(breaking.length).toBeGreaterThan(0);
  });
});
