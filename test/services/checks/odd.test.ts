import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { CheckAsk, CheckOrder } from '../../../source/model/host/own-checks.ts';
import { failed } from '../../../source/model/result.ts';
import { askCheck } from '../../../source/services/checks/ask.ts';
import type { CheckTools } from '../../../source/services/checks/asker.ts';
import type { RunOnHost } from '../../../source/services/ssh/run.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { hasTools } from '../../support/needs.ts';

const flake = mkdtempSync(path.join(tmpdir(), 'nixup-odd-checks-'));
afterAll(() => rmSync(flake, { recursive: true }));

const world = createProcessWorld();

/** Runs what would run on the host here. */
const runHere: RunOnHost = (_entry, script, options) =>
  world.exec({ file: '/bin/sh', args: ['-s'] }, { input: script, timeoutMs: options.timeoutMs });

const asleep: RunOnHost = async (entry) =>
  failed({ code: 'host-timeout', host: entry.name, address: entry.address, afterMs: 10_000 });

const tools: CheckTools = { world, run: runHere, query: null };

const asked = async (
  ask: CheckAsk,
  more: Partial<CheckOrder> = {},
  given: Partial<CheckTools> = {},
) =>
  await askCheck(
    { ...tools, ...given },
    { name: 'it', from: 'here', timeoutMs: 10_000, ask, ...more },
    { entry: hostEntry(), flake },
  );

const web = (url: string, certificateDays: number | null = null): CheckAsk => ({
  kind: 'http',
  url,
  expect: 200,
  contains: null,
  certificateDays,
});

const http: CheckAsk = web('http://127.0.0.1:1/');

/** A host that sleeps fails nothing: what is asked from it is not known. */
test.each<CheckAsk>([
  http,
  web('https://127.0.0.1:1/', 3),
  { kind: 'tcp', address: '127.0.0.1:1' },
  { kind: 'command', command: ['true'] },
  { kind: 'script', file: 'ok.sh' },
  { kind: 'journal', unit: 'app.service', without: 'x', minutes: 5 },
])('$kind of a host that is asleep is not known', async (ask) => {
  writeFileSync(path.join(flake, 'ok.sh'), 'exit 0\n');
  const answer = await asked(ask, { from: 'host' }, { run: asleep });
  expect(answer.kind, answer.words).toBe('unasked');
});

test('an expression is not known where Prometheus does not answer', async () => {
  const query: CheckTools['query'] = async () =>
    failed({ code: 'http-failed', url: 'http://p620:9090', detail: 'the connection was refused' });
  const ask: CheckAsk = { kind: 'prometheus', query: 'up', above: 0, below: null };
  expect(await asked(ask, {}, { query })).toMatchObject({
    kind: 'unasked',
    words: expect.stringContaining('refused'),
  });
});

test('100 MB of output are read to their end and not kept', async () => {
  const before = process.memoryUsage().rss;
  for (const from of ['here', 'host'] as const)
    expect(
      await asked(
        {
          kind: 'command',
          command: ['sh', '-c', 'head -c 104857600 /dev/zero | tr "\\0" x; echo; echo end; exit 3'],
        },
        { from, timeoutMs: 60_000 },
      ),
    ).toEqual({ kind: 'failed', words: 'ended with 3: end' });
  expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024);
});

test('a script that heeds no signal is ended all the same', async () => {
  writeFileSync(path.join(flake, 'deaf.sh'), "trap '' TERM INT HUP; while :; do sleep 1; done\n");
  expect(await asked({ kind: 'script', file: 'deaf.sh' }, { timeoutMs: 1_000 })).toEqual({
    kind: 'failed',
    words: 'did not end within 1 s',
  });
});

