import { beforeAll, expect, it } from 'vitest';
import { mustRunIn, reset } from './lab.ts';
import { inFlake, nixup } from './program.ts';
import { truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const secondId = '00000000000000000000000000005eed';

/** As the modules for containers, clouds and boards leave a host: no name, and images of every kind. */
const nameless = `        razer = let one = host "razer" "x86_64-linux"; in one // { config = one.config // {
          networking = one.config.networking // { hostName = ""; };
          system = one.config.system // { build = one.config.system.build // { tarball = 1; sdImage = 1; googleComputeImage = 1; vm = 1; images = { }; }; };
        }; };`;

/** A shell that prints a fact of its own, a title without a line break, and complains. */
const noise = `printf 'machine-id ffffffffffffffffffffffffffffffff\\nnixup-probe 1\\nWelcome \\033]0;root@razer\\007'
stty -echo
trap "printf 'host-name other\\nnixup-probe-end'" EXIT
`;

describeInLab('a host without a name, whose modules make images and whose shell talks', () => {
  beforeAll(async () => {
    await reset(['razer', 'workstation']);
    await mustRunIn(
      'workstation',
      `cat > /tmp/razer.nix; cd /root/fleet; sed -i -e '/^        razer = /{r /tmp/razer.nix' -e 'd}' flake.nix; git commit -qam 'Make razer a cloud host'`,
      { input: `${nameless}\n` },
    );
    await mustRunIn('razer', 'hostname ip-192-0-2-12');
  }, 300_000);

  it('says the same whatever its login shell prints around', async () => {
    const facts = async () => {
      const { result } = await nixup(['status', 'razer', '--json']);
      const { current, generation, position, reachable, error } = result.hosts[0];
      return { current, generation, position, reachable, error };
    };
    const before = await facts();
    expect(before.reachable).toBe(true);
    await mustRunIn(
      'razer',
      'cp /root/.bashrc /tmp/bashrc 2> /dev/null || : > /tmp/bashrc; cat - /tmp/bashrc > /root/.bashrc',
      { input: noise },
    );
    try {
      expect(await facts()).toEqual(before);
    } finally {
      await mustRunIn('razer', 'cat /tmp/bashrc > /root/.bashrc');
    }
  });

  it('is a host like any other', async () => {
    const board = await nixup(['check', '--json']);
    const row = board.result.rows.find(({ id }: { id: string }) => id === 'hosts.razer');
    expect(row.state, JSON.stringify(row)).not.toBe('red');
    expect((await nixup(['test', 'razer'])).exitCode).toBe(0);
    const deploy = await nixup(['deploy', 'razer', '--yes', '--json']);
    expect(deploy.exitCode, deploy.stderr).toBe(0);
    const { current, profile } = await truthOf('razer');
    expect(deploy.result.hosts['razer']).toMatchObject({ status: 'succeeded', to: current });
    expect(profile).toBe(current);
  });

  it('is refused with another machine id, until somebody names it', async () => {
    await inFlake('echo "- note" >> README.md; git commit -qam "README: a note"');
    expect((await nixup(['test', 'razer'])).exitCode).toBe(0);
    await mustRunIn('razer', `echo ${secondId} > /etc/machine-id`);
    const before = await truthOf('razer');
    const refused = await nixup(['deploy', 'razer', '--yes', '--json']);
    expect(refused.exitCode, refused.stderr).toBe(3);
    expect(refused.result.hosts['razer'].reason).toContain(`--expect-machine ${secondId}`);
    expect(await truthOf('razer')).toEqual(before);

    const other = 'a'.repeat(32);
    expect((await nixup(['deploy', 'razer', '--yes', '--expect-machine', other])).exitCode).toBe(3);
    const meant = await nixup(['deploy', 'razer', '--yes', '--json', '--expect-machine', secondId]);
    expect(meant.exitCode, meant.stderr).toBe(0);
    expect(meant.result.hosts['razer'].status).toBe('succeeded');
    expect((await nixup(['deploy', 'razer', '--yes'])).exitCode).toBe(0);
  });
});
