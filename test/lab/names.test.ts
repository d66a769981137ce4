import { expect, it } from 'vitest';
import { hostNames, mustRunIn, run } from './lab.ts';
import { inFlake, nixup } from './program.ts';
import { truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const evil = ['-oProxyCommand=touch pwned', 'a;reboot'] as const;

/** Programs that only write down how they were called, and then do it. */
const spies = '/tmp/spies';
const calls = '/tmp/calls';

describeInLab('host names that want to be more than names', () => {
  it('are refused with a clear message and never reach a command, while the other hosts work', async () => {
    await inFlake(
      `sed -i 's|^        pi = .*|&\\n        "${evil[0]}" = host "p510" "x86_64-linux";\\n        "${evil[1]}" = host "p510" "x86_64-linux";|' flake.nix; git commit -qam 'Add two hosts'`,
    );
    await mustRunIn(
      'workstation',
      `rm -rf ${spies}; mkdir ${spies}
       for program in ssh scp sh bash nix nix-store nix-copy-closure git touch reboot; do
         real=$(command -v $program) || continue
         printf '#!/bin/bash -p\\nprintf "%%s\\\\n" "\${0##*/} $*" >> ${calls}\\nexec %s "$@"\\n' "$real" > ${spies}/$program
       done; chmod 755 ${spies}/*; : > ${calls}`,
    );
    const env = { PATH: `${spies}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin` };
    const before = await truths();

    const status = await nixup(['status'], { env });
    expect(status.exitCode).toBe(0);
    for (const name of evil) {
      expect(status.stdout).toContain(`\n${name}: its name is not one that a host can have`);
    }
    const json = await nixup(['status', '--json'], { env });
    for (const name of evil)
      expect(json.result.hosts.find((host: { name: string }) => host.name === name)).toMatchObject({
        reachable: null,
        current: null,
        error: expect.stringContaining('not one that a host can have'),
      });
    for (const host of hostNames)
      expect(json.result.hosts.find(({ name }: { name: string }) => name === host)).toMatchObject({
        reachable: true,
        position: 'stale',
      });

    const board = await nixup(['check', '--json'], { env });
    for (const name of evil)
      expect(
        board.result.rows.find(({ id }: { id: string }) => id === `hosts.${name}`),
      ).toMatchObject({
        state: 'red',
        remedy: { text: expect.stringContaining('rename') },
      });

    expect((await nixup(['test'], { env })).exitCode).toBe(0);
    const deploy = await nixup(['deploy', '--yes', '--json'], { env });
    expect(deploy.exitCode).toBe(0);
    for (const host of hostNames) expect(deploy.result.hosts[host].status).toBe('succeeded');
    for (const name of evil) expect(deploy.result.hosts[name].status).toBe('skipped');

    for (const words of [
      ['deploy', evil[1], '--yes'],
      ['status', evil[1]],
      ['rollback', evil[1], '--yes'],
      ['verify', evil[1]],
    ])
      expect((await nixup(words, { env })).stdout).not.toMatch(/succeeded/);
    expect((await nixup(['deploy', evil[0], '--yes'], { env })).exitCode).toBe(2);

    const log = await mustRunIn('workstation', `cat ${calls}`);
    expect(log).toMatch(/^ssh /m);
    expect(log).not.toMatch(/ProxyCommand|pwned|a;reboot/);
    expect(log).not.toMatch(/^(reboot|touch)/m);
    const found = await run('workstation', 'find /root /tmp /home -name "*pwned*" 2> /dev/null');
    expect(found.stdout).toBe('');
    const after = await truths();
    for (const host of hostNames) {
      expect(after[host].bootId).toBe(before[host].bootId);
      expect((await run(host, 'find / -xdev -name "pwned" 2> /dev/null | head')).stdout).toBe('');
    }
  });
});
