import { expect, test } from 'vitest';
import { createHosts } from '../../../source/services/hosts.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { strictWorld } from '../../support/strict-world.ts';

test('a password goes to standard input only, is proven first, and is used from then on', async () => {
  const world = strictWorld({
    answers: [
      { match: /sudo -k -S -p "" sh -s sudo/, input: 'pass word\ntrue\n' },
      { match: /sudo -k -S -p "" sh -s sudo/, input: /^pass word\n: nixup\n\{\n/ },
      { match: 'ssh', input: /^: nixup\n\{\n/ },
    ],
  });
  const hosts = createHosts(world);
  expect((await hosts.passwords.give(hostEntry(), 'pass word')).ok).toBe(true);
  expect((await hosts.run(hostEntry(), 'true', { timeoutMs: 1000, privilege: 'needed' })).ok).toBe(
    true,
  );
  // What needs no root gets no password.
  expect((await hosts.run(hostEntry(), 'true', { timeoutMs: 1000 })).ok).toBe(true);
  for (const { shown } of world.ran) expect(shown).not.toContain('pass word');
});

test('a wrong password is said, and not kept', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'ssh',
        stderr: 'sudo: no password was provided\nsudo: 1 incorrect password attempt',
        exit: 1,
      },
    ],
  });
  const { passwords } = createHosts(world);
  expect(await passwords.give(hostEntry(), 'wrong')).toMatchObject({
    failure: { code: 'elevation-refused', detail: 'the password is wrong' },
  });
  expect(passwords.of(hostEntry().name)).toBeNull();
});
