import { expect, test } from 'vitest';
import { createNix } from '../../../source/services/nix.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

const version = (text: string): StrictAnswer => ({ match: 'nix --version', stdout: `${text}\n` });

const config = (more: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries({ system: 'x86_64-linux', ...more }).map(([name, value]) => [name, { value }]),
    ),
  );

test('settings are asked without switching flakes on, or they would always look enabled', async () => {
  const world = strictWorld({
    answers: [
      version('nix (Nix) 2.34.8'),
      {
        match: 'nix config show --extra-experimental-features nix-command --json',
        stdout: config({ 'experimental-features': ['nix-command'] }),
      },
    ],
  });
  const settings = await createNix(world).settings();
  expect(settings).toMatchObject({
    ok: true,
    value: { flakesAdvice: { text: expect.stringContaining('experimental-features') } },
  });
});

test('old Nix numbers its features: their names are read from the plain text', async () => {
  const world = strictWorld({
    answers: [
      version('nix (Nix) 2.8.0'),
      { match: /show-config .*--json$/, stdout: config({ 'experimental-features': [2, 3] }) },
      {
        match: /show-config --extra-experimental-features nix-command$/,
        stdout: 'experimental-features = flakes nix-command\n',
      },
    ],
  });
  expect(await createNix(world).settings()).toMatchObject({
    ok: true,
    value: { flakesAdvice: null },
  });
  world.assertAllUsed();
});

test('Determinate Nix has flakes without naming them', async () => {
  const world = strictWorld({
    answers: [
      version('nix (Determinate Nix 3.6.2) 2.29.0'),
      { match: 'config show', stdout: config({ 'experimental-features': [] }) },
    ],
  });
  expect(await createNix(world).settings()).toMatchObject({ value: { flakesAdvice: null } });
});

test('a builder in the machines file makes its systems buildable; tokens stay secret', async () => {
  const world = strictWorld({
    files: {
      '/etc/nix/machines': '# ours\nssh://pi aarch64-linux,armv7l-linux - 4\nssh://big - - 8\n',
    },
    answers: [
      version('nix (Nix) 2.34.8'),
      {
        match: 'config show',
        stdout: config({
          'experimental-features': ['flakes', 'nix-command'],
          'extra-platforms': ['i686-linux'],
          builders: '@/etc/nix/machines',
          'access-tokens': { 'github.com': 'ghp_secret' },
          'max-jobs': 8,
        }),
      },
    ],
  });
  const settings = await createNix(world).settings();
  expect(settings).toMatchObject({
    value: {
      buildableSystems: ['x86_64-linux', 'i686-linux', 'aarch64-linux', 'armv7l-linux'],
    },
  });
  expect(JSON.stringify(settings)).not.toContain('ghp_secret');
});

test('output that is not what Nix writes is named as such', async () => {
  const world = strictWorld({
    answers: [version('nix (Nix) 2.34.8'), { match: 'config show', stdout: 'oops' }],
  });
  expect(await createNix(world).settings()).toMatchObject({
    ok: false,
    failure: { code: 'output-unreadable' },
  });
});

test('the version is asked once, but again after a failure', async () => {
  const world = strictWorld({
    answers: [
      { match: 'nix --version', failure: { code: 'program-missing', program: 'nix' } },
      version('nix (Nix) 2.34.8'),
    ],
  });
  const nix = createNix(world);
  expect(await nix.version()).toMatchObject({ failure: { code: 'program-missing' } });
  expect(await nix.version()).toMatchObject({ value: { text: '2.34.8' } });
  expect(await nix.version()).toMatchObject({ value: { text: '2.34.8' } });
  expect(world.ran).toHaveLength(2);
});
