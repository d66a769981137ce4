import type { MonitoringConfig, ServerConfig } from '../../model/config/settings.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import {
  type DataSource,
  type DataSourceHealth,
  type GrafanaHealth,
  judgeDataSource,
  parseDataSources,
  parseGrafanaHealth,
} from '../../parsers/board/grafana.ts';
import {
  parseAlerts,
  parseQueryError,
  parseRules,
  parseSeries,
  parseTargets,
  type SeriesAnswer,
} from '../../parsers/board/prometheus.ts';
import { redact } from '../../parsers/redact.ts';
import type { Prometheus, Timed } from './prometheus.ts';
import { joinServers } from './servers.ts';
import { type AskWeb, createWeb, type WebWorld } from './web.ts';

export interface DataSourceState {
  readonly source: DataSource;
  readonly health: DataSourceHealth;
}

export interface Grafana {
  readonly url: string;
  /** Whether credentials are configured; data sources cannot be asked without. */
  readonly hasCredentials: boolean;
  health(): Promise<Result<GrafanaHealth & Timed, Failure>>;
  dataSources(): Promise<Result<readonly DataSourceState[], Failure>>;
}

export interface Monitoring {
  /** All servers as one; null when none is configured. */
  readonly prometheus: Prometheus | null;
  readonly grafana: Grafana | null;
  /** Removes tunnels that were made; they are made again when something is asked. */
  close(): Promise<void>;
}

const hint = (status: number): string => {
  if (status === 401 || status === 403) return `status ${status}: the login was refused`;
  if (status === 503) return 'status 503: it is not ready';
  return `status ${status}`;
};

/** Some servers with the API of Prometheus have only a part of it. */
export const notThere = 'status 404: this server does not have that';

const tooLong = 'the answer is longer than 16 MiB, and was not read';

/** An answer of status 200, read by a parser that answers null for anything else. */
const read = async <Value>(
  ask: AskWeb,
  url: string,
  path: string,
  parse: (text: string) => Value | null,
): Promise<Result<Value, Failure>> => {
  const answer = await ask(path);
  if (!answer.ok) return answer;
  const shown = `${url}${path.split('?')[0] ?? path}`;
  const failure = (detail: string): Result<never, Failure> =>
    failed({ code: 'http-failed', url: shown, detail, isAnswered: true });
  const { status, body, isCut } = answer.value;
  if (status === 404) return failure(notThere);
  if (status !== 200) return failure(hint(status));
  if (isCut === true) return failure(tooLong);
  const value = parse(body);
  return value === null ? failure('the answer is not the one of this service') : success(value);
};

/**
 * A query as a form: a long one is refused as a part of the address (status 431). Its own words
 * about what it refuses come along.
 */
const askSeries = async (
  web: AskWeb,
  url: string,
  path: string,
  form: Readonly<Record<string, string>>,
  limitMs = queryMs,
): Promise<Result<SeriesAnswer, Failure>> => {
  const answer = await web(path, {
    form: new URLSearchParams({ ...form, timeout: serverLimit(limitMs) }),
    timeoutMs: limitMs,
  });
  if (!answer.ok) return answer;
  const { status, body, isCut } = answer.value;
  const failure = (detail: string): Result<never, Failure> =>
    failed({ code: 'http-failed', url: `${url}${path}`, detail, isAnswered: true });
  if (isCut === true) return failure(tooLong);
  if (status !== 200) {
    const why = parseQueryError(body);
    return failure(why === null ? hint(status) : `status ${status}: ${why}`);
  }
  const value = parseSeries(body);
  return value === null ? failure('the answer is not the one of this service') : success(value);
};

const secondsOf = (milliseconds: number): string => String(milliseconds / 1_000);

/** A query may take longer than the other questions, ms; the server is told to end it a little earlier. */
const queryMs = 20_000;
/** Its easiest query: one that takes longer is waited for at each other one too. */
const easyMs = 8_000;
const serverLimit = (limitMs: number): string => {
  const most = Math.ceil(limitMs * 0.9);
  return most % 1_000 === 0 ? `${most / 1_000}s` : `${most}ms`;
};

