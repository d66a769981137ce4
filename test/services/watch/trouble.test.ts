import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { watchLines } from '../../../source/commands/reports/watch.ts';
import { configSchema } from '../../../source/model/config/config.ts';
import { watchVerdict } from '../../../source/model/watch/report.ts';
import { createMonitoring } from '../../../source/services/board/monitoring.ts';
import { watchMetrics } from '../../../source/services/watch/metrics.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';
import type { World } from '../../../source/services/world/world.ts';
import {
  type Question,
  type Reply,
  type StandInOptions,
  startStandIn,
} from '../../support/stand-in-prometheus.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 5, 20, 20);
const changedAt = now - 8 * hour;
const json = (value: unknown, status = 200): Reply => ({ status, body: JSON.stringify(value) });
const error = (words: string, status: number): Reply =>
  json({ status: 'error', errorType: 'bad_data', error: words }, status);
const vector = (result: readonly unknown[], more: object = {}): Reply =>
  json({ status: 'success', data: { resultType: 'vector', result }, ...more });

/** Of all questions, of those about metrics, or of those about load alone. */
const everything = (reply: Reply) => (): Reply => reply;
const metrics =
  (reply: Reply) =>
  ({ query }: Question): Reply | undefined =>
    query.includes('quantile_over_time') ? reply : undefined;
const load =
  (reply: Reply) =>
  ({ query }: Question): Reply | undefined =>
    query.includes('node_load1') ? reply : undefined;

/** An address of this machine at which nobody listens. */
const deaf = async (): Promise<string> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
};

const watch = async (
  url: string,
  options: { readonly otherUrl?: string; readonly patienceMs?: number } = {},
) => {
  const { monitoring } = configSchema.parse({
    monitoring: {
      prometheus: options.otherUrl === undefined ? url : [url, options.otherUrl],
    },
  });
  const real = createProcessWorld();
  const { patienceMs = 60_000 } = options;
  const world: World = {
    ...real,
    http: async (request) =>
      await real.http({ ...request, timeoutMs: Math.min(request.timeoutMs ?? 0, patienceMs) }),
  };
  const { prometheus } = createMonitoring(world, monitoring);
  if (prometheus === null) throw new Error('no server');
  const notes: string[] = [];
  const host = {
    host: 'p620',
    hostName: 'p620',
    instance: null,
    changedAt,
    until: null,
    otherChanges: [],
  };
  const watched = await watchMetrics(prometheus, [host], now, (note) => notes.push(note));
  const told = watched.get('p620');
  if (told === undefined) throw new Error('nothing is told');
  return { told, notes, lines: watchLines('p620', told) };
};

interface Trouble extends Pick<StandInOptions, 'instead' | 'infos' | 'levelOf'> {
  readonly verdict: string;
  /** In one of the lines. */
  readonly says: RegExp;
  readonly notes?: readonly string[];
}

test.each<[string, Trouble]>([
  [
    'a page of something else',
    {
      instead: everything({ status: 200, body: '<html><title>Sign in</title>' }),
      verdict: 'unknown',
      says: /the answer is not the one of this service/,
    },
  ],
  [
    'a redirection to a login',
    {
      instead: everything({
        status: 302,
        headers: { location: 'https://login.example.org/?token=abcdefgh' },
        body: '',
      }),
      verdict: 'unknown',
      says: /status 302: it redirects to https:\/\/login\.example\.org\/\?token=\*\*\*; give the address to which it leads/,
    },
  ],
  [
    'a login that is refused',
    {
      instead: everything({ status: 401, body: 'Unauthorized\n' }),
      verdict: 'unknown',
      says: /status 401: the login was refused/,
    },
  ],
  [
    'a server that starts',
    {
      instead: everything({ status: 503, body: 'Service Unavailable' }),
      verdict: 'unknown',
      says: /status 503: it is not ready/,
    },
  ],
  [
    'a query that is refused: its own words, and the other metrics are judged',
    {
      instead: load(error('invalid parameter "query": 1:5: parse error: unexpected <op:/>', 400)),
      verdict: 'unknown',
      says: /load per core: .*status 400: invalid parameter "query": 1:5: parse error/,
    },
  ],
  [
    'a query that takes too many samples',
    {
      instead: metrics(
        error('query processing would load too many samples into memory in query execution', 422),
      ),
      verdict: 'unknown',
      says: /metrics: .*status 422: query processing would load too many samples/,
    },
  ],
  [
    'an answer without an end',
    { instead: load('endless'), verdict: 'unknown', says: /load per core: .*longer than 16 MiB/ },
  ],
  [
    'brackets without an end, 400,000 deep',
    {
      instead: load({ status: 200, body: '['.repeat(400_000) }),
      verdict: 'unknown',
      says: /load per core: .*the answer is not the one of this service/,
    },
  ],
  [
    'words that steer a terminal',
    {
      instead: load(error('no\u001b[31m such\r\nthing', 400)),
      verdict: 'unknown',
      says: /load per core: .*status 400: no such/,
    },
  ],
  [
    'a connection that is cut',
    {
      instead: everything('cut'),
      verdict: 'unknown',
      says: /the connection was (cut|closed)|other side closed/,
    },
  ],
  [
    'no series of a metric',
    { instead: load(vector([])), verdict: 'as-before', says: /as before: CPU, memory/ },
  ],
  [
    'no series at all',
    {
      instead: ({ query }) => (query === 'vector(1)' ? undefined : vector([])),
      verdict: 'unknown',
      says: /p620: unknown/,
    },
  ],
  [
    'values that are no numbers',
    {
      levelOf: (_, at) => (at > changedAt ? Number.NaN : 0.2),
      verdict: 'unknown',
      says: /metrics: no data: the value since the deploy is no number \(NaN or infinite\)/,
    },
  ],
  [
    'values that were never numbers',
    {
      levelOf: () => Number.NaN,
      verdict: 'unknown',
      says: /metrics: no data: the value since the deploy is no number \(NaN or infinite\)/,
    },
  ],
  [
    'a history that begins yesterday',
    {
      instead: ({ query, at }) =>
        query.includes('quantile_over_time') && (at ?? now) < now - 26 * hour
          ? vector([])
          : undefined,
      verdict: 'unknown',
      says: /metrics: 1 day before to compare with; 3 are needed/,
    },
  ],
  [
    'infos and warnings of version 3 are told once, without their place',
    {
      infos: [
        'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "node_vmstat_pgmajfault" (1:17)',
      ],
      verdict: 'as-before',
      says: /as before: CPU/,
      notes: [
        'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "node_vmstat_pgmajfault"',
      ],
    },
  ],
  [
    'a native histogram has no number',
    {
      // As `/api/v1/query` of 3.5 answers a selection of native histograms.
      instead: load(
        vector([
          {
            metric: { instance: 'p620:9100', job: 'node', q: 'p50' },
            histogram: [now / 1_000, { count: '2', sum: '3', buckets: [[0, '1', '2', '2']] }],
          },
        ]),
      ),
      verdict: 'as-before',
      says: /as before: CPU, memory/,
    },
  ],
  [
    'names of labels with any letters, as in version 3',
    {
      instead: ({ query }) =>
        query.includes('node_uname_info')
          ? vector([
              {
                metric: {
                  instance: 'p620:9100',
                  job: 'node',
                  nodename: 'p620',
                  'host.name': 'Bürö',
                  q: 'now',
                },
                value: [now / 1_000, '1'],
              },
            ])
          : undefined,
      verdict: 'as-before',
      says: /as before: CPU/,
    },
  ],
])('%s', async (_, { verdict, says, notes, ...options }) => {
  await using server = await startStandIn({ hosts: ['p620'], now: () => now, ...options });
  const { told, lines, notes: said } = await watch(server.url);
  expect(watchVerdict(told), lines.join('\n')).toBe(verdict);
  expect(lines.join('\n')).toMatch(says);
  if (notes !== undefined) expect(said).toEqual(notes);
});

