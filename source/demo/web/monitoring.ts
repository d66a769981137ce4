import type { Machine } from '../machine/machine.ts';
import { numberFor } from '../process/hash.ts';
import { rangesOfMachines } from './ranges.ts';

const page = (body: unknown): Page => ({ status: 200, body });

const instanceOf = (machine: Machine): string => `${machine.host.name}:9100`;

const isUp = (machine: Machine): boolean => machine.host.isAsleep !== true;

const targetOf = (machine: Machine, now: number) => ({
  discoveredLabels: { __address__: instanceOf(machine) },
  labels: { instance: instanceOf(machine), job: 'node-exporter' },
  scrapePool: 'node-exporter',
  scrapeUrl: `http://${instanceOf(machine)}/metrics`,
  lastError: isUp(machine) ? '' : 'dial tcp: connect: no route to host',
  scrapeInterval: '1m',
  lastScrape: new Date(now - 7_000).toISOString(),
  lastScrapeDuration: 0.021,
  health: isUp(machine) ? 'up' : 'down',
});

const alertsOf = (machines: readonly Machine[], now: number) =>
  machines.flatMap((machine) =>
    [...machine.failed].map((unit) => ({
      labels: {
        alertname: 'SystemdServiceFailed',
        instance: instanceOf(machine),
        name: unit,
        severity: 'warning',
      },
      annotations: { summary: `${unit} failed on ${machine.host.name}` },
      state: 'firing',
      activeAt: new Date(now - 3 * 86_400_000).toISOString(),
      value: '1e+00',
    })),
  );

/** One number per machine for an expression; the same at the same time. */
const measure = (expression: string, machine: Machine, at: number): number => {
  const minute = Math.floor(at / 60_000);
  const noise = numberFor(`${expression} ${machine.host.name} ${minute}`, 100) / 100;
  if (expression.includes('up')) return isUp(machine) ? 1 : 0;
  if (/mem/i.test(expression)) return 38 + numberFor(machine.host.name, 30) + noise * 4;
  if (/filesystem|disk/i.test(expression)) return 40 + numberFor(`disk ${machine.host.name}`, 45);
  if (/boot/i.test(expression)) return Math.floor(machine.startedAt / 1000);
  return 6 + numberFor(machine.host.name, 14) + noise * 9;
};

/** Shares, or numbers for each second, of a machine on a quiet day, by what an expression asks for. */
const levels: readonly (readonly [pattern: RegExp, level: number, spread: number])[] = [
  [/node_cpu_seconds_total\{[^}]*mode="idle"/, 0.4, 0.8],
  [/node_cpu/, 0.06, 0.14],
  [/node_memory/, 0.35, 0.3],
  [/node_pressure/, 0.001, 0.01],
  [/node_vmstat/, 2, 10],
  [/node_disk_io_time/, 0.01, 0.05],
  [/_errs_total/, 0, 0],
  [/_bytes_total/, 20_000, 400_000],
];

/** A machine on which the last change made the processor busier, as a tale for who watches it. */
const isBusier = (machine: Machine, expression: string, at: number): boolean =>
  machine.host.getsBusier === true &&
  /node_cpu/.test(expression) &&
  at > (machine.generations.findLast(({ number }) => number === machine.profile)?.at ?? at);

/** What the last change added to the processor of a machine that it made busier. */
const busierBy = 0.31;

/** What a machine has of a metric on a quiet day. */
const usualLevel = (expression: string, machine: Machine): number => {
  const [, level, spread] = levels.find(([pattern]) => pattern.test(expression)) ?? [0, 1, 1];
  const kind = levels.findIndex(([pattern]) => pattern.test(expression));
  return level + (spread * numberFor(`${kind} ${machine.host.name}`, 100)) / 100;
};

/** What a function over a window answers for a machine: `p25` and the like, or the number of samples. */
const overWindow = (
  name: string,
  expression: string,
  machine: Machine,
  at: number,
  count: number,
): number => {
  if (name === 'samples') return isUp(machine) ? count : Math.round(count / 4);
  const own = usualLevel(expression, machine);
  const day = Math.floor(at / 86_400_000);
  const today = 0.95 + numberFor(`${day} ${machine.host.name}`, 10) / 100;
  const busier = isBusier(machine, expression, at) ? busierBy : 0;
  const factor = { p25: 0.8, p50: 1, p75: 1.3, p95: 1.9 }[name] ?? 1;
  return own * today * factor + busier;
};

