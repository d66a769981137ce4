import { expect, test } from 'vitest';
import { createHosts } from '../../../source/services/hosts.ts';
import { hostEntry, newSystem, probed } from '../../support/host-entry.ts';
import { strictWorld } from '../../support/strict-world.ts';

test('a probe of a deploy starts no Nix, and keeps the version that was found before', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'ssh',
        input: 'nix-store --version',
        stdout: probed(newSystem, ['nix-version nix-store (Nix) 2.26.3']).join('\n'),
      },
      { match: 'ssh', stdout: probed(newSystem).join('\n') },
    ],
  });
  const hosts = createHosts(world);
  await hosts.probe(hostEntry());
  expect(await hosts.probe(hostEntry(), { scope: 'deploy' })).toMatchObject({
    ok: true,
    value: { nixVersion: '2.26.3' },
  });
  expect(world.ran[1]?.options.input).not.toContain('nix-store --version');
});

test('a login shell that runs no command is told from a host that is silent, with what it said', async () => {
  const world = strictWorld({
    answers: [{ match: 'ssh', exit: 1, stdout: 'This account is currently not available.' }],
  });
  const asked = await createHosts(world).probe(hostEntry());
  expect(asked).toMatchObject({
    ok: false,
    failure: {
      code: 'login-shell-failed',
      exitCode: 1,
      detail: 'This account is currently not available.',
    },
  });
});
