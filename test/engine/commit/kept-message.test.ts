import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { keepingMessage } from '../../../source/engine/commit/kept-message.ts';
import { createFiles } from '../../../source/services/world/files.ts';

const folders: string[] = [];

afterEach(() => {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true, force: true });
});

const kept = () => {
  const folder = mkdtempSync(join(tmpdir(), 'nixup-kept-'));
  folders.push(folder);
  const told: string[] = [];
  const written: string[] = [];
  const files = createFiles();
  const keep = keepingMessage(() => ({
    world: {
      files: {
        ...files,
        write: (path, text) => {
          written.push(text);
          return files.write(path, text);
        },
      },
    },
    tellDamage: (_, what) => {
      told.push(what);
    },
  }));
  const keptIn = join(folder, 'messages', 'abc', 'COMMIT_EDITMSG');
  return { folder, keptIn, told, written, keep };
};

test('of what is typed quickly the newest is on the disk, and not each key is written', async () => {
  const { keptIn, keep, written } = kept();
  const plan = { message: 'generated', keptIn };
  const typed = 'a longer text';
  await Promise.all([...typed].map((_, at) => keep(plan, typed.slice(0, at + 1))));
  expect(readFileSync(keptIn, 'utf8')).toBe(typed);
  expect(written).toEqual(['a', typed]);
  await keep(plan, 'then more');
  expect(readFileSync(keptIn, 'utf8')).toBe('then more');
});

test.each([
  'generated\n',
  '',
  ' \n',
])('%j is no message of a person: nothing is kept of it', async (text) => {
  const { keptIn, keep } = kept();
  await keep({ message: 'generated', keptIn }, 'mine');
  await keep({ message: 'generated', keptIn }, text);
  expect(existsSync(keptIn)).toBe(false);
});

test('what cannot be written is told, and typing goes on', async () => {
  const { folder, keptIn, keep, told } = kept();
  writeFileSync(join(folder, 'messages'), 'a file');
  await keep({ message: 'generated', keptIn }, 'mine');
  expect(told).toEqual([expect.stringMatching(/^The message is not kept while it is edited: /)]);
});
