import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, rm, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFiles } from '../../../source/services/world/files.ts';

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

describe('what stands in the place of a file', () => {
  const place = (): string => path.join(folder, 'nixup.toml');

  test.each([
    ['a pipe that nobody writes to', () => execFileSync('mkfifo', [place()]), 'a pipe'],
    ['a folder', () => mkdir(place()), 'a folder'],
    ['a device', () => symlink('/dev/zero', place()), 'a device'],
    ['a terminal', () => symlink('/dev/ptmx', place()), 'a device'],
    ['a link to nothing', () => symlink('nothing', place()), 'a file that does not exist'],
    ['a link to itself', () => symlink('nixup.toml', place()), 'symbolic links lead in a circle'],
    ['far too much', () => truncate(place()), 'reads at most 64 MiB'],
  ])('%s is told, and never waited for', async (_what, make, words) => {
    await make();
    const read = await createFiles().read(place());
    expect(read).toMatchObject({ ok: false, failure: { code: 'file-failed', isNoFile: true } });
    expect(JSON.stringify(read)).toContain(words);
  });

  const truncate = async (at: string): Promise<void> => {
    const handle = await open(at, 'w');
    await handle.truncate(100_000_000_000);
    await handle.close();
  };

  test('a socket is told', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(place(), resolve));
    expect(await createFiles().read(place())).toMatchObject({
      ok: false,
      failure: { isNoFile: true },
    });
    server.close();
  });

  test('/dev/null is an empty file, and files of the kernel are read whole', async () => {
    const files = createFiles();
    expect(await files.read('/dev/null')).toEqual({ ok: true, value: '' });
    const machine = await files.read('/proc/meminfo');
    expect(machine.ok && machine.value).toContain('MemTotal');
  });

  test('nothing is appended to a pipe', async () => {
    execFileSync('mkfifo', [place()]);
    expect(await createFiles().append(place(), 'x')).toMatchObject({
      ok: false,
      failure: { isNoFile: true },
    });
  });
});

test('a new file is whole at once, readable for all, and made by one process only', async () => {
  const files = createFiles();
  const at = path.join(folder, 'run.lock');
  const made = await Promise.all(['a', 'b', 'c'].map((text) => files.create(at, text)));
  expect(made.filter((one) => one.ok && one.value)).toHaveLength(1);
  expect((await stat(at)).mode & 0o777).toBe(0o644);
  expect(await readdir(folder)).toEqual(['run.lock']);
});

test('where there is no room for a whole text, nothing of it is appended', async () => {
  const file = path.join(folder, 'journal.jsonl');
  const files = createFiles();
  await files.append(file, 'first\n');
  const module = path.join(import.meta.dirname, '../../../source/services/world/files.ts');
  const script = `
    const { createFiles } = await import(${JSON.stringify(module)});
    const done = await createFiles().append(${JSON.stringify(file)}, 'x'.repeat(100_000) + '\\n');
    console.log(JSON.stringify(done));
  `;
  // A limit of the size of a file takes a part of a text, as a full disk does.
  const said = execFileSync(
    '/bin/sh',
    ['-c', 'ulimit -f 64; exec "$0" --input-type=module -e "$1"', process.execPath, script],
    { encoding: 'utf8' },
  );
  expect(JSON.parse(said)).toMatchObject({ ok: false, failure: { path: file } });
  expect(await files.read(file)).toEqual({ ok: true, value: 'first\n' });
});
