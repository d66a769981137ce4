import { type CheckRow, row } from '../../model/board/board.ts';
import type { CheckConfig } from '../../model/config/settings.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import { advise } from '../../model/words/advice.ts';
import { showLatency } from '../../model/words/format.ts';
import { counted } from '../../model/words/sentences.ts';
import type { PrometheusAlert, PrometheusTarget } from '../../parsers/board/prometheus.ts';
import { redact } from '../../parsers/redact.ts';
import type { HttpResponse, World } from '../world/world.ts';
import { type DataSourceState, type Grafana, type Monitoring, notThere } from './monitoring.ts';
import type { Prometheus } from './prometheus.ts';
import { failureRow, type Question, questionOf, someOf } from './row.ts';

const question = questionOf('monitoring');

export const monitoringQuestions = {
  prometheus: question('prometheus', 'Prometheus'),
  targets: question('targets', 'targets'),
  alerts: question('alerts', 'alerts'),
  grafana: question('grafana', 'Grafana'),
  dataSources: question('data-sources', 'data sources'),
} as const;

/** VictoriaMetrics and others have a part of the API only. */
const isNotThere = (failure: Failure): boolean =>
  failure.code === 'http-failed' && failure.detail === notThere;

const unit = (name: string): string => `systemctl status ${name}`;

export const judgeReady = (
  url: string,
  ready: Result<{ readonly tookMs: number }, Failure>,
): CheckRow => {
  const asked = monitoringQuestions.prometheus;
  if (ready.ok) return row(asked, 'green', `${url} is ready, ${showLatency(ready.value.tookMs)}`);
  return row(
    asked,
    'red',
    explain(ready.failure).what,
    advise('look at it on its host', unit('prometheus.service')),
  );
};

export const judgeTargets = (targets: Result<readonly PrometheusTarget[], Failure>): CheckRow => {
  const asked = monitoringQuestions.targets;
  if (!targets.ok)
    return isNotThere(targets.failure)
      ? row(asked, 'not-set-up', 'this server does not list its targets')
      : failureRow(asked, targets.failure);
  const all = targets.value;
  if (all.length === 0)
    return row(asked, 'not-set-up', 'Prometheus scrapes nothing', {
      text: 'add scrape_configs to services.prometheus',
    });
  const down = all.filter(({ health }) => health === 'down');
  if (down.length === 0) return row(asked, 'green', `${counted(all.length, 'target')} up`);
  const names = down.map(({ job, instance }) => `${instance} (${job})`);
  return row(
    asked,
    'red',
    `${down.length} of ${counted(all.length, 'target')} down: ${someOf(names)}`,
    { text: 'fix the exporter; what is down now does not count against a deploy' },
    down.map(({ job, instance, lastError }) => `${instance} (${job}): ${lastError}`),
  );
};

export const judgeAlerts = (alerts: Result<readonly PrometheusAlert[], Failure>): CheckRow => {
  const asked = monitoringQuestions.alerts;
  if (!alerts.ok)
    return isNotThere(alerts.failure)
      ? row(asked, 'not-set-up', 'this server does not list alerts')
      : failureRow(asked, alerts.failure);
  const firing = alerts.value.filter(({ state }) => state === 'firing');
  const pending = alerts.value.length - firing.length;
  const line = ({ name, instance, severity, summary }: PrometheusAlert): string =>
    `${name}${instance === null ? '' : ` on ${instance}`}${severity === null ? '' : ` [${severity}]`}${summary === null ? '' : `: ${summary}`}`;
  if (firing.length === 0)
    return row(asked, 'green', pending === 0 ? 'none firing' : `none firing, ${pending} pending`);
  return row(
    asked,
    firing.some(({ severity }) => severity === 'critical') ? 'red' : 'warning',
    `${counted(firing.length, 'alert')} firing: ${someOf(firing.map(({ name, instance }) => (instance === null ? name : `${name} on ${instance}`)))}`,
    { text: 'look at them before deploying; what fires now does not count against a deploy' },
    firing.map(line),
  );
};

