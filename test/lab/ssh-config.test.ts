import { beforeAll, expect, it } from 'vitest';
import { mustRunIn, reset } from './lab.ts';
import { inFlake, nixup } from './program.ts';
import { truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

/** What people set for the shells that they open. */
const forShells = `
Host p510
  RemoteCommand echo a shell of mine
Host *
  RequestTTY force
  LocalForward 18080 localhost:80
  ExitOnForwardFailure yes
  PermitLocalCommand yes
  LocalCommand echo a word of mine
  VisualHostKey yes
`;

describeInLab('an ssh config made for shells', () => {
  beforeAll(async () => {
    await reset(['p510', 'workstation']);
    await mustRunIn('workstation', 'cat >> /root/.ssh/config', { input: forShells });
    await inFlake('echo "- note" >> README.md; git commit -qam "README: a note"');
  }, 300_000);

  it('keeps nixup neither from asking a host nor from deploying to it', async () => {
    expect((await nixup(['test', 'p510'])).exitCode).toBe(0);
    const deploy = await nixup(['deploy', 'p510', '--yes', '--json']);
    expect(deploy.exitCode, deploy.stderr).toBe(0);
    const { current, profile } = await truthOf('p510');
    expect(deploy.result.hosts['p510']).toMatchObject({ status: 'succeeded', to: current });
    expect(profile).toBe(current);
  });
});