test('nothing listens', async () => {
  const { told, lines } = await watch(await deaf());
  expect(watchVerdict(told)).toBe('unknown');
  expect(lines.join('\n')).toMatch(/metrics: .*the connection was refused/);
});

test('a server that hangs is asked three questions, and not a hundred', {
  timeout: 90_000,
}, async () => {
  await using server = await startStandIn({
    hosts: ['p620'],
    now: () => now,
    instead: metrics('hangs'),
  });
  const { told, lines } = await watch(server.url, { patienceMs: 500 });
  expect(watchVerdict(told)).toBe('unknown');
  expect(lines.join('\n')).toMatch(/metrics: .*no answer within/);
  const asked = server.questions.filter(({ query }) => query.includes('quantile_over_time'));
  // Four at once, of which three are enough.
  expect(asked.length).toBeLessThanOrEqual(8);
});

test('a server that drips is given up when its time is over, though it is never silent', async () => {
  await using server = await startStandIn({
    hosts: ['p620'],
    now: () => now,
    instead: metrics('drips'),
  });
  const began = performance.now();
  const { told, lines } = await watch(server.url, { patienceMs: 500 });
  expect(watchVerdict(told)).toBe('unknown');
  expect(lines.join('\n')).toMatch(/metrics: .*no answer within/);
  // A dozen questions of half a second each; without an end it would take for ever.
  expect(performance.now() - began).toBeLessThan(60_000);
});

test('something that speaks no HTTP', async () => {
  const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { told, lines } = await watch(`http://127.0.0.1:${port}`);
  server.close();
  expect(watchVerdict(told)).toBe('unknown');
  expect(lines.join('\n')).toMatch(/metrics: .+/);
});

test('of two servers each knows a part of the hosts; one that does not answer makes nothing fine', async () => {
  await using one = await startStandIn({ hosts: ['razer'], now: () => now });
  await using other = await startStandIn({ hosts: ['p620'], now: () => now });
  const both = await watch(one.url, { otherUrl: other.url });
  expect(watchVerdict(both.told)).toBe('as-before');
  const alone = await watch(one.url, { otherUrl: await deaf() });
  expect(watchVerdict(alone.told)).toBe('unknown');
  expect(alone.lines.join('\n')).toMatch(/the connection was refused/);
});

test('a host whose exporter was renamed is compared with the days under its earlier name', async () => {
  await using server = await startStandIn({
    hosts: [],
    now: () => now,
    instead: ({ query, at }) => {
      const named = (instance: string, q: string) => ({
        metric: { instance, job: 'node', nodename: 'p620', q },
        value: [now / 1_000, '1'],
      });
      if (query.includes('node_uname_info'))
        return vector([
          named('p620.home:9100', 'now'),
          named('p620.home:9100', 'before'),
          named('p620:9100', 'before'),
        ]);
      if (!query.includes('quantile_over_time')) return undefined;
      const instance = (at ?? now) > changedAt ? 'p620.home:9100' : 'p620:9100';
      return vector(
        ['p25', 'p50', 'p75', 'samples'].map((q) => ({
          metric: { instance, job: 'node', q },
          value: [now / 1_000, q === 'samples' ? '90' : '0.2'],
        })),
      );
    },
  });
  const { told, lines } = await watch(server.url);
  expect(watchVerdict(told), lines.join('\n')).toBe('as-before');
  expect(told.instances).toEqual(['p620.home:9100', 'p620:9100']);
});
