import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openRecords } from '../../../source/engine/records/records.ts';
import type { LockChange } from '../../../source/model/lock/change.ts';
import { sharedPlace } from '../../../source/services/git/folder.ts';
import { withRememberedChoices } from '../../../source/services/inputs/chosen-remembered.ts';
import { createFiles } from '../../../source/services/world/files.ts';
import { stateFolder } from '../../../source/services/world/state-folder.ts';
import type { World } from '../../../source/services/world/world.ts';
import { strictWorld } from '../../support/strict-world.ts';

const top = mkdtempSync(join(tmpdir(), 'nixup-chosen-'));
afterAll(() => rmSync(top, { recursive: true, force: true }));

const revision = 'a'.repeat(40);

const chosen = {
  input: 'nixpkgs',
  revision,
  wish: '2026-11-20',
  date: null,
  branch: 'main',
  onBranch: true,
  tip: null,
  at: 5,
  run: 'run-1',
};

const change: LockChange = {
  path: 'nixpkgs',
  kind: 'updated',
  lockedChanged: true,
  old: null,
  new: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', rev: revision },
  days: null,
  compareUrl: null,
  alarms: [],
  alsoMoves: [],
};

/** A user of the checkout, with a state folder of his own. */
const userOf = (name: string): World => {
  const world = strictWorld({ userName: name });
  const state = join(top, name);
  return { ...world, files: createFiles(), folders: { ...world.folders, state } };
};

const checkout = (name: string, files: Readonly<Record<string, string>>): string => {
  const flake = join(top, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(flake, path, '..'), { recursive: true });
    writeFileSync(join(flake, path), text);
  }
  return flake;
};

const recordsOf = async (world: World, flake: string) =>
  openRecords(world, { own: stateFolder(world, flake), shared: await sharedPlace(world, flake) });

test('a revision that one user of a checkout chose is known to the others, and to the difference of locks', async () => {
  const flake = checkout('shared', { '.git/HEAD': 'ref: refs/heads/main\n', 'flake.nix': '{}' });
  const [ada, root] = [userOf('ada'), userOf('root')];
  expect(await (await recordsOf(ada, flake)).keepChosen(chosen)).toMatchObject({ ok: true });
  expect((await recordsOf(root, flake)).chosen()).toMatchObject([{ wish: '2026-11-20' }]);
  expect(await withRememberedChoices(root, flake, [change])).toMatchObject([
    { chosen: { wish: '2026-11-20', branch: 'main' } },
  ]);
});

test('the newer of two choices of the same revision is told', async () => {
  const flake = checkout('newer', { '.git/HEAD': 'ref: refs/heads/main\n', 'flake.nix': '{}' });
  const ada = userOf('bea');
  await (await recordsOf(ada, flake)).keepChosen({ ...chosen, wish: 'shared', at: 5 });
  const own = join(stateFolder(ada, flake), 'chosen.json');
  mkdirSync(join(own, '..'), { recursive: true });
  writeFileSync(own, JSON.stringify([{ ...chosen, wish: 'own', at: 9 }]));
  const told = async () => (await withRememberedChoices(ada, flake, [change]))[0]?.chosen?.wish;
  expect(await told()).toBe('own');
  // What a user had of his own is brought in once.
  expect((await recordsOf(ada, flake)).chosen()).toMatchObject([{ wish: 'own' }]);
  expect(await told()).toBe('own');
});

test('outside of git a choice is kept by its user', async () => {
  const flake = checkout('plain', { 'flake.nix': '{}' });
  const ada = userOf('cleo');
  await (await recordsOf(ada, flake)).keepChosen(chosen);
  expect(await withRememberedChoices(ada, flake, [change])).toMatchObject([
    { chosen: { wish: '2026-11-20' } },
  ]);
});
