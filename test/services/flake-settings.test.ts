import { expect, test } from 'vitest';
import { agreedSettings } from '../../source/services/flake-settings.ts';
import { strictWorld } from '../strict-world.ts';

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

test('without an answer nothing is taken', async () => {
  expect(await agreedSettings(worldWith(), '/flake', false)).toEqual([]);
});

test('a flake without such settings costs no evaluation', async () => {
  const world = worldWith(undefined, '{ outputs = _: { }; }');
  expect(await agreedSettings(world, '/flake', true)).toEqual([]);
  expect(world.ran).toEqual([]);
});
