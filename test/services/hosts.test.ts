import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createHosts } from '../../source/services/hosts.ts';
import { hostEntry } from '../support/host-entry.ts';
import { type StrictAnswer, strictWorld } from '../support/strict-world.ts';

const probed = (name: string): string =>
  readFileSync(new URL(`../fixtures/hosts/${name}.txt`, import.meta.url), 'utf8');

const hostsWith = (...answers: StrictAnswer[]) => {
  const world = strictWorld({ answers });
  return { world, hosts: createHosts(world) };
};

test('a probe is one round trip, as root only where that needs no question', async () => {
  const { world, hosts } = hostsWith({
    match: 'ssh',
    input: 'nixup-probe',
    stdout: probed('probe-grub'),
    tookMs: 400,
  });
  const facts = await hosts.probe(hostEntry({ name: 'p510', address: 'p510' }));
  expect(facts).toMatchObject({ ok: true, value: { hostName: 'p510', latencyMs: 90 } });
  expect(world.ran).toHaveLength(1);
  expect(world.ran[0]?.shown).toContain('exec sh -s none');
});

test('a probe that was cut off is unreadable, not an empty host', async () => {
  const { hosts } = hostsWith({ match: 'ssh', stdout: 'nixup-probe 1\nhost-name p620\n' });
  expect(await hosts.probe(hostEntry())).toMatchObject({
    failure: { code: 'output-unreadable' },
  });
});

test('a host without a NixOS system is told by its name', async () => {
  const { hosts } = hostsWith({
    match: 'ssh',
    stdout: 'nixup-probe 1\nos "Debian GNU/Linux 13 (trixie)"\nnixup-probe-end\n',
  });
  expect(await hosts.probe(hostEntry())).toMatchObject({
    failure: { code: 'not-nixos', host: 'p620', detail: expect.stringContaining('Debian') },
  });
});
