import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/*
 * A server with the API of Prometheus and its limits, for what a real one does not do when it is asked to: to be slow, to
 * talk nonsense, to know a thousand hosts. Limits: `query.max-samples` of 50 million (counted as series by steps, as in
 * `promql/engine.go`), 10 MB of a form (`net/http`, ParseForm), 1 MB of headers and address.
 */

/** What is answered instead of an answer of the server. */
export type Reply =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** Nothing, ever. */
  | 'hangs'
  /** A body without an end. */
  | 'endless'
  /** The begin of an answer, and 400 MB of blanks before its end. */
  | 'large'
  /** A blank now and then, for ever: it is never silent. */
  | 'drips'
  /** The connection is cut. */
  | 'cut';

export interface Question {
  readonly path: string;
  readonly query: string;
  /** ms since the epoch; null where no time was asked for. */
  readonly at: number | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface StandIn {
  readonly url: string;
  readonly questions: Question[];
  /** The longest answer, bytes. */
  readonly longest: () => number;
  /** The most hosts that one question named. */
  readonly mostHosts: () => number;
  /** Time that questions took in the server, one after the other, ms. */
  readonly busyMs: () => number;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export interface StandInOptions {
  /** Names of hosts; each has an exporter on port 9100. */
  readonly hosts: readonly string[];
  readonly now?: () => number;
  /** The level of a metric of an instance at a time. */
  readonly levelOf?: (instance: string, at: number, query: string) => number;
  /** Instead of the usual answer, where it answers something. */
  readonly instead?: (question: Question) => Reply | undefined;
  /** The shape in which version 3.x answers: infos beside the data. */
  readonly infos?: readonly string[];
  readonly delayMs?: number;
}

const mostSamples = 50_000_000;
const mostForm = 10 * 1024 * 1024;
const cores = 8;

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** Instances that a selection names, out of its regular expression. */
const instancesOf = (query: string): readonly string[] => {
  const [, text = ''] = /instance=~"((?:[^"\\]|\\.)*)"/.exec(query) ?? [];
  return text === '' ? [] : text.split('|').map((one) => one.replaceAll('\\\\', ''));
};

const stepsOf = (query: string): number => {
  const [, length = '0', step = '0'] = /\[(\d+)s:(\d+)s\]/.exec(query) ?? [];
  return Number(step) === 0 ? 1 : Math.floor(Number(length) / Number(step));
};

/** Series that the inner part of a question reads, for each host. */
const innerSeries = (query: string): number =>
  query.includes('node_cpu_seconds_total') ? cores * 3 : 2;

const factors: Readonly<Record<string, number>> = { p25: 0.9, p50: 1, p75: 1.1, p95: 1.4 };

const quartileSeries = (
  { query, at }: { readonly query: string; readonly at: number },
  levelOf: NonNullable<StandInOptions['levelOf']>,
): readonly Series[] => {
  const steps = stepsOf(query);
  const asked = [...query.matchAll(/"q", "(\w+)"/g)].map(([, name = '']) => name);
  return instancesOf(query).flatMap((instance) => {
    const level = levelOf(instance, at, query);
    return asked.map((name) => ({
      metric: { instance, job: 'node', q: name },
      value: [
        at / 1_000,
        String(name === 'samples' ? steps : level * (factors[name] ?? 1)),
      ] as const,
    }));
  });
};

const scrapeSeries = (query: string, at: number): readonly Series[] => {
  const samples = Math.floor(Number(/\[(\d+)s\]/.exec(query)?.[1] ?? 0) / 60);
  const value = (number: number): readonly [number, string] => [at / 1_000, String(number)];
  if (query.startsWith('max(')) return [{ metric: {}, value: value(samples) }];
  return instancesOf(query).flatMap((instance): readonly Series[] => {
    const metric = { instance, job: 'node' };
    return samples === 0
      ? [{ metric, value: value(1) }]
      : [
          { metric: { ...metric, q: 'up' }, value: value(1) },
          { metric: { ...metric, q: 'samples' }, value: value(samples) },
          { metric: { ...metric, q: 'now' }, value: value(1) },
        ];
  });
};

const read = async (request: IncomingMessage): Promise<string | null> => {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue;
    length += part.length;
    if (length > mostForm) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
};

