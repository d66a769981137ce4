import { expect, test } from 'vitest';
import { showCommand } from '../../../source/model/command.ts';
import { parseNixVersion } from '../../../source/parsers/nix/version.ts';
import { updateCommands, updateInputs } from '../../../source/services/nix/update.ts';
import { strictWorld } from '../../support/strict-world.ts';

const versionOf = (text: string, name = 'Nix') => {
  const version = parseNixVersion(`nix (${name}) ${text}`);
  if (version === null) throw new Error(text);
  return version;
};

const shown = (text: string, inputs: readonly string[] | 'all', name = 'Nix') =>
  updateCommands(versionOf(text, name), '/flake', inputs).map((command) =>
    showCommand(command).replace("--extra-experimental-features 'nix-command flakes' ", ''),
  );

test.each(['2.8.0', '2.18.9'])('Nix %s updates by --update-input, all at once', (version) => {
  expect(shown(version, 'all')).toEqual(['nix flake update -- /flake']);
  expect(shown(version, ['a', 'b/c'])).toEqual([
    'nix flake lock --update-input a --update-input b/c -- /flake',
  ]);
});

test.each([
  '2.19.0',
  '2.19.3',
  '2.20.0',
  '2.20.4',
])('Nix %s takes one name at a time', (version) => {
  expect(shown(version, 'all')).toEqual(['nix flake update --flake /flake']);
  expect(shown(version, ['a', 'b'])).toEqual([
    'nix flake update --flake /flake -- a',
    'nix flake update --flake /flake -- b',
  ]);
});

test.each([
  ['2.19.4', 'Nix'],
  ['2.20.5', 'Nix'],
  ['2.21.0', 'Nix'],
  ['2.34.8', 'Nix'],
  ['2.91.1', 'Lix, like Nix'],
  ['2.29.0', 'Determinate Nix 3.6.2'],
])('Nix %s (%s) takes all names', (version, name) => {
  expect(shown(version, ['a', 'b'], name)).toEqual(['nix flake update --flake /flake -- a b']);
});

test('a folder whose name would be read as a reference is named by where Nix runs', () => {
  const [command] = updateCommands(versionOf('2.34.8'), '/home/a/c#', 'all');
  expect(command).toMatchObject({ cwd: '/home/a/c#' });
  expect(command?.args).toContain('.');
});

test.each([
  '-oops',
  'a b',
  'a;reboot',
  '',
  'a//b',
  '../x',
])('the name %j runs nothing', async (name) => {
  const world = strictWorld();
  const result = await updateInputs(world, versionOf('2.34.8'), '/flake', [name]);
  expect(result).toMatchObject({ ok: false, failure: { code: 'input-unknown', name } });
  expect(world.ran).toEqual([]);
});

test('an unknown name is answered with the nearest one, as Nix itself would only warn', async () => {
  const result = await updateInputs(strictWorld(), versionOf('2.34.8'), '/flake', ['nixpkg'], {
    names: ['nixpkgs', 'home-manager'],
  });
  expect(result).toEqual({
    ok: false,
    failure: { code: 'input-unknown', name: 'nixpkg', nearest: 'nixpkgs' },
  });
});

test('warnings of a successful update are reported, its own talk is not', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'flake update',
        stderr:
          'warning: updating lock file "/flake/flake.lock":\nwarning: could not update local clone of Git repository; continuing with the most recent version\n',
      },
    ],
  });
  const result = await updateInputs(world, versionOf('2.34.8'), '/flake', 'all');
  expect(result).toMatchObject({
    ok: true,
    value: {
      warnings: [
        'could not update local clone of Git repository; continuing with the most recent version',
      ],
    },
  });
});

test('an input that cannot be reached is a failed fetch, in the words of Nix', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'flake update',
        stderr: "error: unable to download 'https://example.org/x': Could not resolve hostname\n",
        exit: 1,
      },
    ],
  });
  const result = await updateInputs(world, versionOf('2.34.8'), '/flake', 'all');
  expect(result).toEqual({
    ok: false,
    failure: {
      code: 'fetch-failed',
      inputs: [],
      detail: "unable to download 'https://example.org/x': Could not resolve hostname",
    },
  });
});