const createPrometheus = (web: AskWeb, server: ServerConfig): Prometheus => {
  const url = redact(server.url.replace(/\/+$/, ''));
  return {
    url,
    ready: async () => {
      const asked = await web('/-/ready');
      if (!asked.ok) return asked;
      // Where only the API is there under a path, as that of Mimir is, a question tells whether it answers.
      const answer =
        asked.value.status === 404
          ? await web('/api/v1/query', { form: new URLSearchParams({ query: 'vector(1)' }) })
          : asked;
      if (!answer.ok) return answer;
      const { status, tookMs } = answer.value;
      return status === 200
        ? success({ tookMs })
        : failed({
            code: 'http-failed',
            url: `${url}/-/ready`,
            detail: hint(status),
            isAnswered: true,
          });
    },
    targets: () => read(web, url, '/api/v1/targets?state=active', parseTargets),
    alerts: () => read(web, url, '/api/v1/alerts', parseAlerts),
    time: async () => {
      // Without a time it is asked for the server's now.
      const answer = await askSeries(
        web,
        url,
        '/api/v1/query',
        { query: 'vector(time())' },
        easyMs,
      );
      if (!answer.ok) return answer;
      const seconds = answer.value.series[0]?.samples[0]?.[1];
      return seconds === undefined || !Number.isFinite(seconds)
        ? failed({
            code: 'http-failed',
            url,
            detail: 'it does not tell its time',
            isAnswered: true,
          })
        : success(seconds * 1_000);
    },
    rules: () => read(web, url, '/api/v1/rules?type=alert', parseRules),
    query: (expression, at, limitMs) =>
      askSeries(web, url, '/api/v1/query', { query: expression, time: secondsOf(at) }, limitMs),
    queryRange: (expression, { from, to, stepSeconds }) =>
      askSeries(web, url, '/api/v1/query_range', {
        query: expression,
        start: secondsOf(from),
        end: secondsOf(to),
        step: String(stepSeconds),
      }),
  };
};

const createGrafana = (ask: AskWeb, server: ServerConfig): Grafana => {
  const url = redact(server.url.replace(/\/+$/, ''));
  return {
    url,
    hasCredentials: server.tokenEnv !== null || server.tokenFile !== null || server.user !== null,
    health: async () => {
      const answer = await ask('/api/health');
      if (!answer.ok) return answer;
      const { status, body, tookMs } = answer.value;
      const health = parseGrafanaHealth(body);
      const shown = `${url}/api/health`;
      if (health === null)
        return failed({
          code: 'http-failed',
          url: shown,
          detail: status === 200 ? 'the answer is not the one of Grafana' : hint(status),
          isAnswered: true,
        });
      return success({ ...health, tookMs });
    },
    dataSources: async () => {
      const sources = await read(ask, url, '/api/datasources', parseDataSources);
      if (!sources.ok) return sources;
      const states = await Promise.all(
        sources.value.map(async (source): Promise<Result<DataSourceState, Failure>> => {
          const answer = await ask(`/api/datasources/uid/${encodeURIComponent(source.uid)}/health`);
          return answer.ok
            ? success({ source, health: judgeDataSource(answer.value.status, answer.value.body) })
            : answer;
        }),
      );
      const broken = states.find((state) => !state.ok);
      if (broken !== undefined && !broken.ok) return broken;
      return success(states.flatMap((state) => (state.ok ? [state.value] : [])));
    },
  };
};

/** The fleet's Prometheus and Grafana. Every question is limited in time. */
export const createMonitoring = (world: WebWorld, config: MonitoringConfig): Monitoring => {
  const webs: AskWeb[] = [];
  const webOf = (server: ServerConfig): AskWeb => {
    const web = createWeb(world, server);
    webs.push(web);
    return web;
  };
  return {
    prometheus: joinServers(
      [config.prometheus, ...config.morePrometheus].flatMap((server) =>
        server === null ? [] : [createPrometheus(webOf(server), server)],
      ),
    ),
    grafana: config.grafana === null ? null : createGrafana(webOf(config.grafana), config.grafana),
    close: async () => {
      await Promise.all(webs.map((web) => web.close()));
    },
  };
};
