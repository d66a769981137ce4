import { expect, test } from 'vitest';
import { failed, success } from '../../../source/model/result.ts';
import { nixRows } from '../../../source/services/board/nix-rows.ts';
import { agreedSettings, flakeCaches } from '../../../source/services/build/flake-settings.ts';
import { strictWorld } from '../../support/strict-world.ts';

const nixConfig = {
  'extra-substituters': ['https://one.example.org', 'https://two.example.org'],
  'extra-trusted-public-keys': 'one:key',
  cores: 4,
};

const worldWith = (trusted?: object, flake = '{ nixConfig = { }; }') =>
  strictWorld({
    files: {
      '/flake/flake.nix': flake,
      ...(trusted === undefined
        ? {}
        : { '/data/nix/trusted-settings.json': JSON.stringify(trusted) }),
    },
    environment: { XDG_DATA_HOME: '/data' },
    answers: [
      {
        match: '--json --file /flake/flake.nix nixConfig',
        stdout: JSON.stringify(nixConfig),
        times: 'any',
      },
    ],
  });

test('who agrees takes all that the flake asks for', async () => {
  expect(await agreedSettings(worldWith(), '/flake', true)).toEqual([
    { name: 'extra-substituters', value: 'https://one.example.org https://two.example.org' },
    { name: 'extra-trusted-public-keys', value: 'one:key' },
    { name: 'cores', value: '4' },
  ]);
});

test('what Nix keeps as trusted counts, for exactly that value', async () => {
  const trusted = {
    'extra-substituters': { 'https://one.example.org https://two.example.org': true },
    'extra-trusted-public-keys': { 'another:key': true, 'one:key': false },
  };
  expect(await agreedSettings(worldWith(trusted), '/flake', false)).toEqual([
    { name: 'extra-substituters', value: 'https://one.example.org https://two.example.org' },
  ]);
});

test('without XDG_DATA_HOME the answers lie in the home of the person', async () => {
  const trusted = { cores: { '4': true } };
  const world = strictWorld({
    files: {
      '/flake/flake.nix': '{ nixConfig = { }; }',
      '/home/alice/.local/share/nix/trusted-settings.json': JSON.stringify(trusted),
    },
    answers: [{ match: 'nixConfig', stdout: JSON.stringify(nixConfig) }],
  });
  expect(await agreedSettings(world, '/flake', false)).toEqual([{ name: 'cores', value: '4' }]);
});

test('without an answer nothing is taken', async () => {
  expect(await agreedSettings(worldWith(), '/flake', false)).toEqual([]);
});

test('a flake without such settings costs no evaluation', async () => {
  const world = worldWith(undefined, '{ outputs = _: { }; }');
  expect(await agreedSettings(world, '/flake', true)).toEqual([]);
  expect(world.ran).toEqual([]);
});

test.each([
  [undefined, { agreed: [], open: ['https://one.example.org', 'https://two.example.org'] }],
  [
    { 'extra-substituters': { 'https://one.example.org https://two.example.org': true } },
    { agreed: ['https://one.example.org', 'https://two.example.org'], open: [] },
  ],
])('caches of the flake itself, with the answers %j that Nix keeps', async (trusted, caches) => {
  expect(await flakeCaches(worldWith(trusted), '/flake')).toEqual(caches);
});

test('a cache of the flake that nobody agreed to is named as not asked, and never ticked', async () => {
  const world = worldWith();
  const rows = await nixRows(
    {
      ...world,
      exec: async (command, options) =>
        command.file === 'df'
          ? failed({ code: 'program-missing', program: 'df' })
          : await world.exec(command, options),
    },
    {
      version: async () =>
        success({ major: 2, minor: 34, patch: 8, text: '2.34.8', flavor: 'nix' }),
      settings: async () =>
        success({
          flakesAdvice: null,
          system: 'x86_64-linux',
          extraPlatforms: [],
          buildableSystems: [],
          substituters: [],
          builders: [],
          accessTokenHosts: [],
          maxJobs: 1,
          netrcFile: null,
        }),
    },
    '/flake',
  );
  expect(rows.find(({ id }) => id === 'nix.substituters')).toMatchObject({
    state: 'warning',
    evidence: 'not asked: https://one.example.org, https://two.example.org',
    detail: [
      expect.stringContaining('nixConfig of the flake names it, and nobody agreed to that'),
      expect.stringContaining('https://two.example.org: nixConfig'),
    ],
  });
});
