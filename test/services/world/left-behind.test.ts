import { expect, test } from 'vitest';
import {
  ownName,
  scratchFolder,
  sweepLeftBehind,
} from '../../../source/services/world/left-behind.ts';
import { strictWorld } from '../../support/strict-world.ts';

const here = { hostName: 'desk.lan', processId: 4242 };

test('what a killed process of this machine left is removed, and nothing else', async () => {
  const world = strictWorld({
    ...here,
    liveProcesses: [77],
    files: Object.fromEntries(
      [
        'bisect.desk.lan.11.abc/flake.nix',
        'bisect.desk.lan.11.abc.index',
        // It lives, it is of another machine, of another kind, or of nobody.
        'bisect.desk.lan.77.abc/flake.nix',
        'bisect.attic.lan.11.abc/flake.nix',
        'bisect.desk.11.abc',
        'before.desk.lan.11.abc',
        'bisect.desk.lan.11',
        'bisect',
      ].map((name) => [`/cache/${name}`, 'x']),
    ),
  });
  await sweepLeftBehind(world, '/cache', 'bisect');
  expect([...world.texts.keys()].map((path) => path.slice('/cache/'.length))).toEqual([
    'bisect.desk.lan.77.abc/flake.nix',
    'bisect.attic.lan.11.abc/flake.nix',
    'bisect.desk.11.abc',
    'before.desk.lan.11.abc',
    'bisect.desk.lan.11',
    'bisect',
  ]);
});

test('a name tells its process, and no two are the same', async () => {
  const world = strictWorld(here);
  expect(ownName(world, 'asked')).toMatch(/^asked\.desk\.lan\.4242\.[a-z0-9]{16}$/);
  expect(await scratchFolder(world, 'asked')).not.toBe(await scratchFolder(world, 'asked'));
});
