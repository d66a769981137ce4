import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-world-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const world = createProcessWorld();

test('a file that is not there reads as undefined, also below a file', async () => {
  expect(await world.files.read(path.join(folder, 'absent'))).toEqual({
    ok: true,
    value: undefined,
  });
  await world.files.write(path.join(folder, 'plain'), 'text');
  expect(await world.files.read(path.join(folder, 'plain/below'))).toEqual({
    ok: true,
    value: undefined,
  });
});

test('reading a folder is a failure that says what was done to which path', async () => {
  expect(await world.files.read(folder)).toEqual({
    ok: false,
    failure: {
      code: 'file-failed',
      operation: 'read',
      path: folder,
      detail: 'it is a folder',
      isNoFile: true,
    },
  });
});

test('append makes the folder for its owner only and keeps what was there', async () => {
  const journal = path.join(folder, 'state/runs/one.jsonl');
  await world.files.append(journal, 'a\n');
  await world.files.append(journal, 'b\n');
  expect(await readFile(journal, 'utf8')).toBe('a\nb\n');
  expect((await stat(path.join(folder, 'state'))).mode & 0o777).toBe(0o700);
});

test('create answers false when the file is there, and leaves it alone', async () => {
  const lock = path.join(folder, 'lock');
  expect(await world.files.create(lock, 'first')).toEqual({ ok: true, value: true });
  expect(await world.files.create(lock, 'second')).toEqual({ ok: true, value: false });
  expect(await readFile(lock, 'utf8')).toBe('first');
});

test('list is sorted, and empty for a folder that is not there', async () => {
  await world.files.write(path.join(folder, 'z'), '');
  const listed = await world.files.list(folder);
  expect(listed.ok && listed.value).toEqual([...(listed.ok ? listed.value : [])].sort());
  expect(await world.files.list(path.join(folder, 'none'))).toEqual({ ok: true, value: [] });
});

test('a command runs with the environment of the world', async () => {
  const result = await world.exec({
    file: 'sh',
    args: ['-c', 'echo "$0 $WORD"', 'x'],
    env: { WORD: 'y' },
  });
  expect(result.ok && result.value.stdout).toBe('x y\n');
});

test('a living process is told from a dead one, and from one that took over its id', () => {
  expect(world.isProcessAlive(process.pid, Date.now())).toBe(true);
  expect(world.isProcessAlive(2 ** 22 + 1, Date.now())).toBe(false);
  expect(world.isProcessAlive(process.pid, Date.now() - 3_600_000)).toBe(false);
});

test('random ids are sixteen letters and digits and differ', () => {
  expect(world.randomId()).toMatch(/^[a-z0-9]{16}$/);
  expect(world.randomId()).not.toBe(world.randomId());
});

test('sleep ends at once when its signal fires, without an error', async () => {
  const controller = new AbortController();
  const sleeping = world.clock.sleep(60_000, controller.signal);
  controller.abort();
  expect(await sleeping).toBeUndefined();
});

test('folders follow the XDG variables', () => {
  vi.stubEnv('XDG_RUNTIME_DIR', '/run/user/7');
  expect(createProcessWorld().folders.runtime).toBe('/run/user/7/nixup');
  vi.stubEnv('XDG_RUNTIME_DIR', undefined);
  expect(createProcessWorld().folders.runtime).toMatch(/\/nixup-[0-9]+$/);
  vi.unstubAllEnvs();
});

test('http gives any status as an answer and moves credentials out of the url', async () => {
  const server = createServer((request, response) => {
    response.statusCode = 503;
    response.end(request.headers.authorization ?? 'none');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const answer = await world.http({ url: `http://me:se%40cret@127.0.0.1:${port}/` });
  expect(answer.ok && [answer.value.status, answer.value.body]).toEqual([
    503,
    `Basic ${Buffer.from('me:se@cret').toString('base64')}`,
  ]);
  await new Promise((resolve) => server.close(resolve));
  const refused = await world.http({ url: `http://me:secret@127.0.0.1:${port}/` });
  expect(refused).toEqual({
    ok: false,
    failure: {
      code: 'http-failed',
      url: `http://127.0.0.1:${port}/`,
      detail: 'the connection was refused',
    },
  });
});

test('a server that does not answer is a failure after the time limit', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const answer = await world.http({ url: `http://127.0.0.1:${port}/`, timeoutMs: 50 });
  expect(!answer.ok && answer.failure).toMatchObject({
    detail: 'no answer within 0.05 s',
    unheard: 'late',
  });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