const seriesFor = (
  query: string,
  at: number,
  { hosts, levelOf = () => 0.2 }: StandInOptions,
): readonly Series[] | string => {
  if (query === 'vector(time())' || query === 'vector(1)')
    return [{ metric: {}, value: [at / 1_000, String(at / 1_000)] }];
  if (query.includes('node_uname_info'))
    return hosts.map((host) => ({
      metric: { instance: `${host}:9100`, job: 'node', nodename: host, q: 'now' },
      value: [at / 1_000, '1'],
    }));
  if (query.includes('ALERTS')) return [];
  if (/\bup\{/.test(query)) return scrapeSeries(query, at);
  if (instancesOf(query).length * innerSeries(query) * stepsOf(query) * 1.3 > mostSamples)
    return 'query processing would load too many samples into memory in query execution';
  return quartileSeries({ query, at }, levelOf);
};

const targetsOf = (hosts: readonly string[]) => ({
  activeTargets: hosts.map((host) => ({
    discoveredLabels: { __address__: `${host}:9100`, __scheme__: 'http', job: 'node' },
    labels: { instance: `${host}:9100`, job: 'node' },
    scrapePool: 'node',
    scrapeUrl: `http://${host}:9100/metrics`,
    lastError: '',
    health: 'up',
    scrapeInterval: '1m',
  })),
  droppedTargets: [],
});

const largeBytes = 400 * 1024 * 1024;

const reply = (response: ServerResponse, answer: Reply): void => {
  if (answer === 'hangs') return;
  if (answer === 'cut') {
    response.destroy();
    return;
  }
  if (answer === 'drips') {
    response.writeHead(200, { 'content-type': 'application/json' });
    const drip = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(drip));
    return;
  }
  if (answer === 'endless' || answer === 'large') {
    response.writeHead(200, { 'content-type': 'application/json' });
    const block = ' '.repeat(256 * 1024);
    let left = answer === 'large' ? largeBytes : Number.POSITIVE_INFINITY;
    const more = (): void => {
      while (!response.destroyed && left > 0) {
        left -= block.length;
        if (!response.write(block)) return;
      }
      if (!response.writableEnded)
        response.end('{"status":"success","data":{"resultType":"vector","result":[]}}');
    };
    response.on('drain', more);
    more();
    return;
  }
  response.writeHead(answer.status, answer.headers).end(answer.body);
};

const answerOf = (question: Question, options: StandInOptions, now: number): Reply => {
  const { hosts, infos } = options;
  const page = (data: unknown): Reply => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'success', data, ...(infos === undefined ? {} : { infos }) }),
  });
  switch (question.path) {
    case '/-/ready':
      return { status: 200, body: 'Prometheus Server is Ready.\n' };
    case '/api/v1/targets':
      return page(targetsOf(hosts));
    case '/api/v1/alerts':
      return page({ alerts: [] });
    case '/api/v1/rules':
      return page({ groups: [] });
    case '/api/v1/query': {
      const series = seriesFor(question.query, question.at ?? now, options);
      return typeof series === 'string'
        ? {
            status: 422,
            body: JSON.stringify({ status: 'error', errorType: 'execution', error: series }),
          }
        : page({ resultType: 'vector', result: series });
    }
    default:
      return { status: 404, body: '404 page not found\n' };
  }
};

/** Starts one on a free port of this machine. */
export const startStandIn = async (options: StandInOptions): Promise<StandIn> => {
  const now = options.now ?? Date.now;
  const questions: Question[] = [];
  let longest = 0;
  let mostHosts = 0;
  let busyMs = 0;
  const server = createServer({ maxHeaderSize: 1_048_576 }, (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    read(request)
      .then(async (body) => {
        if (body === null)
          return reply(response, { status: 413, body: 'http: request body too large' });
        const form = new URLSearchParams(body);
        const time = form.get('time');
        const question: Question = {
          path: url.pathname,
          query: form.get('query') ?? '',
          at: time === null ? null : Number(time) * 1_000,
          headers: request.headers,
        };
        questions.push(question);
        const started = performance.now();
        const answer = options.instead?.(question) ?? answerOf(question, options, now());
        busyMs += performance.now() - started + (options.delayMs ?? 0);
        if (options.delayMs !== undefined)
          await new Promise((resolve) => setTimeout(resolve, options.delayMs));
        if (typeof answer !== 'string') longest = Math.max(longest, Buffer.byteLength(answer.body));
        mostHosts = Math.max(mostHosts, new Set(instancesOf(question.query)).size);
        return reply(response, answer);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    questions,
    longest: () => longest,
    mostHosts: () => mostHosts,
    busyMs: () => busyMs,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
