import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readOwnKeys } from '../../../source/commands/tui/own-keys.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-keys-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('own keys are read from the table, from a file of another name too', async () => {
  await writeFile(path.join(folder, 'nixup.toml'), '[keys]\ndeploy = ["ctrl-d", "d"]\n');
  await writeFile(path.join(folder, 'other.toml'), 'keys.test = ["t"]\n');
  expect(await readOwnKeys(folder, null)).toEqual({ deploy: ['ctrl-d', 'd'] });
  expect(await readOwnKeys(folder, path.join(folder, 'other.toml'))).toEqual({ test: ['t'] });
});

test('no file, a file without keys and a broken one leave the keys as they are', async () => {
  expect(await readOwnKeys(path.join(folder, 'none'), null)).toBeUndefined();
  await writeFile(path.join(folder, 'plain.toml'), '[fleet]\nsoak = "2m"\n');
  expect(await readOwnKeys(folder, path.join(folder, 'plain.toml'))).toBeUndefined();
  await writeFile(path.join(folder, 'broken.toml'), '[keys]\ndeploy = 3\n');
  expect(await readOwnKeys(folder, path.join(folder, 'broken.toml'))).toBeUndefined();
});

test('keys that two actions would share change nothing', async () => {
  await writeFile(path.join(folder, 'shared.toml'), '[keys]\ndeploy = ["t"]\n');
  expect(await readOwnKeys(folder, path.join(folder, 'shared.toml'))).toBeUndefined();
});