test.each<[string, string, RegExp]>([
  ['is not executable: its interpreter runs it', '#!/bin/sh\nexit 0\n', /^ended with 0$/],
  ['names an interpreter that is not there', '#!/no/such/shell\nexit 0\n', /^could not be run/],
  ['has no first line', 'exit 4\n', /^ended with 4$/],
  ['is empty', '', /^ended with 0$/],
  ['is written with carriage returns', '#!/bin/sh\r\nexit 0\r\n', /could not be run|ended with/],
])('a script that %s', async (_, text, said) => {
  writeFileSync(path.join(flake, 'odd.sh'), text, { mode: 0o644 });
  for (const from of ['here', 'host'] as const)
    expect((await asked({ kind: 'script', file: 'odd.sh' }, { from })).words).toMatch(said);
});

test('a command that may not be run says so', async () => {
  const file = path.join(flake, 'plain');
  writeFileSync(file, 'exit 0\n', { mode: 0o644 });
  expect(await asked({ kind: 'command', command: [file] })).toMatchObject({
    kind: 'failed',
    words: expect.stringMatching(/^could not be run: .*[Pp]ermission denied/),
  });
});

const listens = async (server: Server, at: string): Promise<number | null> => {
  const isThere = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(0, at, () => resolve(true));
  });
  const address = server.address();
  return isThere && address !== null && typeof address === 'object' ? address.port : null;
};

test('an address of the sixth version is asked in brackets, by all ways', async ({ skip }) => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  });
  const port = await listens(server, '::1');
  if (port === null) return skip('this machine has no ::1');
  for (const from of ['here', 'host'] as const) {
    expect(await asked({ kind: 'tcp', address: `[::1]:${port}` }, { from })).toMatchObject({
      kind: 'passed',
    });
    expect(await asked(web(`http://[::1]:${port}/`), { from })).toMatchObject({ kind: 'passed' });
  }
  server.close();
});

test.runIf(hasTools(import.meta.filename, 'openssl'))(
  'a certificate that has expired, and one of another name, are told as that',
  async () => {
    const at = (name: string): string => path.join(flake, name);
    writeFileSync(
      at('ca.cnf'),
      `[ca]\ndefault_ca=a\n[a]\ndatabase=${at('index.txt')}\nserial=${at('serial')}\nnew_certs_dir=${flake}\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=DNS:localhost\n`,
    );
    writeFileSync(at('index.txt'), '');
    writeFileSync(at('serial'), '01\n');
    const openssl = async (words: string): Promise<void> => {
      expect(await world.exec({ file: 'openssl', args: words.split(' ') })).toMatchObject({
        ok: true,
      });
    };
    await openssl(
      `req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout ${at('key')} -out ${at('csr')}`,
    );
    await openssl(
      `ca -batch -notext -config ${at('ca.cnf')} -selfsign -keyfile ${at('key')} -in ${at('csr')} -out ${at('old.pem')} -startdate 200101000000Z -enddate 210101000000Z -extensions e`,
    );
    const server = createTlsServer(
      { key: readFileSync(at('key')), cert: readFileSync(at('old.pem')) },
      (_, response) => response.end('ok'),
    );
    const port = await listens(server, '127.0.0.1');
    const trusting: RunOnHost = (_entry, script) =>
      world.exec(
        { file: '/bin/sh', args: ['-s'], env: { CURL_CA_BUNDLE: at('old.pem') } },
        { input: script },
      );
    for (const days of [null, 5])
      expect(
        await asked(web(`https://localhost:${port}/`, days), { from: 'host' }, { run: trusting }),
      ).toMatchObject({ kind: 'failed', words: expect.stringMatching(/expired/) });
    expect(
      await asked(web(`https://127.0.0.1:${port}/`), { from: 'host' }, { run: trusting }),
    ).toMatchObject({ kind: 'failed', words: expect.stringMatching(/certificate|SSL/) });
    expect(await asked(web(`https://localhost:${port}/`))).toMatchObject({
      kind: 'failed',
      words: expect.stringMatching(/certificate|expired|self-signed/),
    });
    server.close();
  },
);