const partPattern =
  /(?:quantile_over_time\([\d.]+, |count_over_time\()\((.*)\)\[(\d+)s:(\d+)s\]\)+, "q", "(\w+)"/;

/** The answer to quartiles of windows: each part of the question has a label of its own. */
const windowsOfMachines = (expression: string, machines: readonly Machine[], at: number) =>
  expression.split(' or label_replace(').flatMap((part) => {
    const [, inner = '', length = '0', step = '1', name = ''] = partPattern.exec(part) ?? [];
    const count = Math.floor(Number(length) / Number(step));
    return machines
      .filter((machine) => inner.includes(machine.host.name))
      .map((machine) => ({
        metric: { instance: instanceOf(machine), job: 'node-exporter', q: name },
        value: [at / 1000, String(overWindow(name, inner, machine, at, count))],
      }));
  });

const scrapesEvery = 60;

/** Scrapes of each exporter: `up`, `samples` and `now`, the most of all, or whether the last one succeeded. */
const scrapesOfMachines = (expression: string, machines: readonly Machine[], at: number) => {
  const seconds = Number(/\[(\d+)s\]/.exec(expression)?.[1] ?? 0);
  const one = (labels: Readonly<Record<string, string>>, value: number) => ({
    metric: labels,
    value: [at / 1000, String(value)],
  });
  const samples = Math.floor(seconds / scrapesEvery);
  if (expression.startsWith('max(')) return [one({}, samples)];
  return machines
    .filter((machine) => expression.includes(machine.host.name))
    .flatMap((machine) => {
      const labels = { instance: instanceOf(machine), job: 'node-exporter' };
      const up = isUp(machine) ? 1 : 0;
      if (seconds === 0) return [one(labels, up)];
      return [
        one({ ...labels, q: 'up' }, up),
        one({ ...labels, q: 'samples' }, samples),
        one({ ...labels, q: 'now' }, up),
      ];
    });
};

/** Alerts that fire, as series: they began three days ago. */
const firingSeries = (expression: string, machines: readonly Machine[], at: number) =>
  alertsOf(machines, at).flatMap(({ labels }) => {
    const metric = { ...labels, alertstate: 'firing' };
    const one = (name: string | null, value: number) => ({
      metric: name === null ? metric : { ...metric, q: name },
      value: [at / 1000, String(value)],
    });
    if (!expression.includes('timestamp(')) return [one(null, 1)];
    const seconds = Number(/\[(\d+)s[:\]]/.exec(expression)?.[1] ?? 0);
    return [one('first', at / 1000 - seconds), one('last', at / 1000), one('any', 1)];
  });

// Whole: each kind of question that is asked of the server.
const seriesOf = (url: URL, asked: URLSearchParams, machines: readonly Machine[], now: number) => {
  const expression = asked.get('query') ?? '';
  const seconds = (name: string, otherwise: number): number => Number(asked.get(name) ?? otherwise);
  const at = seconds('time', now / 1000) * 1000;
  if (expression === 'vector(time())')
    return {
      resultType: 'vector',
      result: [{ metric: {}, value: [at / 1000, String(at / 1000)] }],
    };
  if (expression.includes('ALERTS{'))
    return { resultType: 'vector', result: firingSeries(expression, machines, at) };
  if (/\bup\{/.test(expression))
    return { resultType: 'vector', result: scrapesOfMachines(expression, machines, at) };
  if (expression.includes('node_uname_info'))
    return {
      resultType: 'vector',
      result: machines.map((machine) => ({
        metric: {
          instance: instanceOf(machine),
          job: 'node-exporter',
          nodename: machine.host.name,
          q: 'now',
        },
        value: [at / 1000, '1'],
      })),
    };
  if (expression.includes('_over_time(') && !url.pathname.endsWith('_range'))
    return { resultType: 'vector', result: windowsOfMachines(expression, machines, at) };
  if (expression.includes('_over_time('))
    return {
      resultType: 'matrix',
      result: rangesOfMachines(
        {
          expression,
          from: seconds('start', now / 1000 - 3_600),
          to: seconds('end', now / 1000),
          step: Math.max(1, seconds('step', 60)),
        },
        machines.filter(isUp),
        now,
        (machine, at) => ({
          usual: usualLevel(expression, machine),
          more: isBusier(machine, expression, at) ? busierBy : 0,
        }),
      ),
    };
  const named = machines.filter((machine) => isUp(machine) || expression.includes('up'));
  const metric = (machine: Machine) => ({ instance: instanceOf(machine), job: 'node-exporter' });
  if (!url.pathname.endsWith('_range')) {
    return {
      resultType: 'vector',
      result: named.map((machine) => ({
        metric: metric(machine),
        value: [at / 1000, String(measure(expression, machine, at))],
      })),
    };
  }
  const [from, to] = [seconds('start', now / 1000 - 3_600), seconds('end', now / 1000)];
  const step = Math.max(15, seconds('step', 60));
  const times = Array.from(
    { length: Math.floor((to - from) / step) + 1 },
    (_, index) => from + index * step,
  );
  return {
    resultType: 'matrix',
    result: named.map((machine) => ({
      metric: metric(machine),
      values: times.map((at) => [at, String(measure(expression, machine, at * 1000))]),
    })),
  };
};

/** Prometheus (port 9090) and Grafana (port 3001) of the demo, from the state of its machines. */
export const monitoringAnswer = (
  url: URL,
  form: URLSearchParams | undefined,
  machines: readonly Machine[],
  now: number,
): Page => {
  const watched = machines.filter(({ host }) => host.services.includes('prometheus-node-exporter'));
  if (url.port === '9090')
    switch (url.pathname) {
      case '/-/ready':
        return page('Prometheus Server is Ready.\n');
      case '/-/healthy':
        return page('Prometheus Server is Healthy.\n');
      case '/api/v1/targets':
        return page({
          status: 'success',
          data: {
            activeTargets: watched.map((machine) => targetOf(machine, now)),
            droppedTargets: [],
          },
        });
      case '/api/v1/alerts':
        return page({ status: 'success', data: { alerts: alertsOf(machines, now) } });
      case '/api/v1/rules':
        return page({ status: 'success', data: { groups: [] } });
      case '/api/v1/query':
      case '/api/v1/query_range':
        return page({
          status: 'success',
          data: seriesOf(url, form ?? url.searchParams, watched, now),
        });
      default:
        return { status: 404, body: '404 page not found' };
    }
  if (url.pathname === '/api/health')
    return page({ commit: '4b2c1d', database: 'ok', version: '13.0.2' });
  if (url.pathname === '/api/datasources')
    return page([{ id: 1, uid: 'prometheus', name: 'Prometheus', type: 'prometheus' }]);
  if (/^\/api\/datasources\/uid\/[^/]+\/health$/.test(url.pathname))
    return page({ status: 'OK', message: 'Successfully queried the Prometheus API.' });
  return { status: 404, body: { message: 'Not found' } };
};

export interface Page {
  readonly status: number;
  readonly body: unknown;
}
