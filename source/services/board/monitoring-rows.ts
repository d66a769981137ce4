import { type CheckRow, row } from '../../model/board/board.ts';
import { showCommand } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import { type Failure, isUnheard } from '../../model/failure.ts';
import { type CheckAnswer, type CheckOrder, needsTrust } from '../../model/host/own-checks.ts';
import type { Result } from '../../model/result.ts';
import { type Advice, advise } from '../../model/words/advice.ts';
import { showLatency } from '../../model/words/format.ts';
import { counted } from '../../model/words/sentences.ts';
import type { PrometheusAlert, PrometheusTarget } from '../../parsers/board/prometheus.ts';
import { redact } from '../../parsers/redact.ts';
import { askCheck } from '../checks/ask.ts';
import type { CheckTools } from '../checks/asker.ts';
import { type DataSourceState, type Grafana, type Monitoring, notThere } from './monitoring.ts';
import type { Prometheus } from './prometheus.ts';
import { failureRow, type Question, questionOf, someOf } from './row.ts';

const question = questionOf('monitoring');

/** A server that was not heard may be well: nobody knows whether it became worse. */
const withUnheard = (answer: CheckRow, failure: Failure): CheckRow =>
  isUnheard(failure) ? { ...answer, isUnasked: true } : answer;

const unansweredRow = (asked: Question, failure: Failure): CheckRow =>
  withUnheard(failureRow(asked, failure), failure);

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
  const remedy = advise('look at it on its host', unit('prometheus.service'));
  return withUnheard(row(asked, 'red', explain(ready.failure).what, remedy), ready.failure);
};

export const judgeTargets = (targets: Result<readonly PrometheusTarget[], Failure>): CheckRow => {
  const asked = monitoringQuestions.targets;
  if (!targets.ok)
    return isNotThere(targets.failure)
      ? row(asked, 'not-set-up', 'this server does not list its targets')
      : unansweredRow(asked, targets.failure);
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
      : unansweredRow(asked, alerts.failure);
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
  if (!health.ok)
    return withUnheard(row(asked, 'red', explain(health.failure).what, remedy), health.failure);
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
  if (!sources.ok) return unansweredRow(asked, sources.failure);
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

export const checkQuestion = ({ name }: Pick<CheckOrder, 'name'>): Question =>
  question(`check.${name}`, name);

/** How a person asks the same by hand. */
const byHand = ({ ask }: CheckOrder): Advice => {
  switch (ask.kind) {
    case 'http':
      return advise('ask it by hand', `curl --include ${redact(ask.url)}`);
    case 'grafana':
    case 'alertmanager':
      return advise('look at it on its host', unit(`${ask.kind}.service`));
    case 'command':
      return advise(
        'run it by hand',
        showCommand({ file: ask.command[0] ?? '', args: ask.command.slice(1) }),
      );
    case 'script':
      return advise('run it by hand', ask.file);
    case 'journal':
    case 'tcp':
      return { text: 'look at the service behind it' };
    case 'prometheus':
      return { text: `ask Prometheus for it: ${ask.query}` };
  }
};

export const judgeCheck = (order: CheckOrder, answer: CheckAnswer): CheckRow =>
  answer.kind === 'passed'
    ? row(checkQuestion(order), 'green', answer.words)
    : {
        ...row(
          checkQuestion(order),
          'red',
          answer.words,
          answer.kind === 'failed' && answer.isMistake === true
            ? { text: 'correct this check in nixup.toml' }
            : byHand(order),
        ),
        ...(answer.kind === 'unasked' ? { isUnasked: true as const } : {}),
      };

/** Checks of the fleet, and whether those that run programs may. */
interface FleetChecks {
  readonly orders: readonly CheckOrder[];
  readonly flake: string;
  readonly isTrusted: boolean;
}

const checkRow = async (
  tools: CheckTools,
  order: CheckOrder,
  { flake, isTrusted }: FleetChecks,
): Promise<CheckRow> =>
  needsTrust(order) && !isTrusted
    ? row(checkQuestion(order), 'not-set-up', 'it runs a program, and nixup.toml is not trusted', {
        text: 'trust the file first',
      })
    : judgeCheck(order, await askCheck(tools, order, { entry: null, flake }));

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
  world: CheckTools['world'],
  monitoring: Monitoring,
  checks: FleetChecks,
): Promise<readonly CheckRow[]> => {
  const { prometheus, grafana } = monitoring;
  const tools = { world, run: null, query: prometheus?.query ?? null };
  const rows = await Promise.all([
    prometheus === null
      ? [notGiven(monitoringQuestions.prometheus, 'prometheus')]
      : prometheusRows(prometheus),
    grafana === null ? [notGiven(monitoringQuestions.grafana, 'grafana')] : grafanaRows(grafana),
    Promise.all(checks.orders.map((order) => checkRow(tools, order, checks))),
  ]);
  return rows.flat();
};
