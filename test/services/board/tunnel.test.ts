import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configSchema } from '../../../source/model/config/config.ts';
import { createMonitoring } from '../../../source/services/board/monitoring.ts';
import { createExec } from '../../../source/services/world/exec.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';
import type { World } from '../../../source/services/world/world.ts';
import { hasTools } from '../../support/needs.ts';
import { startStandIn } from '../../support/stand-in-prometheus.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'nixup-way-'));
const runtime = path.join(folder, 'run');

/** Does what ssh does with `-L SOCKET:HOST:PORT … VIA COMMAND`, and notes its words. */
const fakeSsh = `#!${process.execPath}
const { appendFileSync, existsSync } = require('node:fs');
const { connect, createServer } = require('node:net');
const words = process.argv.slice(2);
appendFileSync(process.env.NOTES, JSON.stringify(words) + '\\n');
if (words.includes('refused')) { console.error('ada@refused: Permission denied (publickey).'); process.exit(255); }
const [socket, host, port] = words[words.indexOf('-L') + 1].split(':');
createServer((near) => {
  const far = connect(Number(port), host);
  near.pipe(far); far.pipe(near);
  near.on('error', () => far.destroy()); far.on('error', () => near.destroy());
}).listen(socket);
`;

const notes = path.join(folder, 'notes');
const wordsOfSsh = (): readonly (readonly string[])[] =>
  existsSync(notes)
    ? readFileSync(notes, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    : [];

const world = (): World => {
  const real = createProcessWorld();
  return {
    ...real,
    exec: createExec(
      { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}`, NOTES: notes },
      real.clock.now,
    ),
    folders: { ...real.folders, runtime },
  };
};

const monitoring = (prometheus: object) =>
  createMonitoring(world(), configSchema.parse({ monitoring: { prometheus } }).monitoring);

beforeAll(() => {
  const file = path.join(folder, 'ssh');
  writeFileSync(file, fakeSsh);
  chmodSync(file, 0o755);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a server behind a tunnel is asked through one ssh, which is gone afterwards; no word of it is a secret', async () => {
  await using server = await startStandIn({ hosts: ['p620'] });
  const token = path.join(folder, 'token');
  writeFileSync(token, 'hunter2hunter2\n');
  const { prometheus, close } = monitoring({ url: server.url, via: 'ada@jump', token_file: token });
  expect(await prometheus?.ready()).toMatchObject({ ok: true });
  expect(await prometheus?.targets()).toMatchObject({ ok: true, value: [{ health: 'up' }] });
  expect(server.questions.map(({ headers }) => headers['authorization'])).toEqual([
    'Bearer hunter2hunter2',
    'Bearer hunter2hunter2',
  ]);
  const [first = [], ...more] = wordsOfSsh();
  expect(more).toEqual([]);
  expect(first.slice(-4)).toEqual(['--', 'ada@jump', 'sleep', '600']);
  expect(first.join(' ')).not.toContain('hunter2');
  expect(readdirSync(runtime)).toHaveLength(1);
  await close();
  await expect.poll(() => readdirSync(runtime)).toEqual([]);
  // It is made again when something is asked.
  expect(await prometheus?.ready()).toMatchObject({ ok: true });
  await close();
  expect(wordsOfSsh()).toHaveLength(2);
});

test('a tunnel that cannot be made says why, in the words of ssh', async () => {
  const { prometheus, close } = monitoring({ url: 'http://localhost:9090', via: 'refused' });
  expect(await prometheus?.ready()).toMatchObject({
    ok: false,
    failure: {
      code: 'http-failed',
      detail: 'by way of refused: ada@refused: Permission denied (publickey).',
    },
  });
  await close();
});

test('sockets of a nixup that was killed are removed by the next one', async () => {
  await using server = await startStandIn({ hosts: ['p620'] });
  // No process has this id: it is above what Linux gives (proc(5), pid_max).
  mkdirSync(runtime, { recursive: true });
  writeFileSync(path.join(runtime, 'way-4194999-abcdefgh'), '');
  const { prometheus, close } = monitoring({ url: server.url, via: 'jump' });
  expect(await prometheus?.ready()).toMatchObject({ ok: true });
  expect(readdirSync(runtime)).not.toContain('way-4194999-abcdefgh');
  await close();
});

test('a secret that no header may hold is refused by name, and never shown', async () => {
  const token = path.join(folder, 'two-lines');
  writeFileSync(token, 'hunter2\nhunter3\n');
  const { prometheus } = monitoring({ url: 'http://127.0.0.1:1', token_file: token });
  const answer = await prometheus?.ready();
  expect(answer).toMatchObject({ ok: false, failure: { code: 'config-invalid' } });
  expect(JSON.stringify(answer)).toContain(token);
  expect(JSON.stringify(answer)).not.toMatch(/hunter\d/);
});

test.each<[string, string, RegExp]>([
  ['is not there', 'absent', /there is no file/],
  ['holds no certificate', 'token', /holds no certificate/],
])('a file of certificates that %s is told', async (_, name, says) => {
  const file = path.join(folder, name);
  const { prometheus } = monitoring({ url: 'https://127.0.0.1:1', ca_file: file });
  expect(await prometheus?.ready()).toMatchObject({
    ok: false,
    failure: { detail: expect.stringMatching(says) },
  });
});

test.runIf(hasTools(import.meta.filename, 'openssl'))(
  'a server with a certificate that only the configuration knows is asked, also through a tunnel; without it, it is not trusted',
  async () => {
    const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'ca.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost'],
        ...['-addext', 'subjectAltName=DNS:localhost'],
      ],
      { stdio: 'ignore' },
    );
    const server = createServer(
      { key: readFileSync(key), cert: readFileSync(certificate) },
      (_, response) => response.end('Prometheus Server is Ready.\n'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    const ask = async (table: object): Promise<unknown> => {
      const { prometheus, close } = monitoring({ url, ...table });
      const answer = await prometheus?.ready();
      await close();
      return answer;
    };
    expect(await ask({ ca_file: certificate })).toMatchObject({ ok: true });
    expect(await ask({ ca_file: certificate, via: 'jump' })).toMatchObject({ ok: true });
    expect(await ask({})).toMatchObject({
      ok: false,
      failure: { detail: expect.stringMatching(/certificate/) },
    });
    server.close();
  },
);
