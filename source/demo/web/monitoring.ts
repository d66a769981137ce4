import type { Machine } from '../machine/machine.ts';
import { numberFor } from '../process/hash.ts';

const page = (body: unknown): Page => ({ status: 200, body });

const instanceOf = (machine: Machine): string => `${machine.host.name}:9100`;

const isUp = (machine: Machine): boolean => machine.host.isAsleep !== true;

const targetOf = (machine: Machine, now: number) => ({
  discoveredLabels: { __address__: instanceOf(machine) },
  labels: { instance: instanceOf(machine), job: 'node-exporter' },
  scrapePool: 'node-exporter',
  scrapeUrl: `http://${instanceOf(machine)}/metrics`,
  lastError: isUp(machine) ? '' : 'dial tcp: connect: no route to host',
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

const seriesOf = (url: URL, machines: readonly Machine[], now: number) => {
  const expression = url.searchParams.get('query') ?? '';
  const seconds = (name: string, otherwise: number): number =>
    Number(url.searchParams.get(name) ?? otherwise);
  const named = machines.filter((machine) => isUp(machine) || expression.includes('up'));
  const metric = (machine: Machine) => ({ instance: instanceOf(machine), job: 'node-exporter' });
  if (!url.pathname.endsWith('_range')) {
    const at = seconds('time', now / 1000);
    return {
      resultType: 'vector',
      result: named.map((machine) => ({
        metric: metric(machine),
        value: [at, String(measure(expression, machine, at * 1000))],
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
export const monitoringAnswer = (url: URL, machines: readonly Machine[], now: number): Page => {
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
      case '/api/v1/query':
      case '/api/v1/query_range':
        return page({ status: 'success', data: seriesOf(url, watched, now) });
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