export const judgeGrafana = (
  url: string,
  health: Awaited<ReturnType<Grafana['health']>>,
): CheckRow => {
  const asked = monitoringQuestions.grafana;
  const remedy = advise('look at it on its host', unit('grafana.service'));
  if (!health.ok) return row(asked, 'red', explain(health.failure).what, remedy);
  const { database, version, tookMs } = health.value;
  return database === 'ok'
    ? row(
        asked,
        'green',
        `${url}${version === null ? '' : `, version ${version}`}, ${showLatency(tookMs)}`,
      )
    : row(asked, 'red', `Grafana answers, its database says: ${database}`, remedy);
};

export const judgeDataSources = (
  sources: Result<readonly DataSourceState[], Failure>,
): CheckRow => {
  const asked = monitoringQuestions.dataSources;
  if (!sources.ok) return failureRow(asked, sources.failure);
  const all = sources.value;
  if (all.length === 0) return row(asked, 'not-set-up', 'Grafana has no data source');
  const broken = all.flatMap(({ source, health }) =>
    health.kind === 'unhealthy' ? [{ name: source.name, message: health.message }] : [],
  );
  const unknown = all.filter(({ health }) => health.kind === 'unknown').length;
  if (broken.length === 0)
    return row(
      asked,
      'green',
      `${all.length - unknown} healthy${unknown === 0 ? '' : `, ${unknown} without a health check`}`,
    );
  return row(
    asked,
    'red',
    `${broken.length} of ${counted(all.length, 'data source')} unhealthy: ${someOf(broken.map(({ name }) => name))}`,
    { text: 'open Connections, Data sources in Grafana and test it there' },
    broken.map(({ name, message }) => `${name}: ${message}`),
  );
};

export const checkQuestion = (check: CheckConfig): Question =>
  question(`check.${check.name}`, check.name);

export const judgeCheck = (check: CheckConfig, answer: Result<HttpResponse, Failure>): CheckRow => {
  const asked = checkQuestion(check);
  const url = redact(check.http);
  const remedy = advise('ask it by hand', `curl --include ${url}`);
  if (!answer.ok) return row(asked, 'red', explain(answer.failure).what, remedy);
  const { status, body, tookMs } = answer.value;
  if (status !== check.expect)
    return row(asked, 'red', `${url} answered ${status} instead of ${check.expect}`, remedy);
  if (check.contains !== null && !body.includes(check.contains))
    return row(asked, 'red', `${url} does not contain ${JSON.stringify(check.contains)}`, remedy);
  return row(asked, 'green', `${url} answered ${status}, ${showLatency(tookMs)}`);
};

const prometheusRows = async (prometheus: Prometheus): Promise<readonly CheckRow[]> => {
  const ready = judgeReady(prometheus.url, await prometheus.ready());
  if (ready.state === 'red') return [ready];
  const [targets, alerts] = await Promise.all([prometheus.targets(), prometheus.alerts()]);
  return [ready, judgeTargets(targets), judgeAlerts(alerts)];
};

const grafanaRows = async (grafana: Grafana): Promise<readonly CheckRow[]> => {
  const health = judgeGrafana(grafana.url, await grafana.health());
  if (health.state === 'red') return [health];
  if (grafana.hasCredentials) return [health, judgeDataSources(await grafana.dataSources())];
  return [
    health,
    row(monitoringQuestions.dataSources, 'not-set-up', 'no credentials for Grafana are given', {
      text: 'give [monitoring] grafana = { url = "…", token_env = "…" } in nixup.toml',
    }),
  ];
};

const notGiven = (asked: Question, key: string): CheckRow =>
  row(asked, 'not-set-up', 'no address is given', {
    text: `give [monitoring] ${key} = "http://…" in nixup.toml`,
  });

/** The rows of Prometheus, Grafana and the fleet's own web checks. */
export const monitoringRows = async (
  world: Pick<World, 'http'>,
  monitoring: Monitoring,
  checks: readonly CheckConfig[],
): Promise<readonly CheckRow[]> => {
  const { prometheus, grafana } = monitoring;
  const rows = await Promise.all([
    prometheus === null
      ? [notGiven(monitoringQuestions.prometheus, 'prometheus')]
      : prometheusRows(prometheus),
    grafana === null ? [notGiven(monitoringQuestions.grafana, 'grafana')] : grafanaRows(grafana),
    Promise.all(
      checks.map(async (check) =>
        judgeCheck(check, await world.http({ url: check.http, timeoutMs: check.timeoutMs })),
      ),
    ),
  ]);
  return rows.flat();
};
