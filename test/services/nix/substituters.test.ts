import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askSubstituters } from '../../../source/services/nix/substituters.ts';
import { createExec } from '../../../source/services/world/exec.ts';
import { createFiles } from '../../../source/services/world/files.ts';
import { createHttp } from '../../../source/services/world/http.ts';
import { hasTools } from '../../support/needs.ts';
import { strictWorld } from '../../support/strict-world.ts';

const notValid = "error: path '/nix/store/00000000000000000000000000000000-nixup' is not valid\n";

const asked = async (url: string, stderr: string, netrc: string | null = null, status = 404) => {
  const world = strictWorld({
    answers: [{ match: ({ args }) => args.includes(url), stderr, exit: 1 }],
    files: { '/etc/nix/netrc': 'machine b' },
    http: [{ url: /nix-cache-info$/, status, times: 'any' }],
  });
  const [one] = await askSubstituters(world, [url], netrc);
  return one?.answer;
};

/** What Nix 2.8 and 2.34 say of each kind of store. */
test.each([
  ['https://cache.example.org', notValid, { kind: 'answers' }],
  [
    'https://cache.example.org',
    "error: unable to download 'https://cache.example.org/nix-cache-info': HTTP error 503\n",
    { kind: 'fails', why: expect.stringContaining('HTTP error 503') },
  ],
  [
    's3://bucket?region=eu-west-1',
    "error: AWS error fetching 'nix-cache-info': Access Denied\n",
    { kind: 'fails', why: expect.stringContaining('Access Denied') },
  ],
  [
    's3://bucket',
    "error: don't know how to open Nix store 's3://bucket'\n",
    { kind: 'fails', why: expect.stringContaining("don't know how to open") },
  ],
  [
    'ssh-ng://builder.lan',
    "nix@builder.lan: Permission denied (publickey).\nerror: cannot open connection to remote store 'ssh-ng://builder.lan'\n",
    { kind: 'fails', why: 'nix@builder.lan: Permission denied (publickey).' },
  ],
])('%s that says %j', async (url, stderr, answer) => {
  expect(await asked(url, stderr)).toEqual(answer);
});

const noCache = "error: 'https://b' does not appear to be a binary cache\n";

test.each([
  [
    '/etc/nix/netrc',
    401,
    'it refuses the login (status 401): the password or token in /etc/nix/netrc is not for it, or has expired',
  ],
  [
    '/nosuch',
    403,
    'it refuses the login (status 403): there is no /nosuch with a password or token',
  ],
  [null, 401, 'it refuses the login (status 401): no netrc-file is set for its password or token'],
  ['/etc/nix/netrc', 404, "'https://b' does not appear to be a binary cache"],
])('a cache that Nix may not read, with the netrc-file %s and status %d', async (file, status, why) => {
  expect(await asked('https://b', noCache, file, status)).toEqual({
    kind: status === 404 ? 'fails' : 'refuses',
    why,
  });
});

test('stores on this machine are not asked, and no address shows a password', async () => {
  const url = 'https://me:geheim@b/?priority=1';
  const stderr = "error: unable to download 'https://me:geheim@b/nix-cache-info': timeout\n";
  const world = strictWorld({
    answers: [{ match: ({ args }) => args.includes(url), stderr, exit: 1 }],
  });
  const answers = await askSubstituters(world, ['local?root=/mnt', url], null);
  expect(answers[0]).toMatchObject({ url: 'local', answer: { kind: 'not-asked' } });
  expect(JSON.stringify(answers)).not.toContain('geheim');
});

const hasNix = hasTools(import.meta.filename, 'nix');

describe.skipIf(!hasNix)('a real Nix', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nixup-caches-'));
  const netrcFile = join(folder, 'netrc');
  let server: Server;
  let port: number;

  beforeAll(async () => {
    writeFileSync(netrcFile, 'machine 127.0.0.1 login me password open-sesame\n');
    const right = `Basic ${Buffer.from('me:open-sesame').toString('base64')}`;
    server = createServer((request, response) => {
      if (request.headers.authorization !== right) response.writeHead(401).end();
      else if (request.url === '/nix-cache-info') response.end('StoreDir: /nix/store\n');
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    port = (server.address() as AddressInfo).port;
    mkdirSync(join(folder, 'cache'));
    writeFileSync(join(folder, 'cache', 'nix-cache-info'), 'StoreDir: /nix/store\n');
    mkdirSync(join(folder, 'other'));
    writeFileSync(join(folder, 'other', 'nix-cache-info'), 'StoreDir: /nix/other\n');
    mkdirSync(join(folder, 'empty'));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const world = (settings: string) => ({
    ...strictWorld(),
    exec: createExec(
      {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        NIX_CONFIG: `experimental-features = nix-command\n${settings}`,
        NIX_REMOTE: `local?root=${join(folder, 'store')}`,
      },
      Date.now,
    ),
    files: createFiles(),
    folders: { ...strictWorld().folders, cache: join(folder, 'own') },
    http: createHttp(Date.now),
  });

  const kindOf = async (url: string, settings = ''): Promise<unknown> =>
    (await askSubstituters(world(settings), [url], netrcFile))[0]?.answer;

  test('asks a private cache with the password of its netrc-file, past its memory', async () => {
    const url = `http://127.0.0.1:${port}`;
    const settings = `netrc-file = ${netrcFile}`;
    expect(await kindOf(url, settings)).toEqual({ kind: 'answers' });
    expect(await kindOf(url, 'netrc-file = /nosuch')).toMatchObject({ kind: 'refuses' });
    expect(await kindOf(url, settings)).toEqual({ kind: 'answers' });
  });

  test('says of a cache that nobody serves that it fails', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => {
      closed.listen(0, '127.0.0.1', resolve);
    });
    const { port: free } = closed.address() as AddressInfo;
    await new Promise((resolve) => {
      closed.close(resolve);
    });
    expect(await kindOf(`http://127.0.0.1:${free}`)).toMatchObject({
      kind: 'fails',
      why: expect.stringContaining('unable to download'),
    });
  });

  test('looks at a cache in a folder without making one', async () => {
    expect(await kindOf(`file://${folder}/cache`)).toEqual({ kind: 'answers' });
    expect(await kindOf(`file://${folder}/other`)).toEqual({
      kind: 'fails',
      why: 'it is for stores in /nix/other, not for /nix/store',
    });
    expect(await kindOf(`file://${folder}/empty`)).toMatchObject({ kind: 'fails' });
    expect(execFileSync('ls', [join(folder, 'empty')], { encoding: 'utf8' })).toBe('');
  });

  test('a password that only the daemon may read is told as not asked', async () => {
    // Root reads every file, so a folder stands where the file should be.
    const unreadable = join(folder, 'secret');
    mkdirSync(unreadable);
    chmodSync(unreadable, 0o700);
    const [one] = await askSubstituters(
      world('netrc-file = /nosuch'),
      [`http://127.0.0.1:${port}`],
      unreadable,
    );
    expect(one?.answer).toMatchObject({ kind: 'not-asked' });
  });
});
