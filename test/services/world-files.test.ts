import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFiles } from '../../source/services/world-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the first file of a folder that does not exist yet is kept', async () => {
  const files = createFiles();
  const file = path.join(folder, 'state', 'nixup', 'trusted.json');
  expect(await files.write(file, '{}\n')).toEqual({ ok: true, value: undefined });
  expect(await files.read(file)).toEqual({ ok: true, value: '{}\n' });
});

test('a folder that cannot be made is told with the path of the file', async () => {
  const files = createFiles();
  await files.write(path.join(folder, 'file'), '');
  const file = path.join(folder, 'file', 'below', 'trusted.json');
  expect(await files.write(file, '{}\n')).toMatchObject({
    ok: false,
    failure: { code: 'file-failed', path: file, detail: 'a part of the path is not a folder' },
  });
});
