import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import {
  type CheckAsk,
  type CheckOrder,
  ownChecksOf,
} from '../../../source/model/host/own-checks.ts';
import { failed, success } from '../../../source/model/result.ts';
import { askCheck, askChecks } from '../../../source/services/checks/ask.ts';
import type { CheckTools } from '../../../source/services/checks/asker.ts';
import type { RunOnHost } from '../../../source/services/ssh/run.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';
import { hostEntry } from '../../support/host-entry.ts';
import { hasTools } from '../../support/needs.ts';

const flake = mkdtempSync(path.join(tmpdir(), 'nixup-checks-'));
afterAll(() => rmSync(flake, { recursive: true }));

const world = createProcessWorld();

/** Runs what would run on the host here. */
const runHere: RunOnHost = (_entry, script) =>
  world.exec({ file: '/bin/sh', args: ['-s'] }, { input: script });

/** Runs what would run on the host here, with programs of a folder before the others. */
const runWith =
  (programs: Readonly<Record<string, string>>): RunOnHost =>
  (_entry, script) => {
    const folder = mkdtempSync(path.join(flake, 'programs-'));
    for (const [name, text] of Object.entries(programs))
      writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return world.exec(
      { file: '/bin/sh', args: ['-s'], env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` } },
      { input: script },
    );
  };

const tools: CheckTools = { world, run: runHere, query: null };

const order = (ask: CheckAsk, more: Partial<CheckOrder> = {}): CheckOrder => ({
  name: 'it',
  from: 'here',
  timeoutMs: 10_000,
  ask,
  ...more,
});

const asked = async (one: CheckOrder, given: Partial<CheckTools> = {}) =>
  await askCheck({ ...tools, ...given }, one, { entry: hostEntry(), flake });

describe('scripts of a host', () => {
  const failing = async (scripts: Readonly<Record<string, string>>, health: readonly string[]) => {
    for (const [name, text] of Object.entries(scripts)) writeFileSync(path.join(flake, name), text);
    const entry = hostEntry({ health });
    return await askChecks(tools, ownChecksOf(entry), { entry, flake });
  };

  test.each<[string, string, RegExp | null]>([
    ['ends with 0', 'echo "OK: all is well"\n', null],
    [
      'says why',
      'echo starting\necho "FAIL: the display manager is not active"\nexit 1\n',
      /^check\.sh ended with 1: FAIL: the display manager is not active$/,
    ],
    ['has an interpreter of its own', '#!/usr/bin/env bash\n[[ a == a* ]] || exit 3\n', null],
    ['has no last line break', 'exit 2', /ended with 2/],
    [
      'prints what looks like a shell word',
      'echo \'$(false) "x"\'; exit 4\n',
      /ended with 4: \$\(false\) "x"/,
    ],
    [
      'prints without end before it fails',
      'yes long line | head -c 3000000; echo; echo why; exit 5\n',
      /ended with 5: why$/,
    ],
    ['prints bytes of no text', 'printf "\\033[31mred\\001\\377\\n"; exit 6\n', /ended with 6: /],
  ])('one that %s', async (_title, text, said) => {
    const failed = await failing({ 'check.sh': text }, ['check.sh']);
    if (said === null) expect(failed).toEqual([]);
    else expect(failed[0]?.problem).toMatch(said);
    expect(failed[0]?.problem ?? '').not.toContain('\u001b');
  });

  test('one that is missing, or no file of the flake, is said and not run', async () => {
    const failed = await failing({}, ['gone.sh', '../outside.sh', '/etc/passwd']);
    expect(failed.map(({ problem }) => problem)).toEqual([
      'gone.sh is not in the flake: there is no file gone.sh',
      '../outside.sh is not a file of the flake',
      '/etc/passwd is not a file of the flake',
    ]);
  });

  test('one that takes too long is ended, and that is said', async () => {
    writeFileSync(path.join(flake, 'slow.sh'), 'sleep 30\n');
    const answer = await asked(
      order({ kind: 'script', file: 'slow.sh' }, { from: 'host', timeoutMs: 1_000 }),
    );
    expect(answer).toEqual({ kind: 'failed', words: 'did not end within 1 s' });
  });

  test('one that runs here learns for which host', async () => {
    writeFileSync(path.join(flake, 'here.sh'), 'echo "$NIXUP_HOST at $PWD"; exit 1\n');
    const answer = await asked(order({ kind: 'script', file: 'here.sh' }));
    expect(answer.words).toContain(`ended with 1: ${hostEntry().name} at `);
  });
});

test.each<[string, readonly string[], unknown]>([
  ['ends with 0', ['true'], { kind: 'passed', words: 'ended with 0' }],
  [
    'ends with another status',
    ['sh', '-c', 'echo no; exit 3'],
    { kind: 'failed', words: 'ended with 3: no' },
  ],
  [
    'does not exist',
    ['no-such-program'],
    { kind: 'failed', words: 'could not be run: No such file or directory' },
  ],
  [
    'has words that a shell would read',
    ['test', '$HOME', '=', '$(false)'],
    { kind: 'failed', words: 'ended with 1' },
  ],
])('a command that %s', async (_title, command, expected) => {
  expect(await asked(order({ kind: 'command', command }))).toEqual(expected);
  expect(await asked(order({ kind: 'command', command }, { from: 'host' }))).toEqual(expected);
});

test.each<[string, string, unknown]>([
  [
    'leaves a program behind that holds its output',
    'sleep 60 & echo "the child is $!"; exit 3',
    { kind: 'failed', words: 'ended with 3' },
  ],
  [
    'prints what looks like a status',
    'echo nixup-status 0; exit 3',
    { kind: 'failed', words: 'ended with 3: nixup-status 0' },
  ],
])('a command that %s is judged by its own status', async (_title, text, expected) => {
  const answer = await asked(
    order({ kind: 'command', command: ['sh', '-c', text] }, { from: 'host', timeoutMs: 20_000 }),
  );
  expect(answer).toEqual(expected);
});

test('a check that cannot be asked is handed on as unknown', async () => {
  const lost: RunOnHost = async (entry) =>
    failed({ code: 'host-timeout', host: entry.name, address: entry.address, afterMs: 40_000 });
  const entry = hostEntry();
  const kinds: readonly CheckAsk[] = [
    { kind: 'command', command: ['true'] },
    { kind: 'tcp', address: '127.0.0.1:22' },
    web('http://127.0.0.1:1'),
    { kind: 'journal', unit: 'app.service', without: 'panic', minutes: 15 },
  ];
  for (const ask of kinds)
    expect(
      await askChecks({ ...tools, run: lost }, [order(ask, { from: 'host' })], { entry, flake }),
      ask.kind,
    ).toEqual([{ check: 'it', problem: expect.stringContaining('it'), isUnknown: true }]);
});

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

const serve = async (listener: RequestListener): Promise<string> => {
  const made = createServer(listener);
  server = made;
  await new Promise<void>((resolve) => {
    made.listen(0, '127.0.0.1', resolve);
  });
  const address = made.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
};

const web = (url: string, more: Partial<CheckAsk<'http'>> = {}): CheckAsk<'http'> => ({
  kind: 'http',
  url,
  expect: 200,
  contains: null,
  certificateDays: null,
  ...more,
});

const endless: RequestListener = (_request, response) => {
  const piece = 'x'.repeat(64 * 1024);
  const write = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', write);
  };
  write();
};

test.each<[string, RequestListener, Partial<CheckAsk<'http'>>, RegExp | null]>([
  ['answers as it should', (_, response) => response.end('all ok'), { contains: 'ok' }, null],
  [
    'answers another status',
    (_, response) => response.writeHead(503).end(),
    {},
    /answered 503 instead of 200$/,
  ],
  [
    'answers another text',
    (_, response) => response.end('bad'),
    { contains: 'ok' },
    /does not contain "ok"$/,
  ],
  [
    'redirects, where the redirect is expected',
    (_, response) => response.writeHead(302, { location: '/login' }).end(),
    { expect: 302 },
    null,
  ],
  [
    'redirects to what answers',
    ({ url }, response) =>
      url === '/there' ? response.end('ok') : response.writeHead(302, { location: '/there' }).end(),
    { contains: 'ok' },
    null,
  ],
  [
    'redirects in a circle',
    (_, response) => response.writeHead(302, { location: '/' }).end(),
    {},
    /redirect/i,
  ],
  [
    'answers bytes of no text',
    (_, response) => response.end(Buffer.from([255, 0, 27, 1])),
    {},
    null,
  ],
  ['answers without end', endless, { contains: 'ok' }, /does not contain "ok"/],
])('a server that %s, asked from here and from the host', async (_title, listener, more, said) => {
  const url = await serve(listener);
  for (const from of ['here', 'host'] as const) {
    const answer = await asked(order(web(url, more), { from }));
    if (said === null) expect(answer, from).toMatchObject({ kind: 'passed' });
    else expect(answer, from).toMatchObject({ kind: 'failed', words: expect.stringMatching(said) });
  }
});

test('a password in an address reaches the server and no command line', async () => {
  const heard: (string | undefined)[] = [];
  const url = await serve(({ headers }, response) => {
    heard.push(headers.authorization);
    response.end('ok');
  });
  const secret = url.replace('http://', 'http://ada:s3%22cr%5Cet@');
  const words = path.join(flake, 'words-of-curl');
  const curl = await world.exec({ file: 'sh', args: ['-c', 'command -v curl'] });
  const real = curl.ok ? curl.value.stdout.trim() : '';
  const answer = await asked(order(web(`${secret}/?a[]={b}`), { from: 'host' }), {
    run: runWith({ curl: `echo "$@" >${words}\nexec ${real} "$@"` }),
  });
  expect(answer).toMatchObject({ kind: 'passed', words: expect.not.stringContaining('s3') });
  expect(heard).toEqual([`Basic ${Buffer.from('ada:s3"cr\\et').toString('base64')}`]);
  expect(readFileSync(words, 'utf8')).not.toMatch(/ada|s3/);
});

test('a server that never answers is not waited for longer than its limit', async () => {
  const url = await serve(() => undefined);
  for (const from of ['here', 'host'] as const)
    expect(await asked(order(web(url), { from, timeoutMs: 1_000 })), from).toMatchObject({
      kind: 'failed',
      words: expect.stringContaining('no answer within 1 s'),
    });
});

test('a server that is late once is asked again, and a program is not', async () => {
  for (const from of ['here', 'host'] as const) {
    let times = 0;
    const url = await serve((_request, response) => {
      times += 1;
      if (times > 1) response.end('ok');
    });
    expect(await asked(order(web(url), { from, timeoutMs: 1_000 })), from).toMatchObject({
      kind: 'passed',
    });
    expect(times).toBe(2);
  }
  const runs = path.join(flake, 'runs');
  const words = ['sh', '-c', `echo >>${runs}; sleep 9`];
  expect(
    await asked(order({ kind: 'command', command: words }, { timeoutMs: 1_000 })),
  ).toMatchObject({ kind: 'failed', words: 'did not end within 1 s' });
  expect(readFileSync(runs, 'utf8')).toBe('\n');
});

test('a page that nobody serves says so from the host in the words that nixup has', async () => {
  const url = 'http://127.0.0.1:1/';
  expect(await asked(order(web(url), { from: 'host' }))).toEqual({
    kind: 'failed',
    words: expect.stringMatching(
      /: (?:no connection: nothing listens there|the connection was refused)/,
    ),
  });
});

test('a port that takes connections, and one that refuses them', async () => {
  const made = createTcpServer();
  await new Promise<void>((resolve) => {
    made.listen(0, '127.0.0.1', resolve);
  });
  const address = made.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const tcp: CheckAsk = { kind: 'tcp', address: `127.0.0.1:${address.port}` };
  for (const from of ['here', 'host'] as const)
    expect(await asked(order(tcp, { from }))).toMatchObject({ kind: 'passed' });
  await new Promise((resolve) => {
    made.close(resolve);
  });
  for (const from of ['here', 'host'] as const)
    expect(await asked(order(tcp, { from }))).toEqual({
      kind: 'failed',
      words: `127.0.0.1:${address.port}: connection refused`,
    });
});

const answering =
  (values: readonly number[]): CheckTools['query'] =>
  async () =>
    success({
      series: values.map((value, index) => ({
        labels: { instance: `h${index}` },
        samples: [[1, value] as const],
      })),
      warnings: [],
    } as never);

test.each<[string, readonly number[], Partial<CheckAsk<'prometheus'>>, RegExp | null]>([
  ['within its bound', [0.4], { below: 0.8 }, null],
  ['beyond it', [0.4, 0.9], { below: 0.8 }, /^0\.9 \(h1\), not below 0\.8$/],
  ['no value', [], { below: 0.8 }, /^Prometheus has no value of up$/],
  ['no number', [Number.NaN], { above: 0 }, /^no number \(h0\), not above 0$/],
  [
    'beyond many times',
    [1, 2, 3],
    { above: 5, below: 9 },
    /^1 \(h0\), 2 \(h1\) and 1 more, not above 5 and below 9$/,
  ],
])('Prometheus answers %s', async (_title, values, bounds, said) => {
  const ask = { kind: 'prometheus', query: 'up', above: null, below: null, ...bounds } as const;
  const answer = await asked(order(ask), { query: answering(values) });
  if (said === null) expect(answer.kind).toBe('passed');
  else expect(answer).toMatchObject({ kind: 'failed', words: expect.stringMatching(said) });
});

test('Prometheus is given as long as the check says', async () => {
  const limits: (number | undefined)[] = [];
  const query: CheckTools['query'] = async (_expression, _at, limitMs) => {
    limits.push(limitMs);
    return success({ series: [], warnings: [] } as never);
  };
  const ask = { kind: 'prometheus', query: 'up', above: 0, below: null } as const;
  await asked(order(ask, { timeoutMs: 3_000 }), { query });
  expect(limits).toEqual([3_000]);
});

test('the health of Grafana and of Alertmanager', async () => {
  const url = await serve(({ url: at }, response) =>
    at === '/api/health'
      ? response.end('{"database":"failing","version":"12"}')
      : response.writeHead(503).end(),
  );
  expect(await asked(order({ kind: 'grafana', url }))).toMatchObject({
    kind: 'failed',
    words: expect.stringContaining('its database says failing'),
  });
  expect(await asked(order({ kind: 'alertmanager', url }))).toMatchObject({
    kind: 'failed',
    words: expect.stringMatching(/answered 503: it is not ready$/),
  });
  const answering = async (body: string, status = 200): Promise<unknown> => {
    const address = await serve((_, response) => response.writeHead(status).end(body));
    return await asked(order({ kind: 'alertmanager', url: address }));
  };
  expect(await answering('OK')).toMatchObject({ kind: 'passed' });
  // The page of a proxy or a login before it says nothing of it.
  expect(await answering('\n<!doctype html><title>Sign in</title>')).toMatchObject({
    kind: 'failed',
    words: expect.stringMatching(/the answer is not the one of Alertmanager$/),
  });
  expect(await answering('', 404)).toMatchObject({
    kind: 'failed',
    words: expect.stringMatching(/answered 404$/),
  });
});

test.runIf(hasTools(import.meta.filename, 'openssl'))(
  'a certificate must be valid for so many more days, and be issued by somebody who is trusted',
  async () => {
    const key = path.join(flake, 'key.pem');
    const certificate = path.join(flake, 'certificate.pem');
    const words = `req -x509 -newkey rsa:2048 -nodes -days 20 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${key} -out ${certificate}`;
    expect(await world.exec({ file: 'openssl', args: words.split(' ') })).toMatchObject({
      ok: true,
    });
    const made = createTlsServer(
      { key: readFileSync(key), cert: readFileSync(certificate) },
      (_, response) => response.end('ok'),
    );
    await new Promise<void>((resolve) => {
      made.listen(0, '127.0.0.1', resolve);
    });
    const address = made.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const url = `https://localhost:${address.port}`;
    const trusting: RunOnHost = (_entry, script) =>
      world.exec(
        { file: '/bin/sh', args: ['-s'], env: { CURL_CA_BUNDLE: certificate } },
        { input: script },
      );
    try {
      const askedWith = (certificateDays: number, run: RunOnHost) =>
        asked(order(web(url, { certificateDays }), { from: 'host' }), { run });
      expect(await askedWith(14, trusting)).toMatchObject({
        kind: 'passed',
        words: expect.stringMatching(/certificate until \d{4}-\d\d-\d\d$/),
      });
      expect(await askedWith(30, trusting)).toMatchObject({
        kind: 'failed',
        words: expect.stringMatching(/valid for 19 days more, less than 30$/),
      });
      // The same words, whoever asks.
      expect(await askedWith(14, runHere)).toMatchObject({
        kind: 'failed',
        words: `${url}: its certificate is self-signed`,
      });
      const other = order(web(url.replace('localhost', '127.0.0.1'), { certificateDays: 1 }), {
        from: 'host',
      });
      expect(await asked(other, { run: trusting })).toMatchObject({
        kind: 'failed',
        words: expect.stringMatching(/: its certificate is for another name$/),
      });
      expect(await asked(order(web(url)))).toMatchObject({
        kind: 'failed',
        words: expect.stringMatching(/its certificate is self-signed/),
      });
    } finally {
      made.closeAllConnections();
      made.close();
    }
  },
);

const loaded = { systemctl: 'echo loaded', id: 'echo 0' };

test.each<[string, Readonly<Record<string, string>>, string, unknown]>([
  [
    'has such a line',
    { ...loaded, journalctl: 'echo "panic: out of cheese"' },
    'panic|fatal',
    { kind: 'failed', words: 'app.service says: panic: out of cheese' },
  ],
  [
    'has none',
    { ...loaded, journalctl: 'echo all is well' },
    'panic|fatal',
    { kind: 'passed', words: 'app.service has no such line in the last 15 minutes' },
  ],
  [
    'has a line that looks like a status',
    { ...loaded, journalctl: 'echo "nixup-status 0 1"' },
    'nixup',
    { kind: 'failed', words: 'app.service says: nixup-status 0 1' },
  ],
  [
    'cannot be opened',
    { ...loaded, journalctl: 'echo "Failed to open files: Input/output error" >&2; exit 1' },
    'panic',
    {
      kind: 'unasked',
      words: 'journalctl ended with 1: Failed to open files: Input/output error',
    },
  ],
  [
    'is not read in time',
    { ...loaded, journalctl: 'exec sleep 30' },
    'panic',
    { kind: 'unasked', words: 'its journal could not be read within 1 s' },
  ],
  [
    'the login may not read',
    { ...loaded, journalctl: 'true', id: 'case $1 in -u) echo 1000 ;; *) echo users ;; esac' },
    'panic',
    { kind: 'unasked', words: expect.stringContaining('its journal may not be read') },
  ],
  [
    'is that of no unit',
    { ...loaded, systemctl: 'echo not-found', journalctl: 'true' },
    'panic',
    { kind: 'failed', words: 'the host has no unit app.service' },
  ],
  [
    'is asked for a pattern that is none',
    { ...loaded, journalctl: 'echo all is well' },
    'a(b',
    { kind: 'failed', words: expect.stringContaining('the pattern cannot be used: grep: ') },
  ],
])('a journal that %s', async (_title, programs, without, expected) => {
  const ask = { kind: 'journal', unit: 'app.service', without, minutes: 15 } as const;
  const answer = await asked(order(ask, { from: 'host', timeoutMs: 1_000 }), {
    run: runWith(programs),
  });
  expect(answer).toEqual(expected);
});
