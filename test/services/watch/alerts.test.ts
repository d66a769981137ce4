import { describe, expect, test } from 'vitest';
import { failed, success } from '../../../source/model/result.ts';
import {
  alertSentence,
  isAlertWorse,
  type WatchedAlert,
} from '../../../source/model/watch/alerts.ts';
import type { AlertRule, PrometheusSeries } from '../../../source/parsers/board/prometheus.ts';
import type { Prometheus } from '../../../source/services/board/prometheus.ts';
import { joinServers } from '../../../source/services/board/servers.ts';
import { type AlertedHost, watchAlerts } from '../../../source/services/watch/alerts.ts';
import { fillingRuleOf } from '../../../source/services/watch/filling.ts';

const hour = 3_600_000;
const changedAt = Date.UTC(2026, 5, 20, 12);
const now = changedAt + 2 * hour;
const gigabyte = 1e9;

interface Server {
  readonly before?: readonly string[];
  readonly since?: readonly string[];
  /** Free room of `/` on p620 before and after, and what is foreseen by what was measured since. */
  readonly room?: readonly [before: number, after: number, foreseen: number];
  readonly rules?: readonly AlertRule[] | null;
}

const labelsOf = (text: string): Readonly<Record<string, string>> => {
  const [alertname = '', instance = ''] = text.split('@');
  return {
    alertname,
    alertstate: 'firing',
    ...(instance === '' ? {} : { instance, job: 'node', mountpoint: '/' }),
  };
};

const serverOf = ({ before = [], since = [], room, rules = [] }: Server): Prometheus => {
  const series = (labels: Readonly<Record<string, string>>, value: number): PrometheusSeries => ({
    labels,
    samples: [[now, value]],
  });
  const answer = (all: readonly PrometheusSeries[]) => success({ warnings: [], series: all });
  return {
    url: 'http://p620:9090',
    ready: async () => success({ tookMs: 1 }),
    time: async () => success(now),
    targets: async () => success([]),
    alerts: async () => success([]),
    rules: async () =>
      rules === null
        ? failed({
            code: 'http-failed',
            url: 'http://p620:9090/api/v1/rules',
            detail: 'status 404',
          })
        : success(rules),
    queryRange: async () => answer([]),
    query: async (expression, at) => {
      if (expression.includes('predict_linear')) return answer([series({}, room?.[2] ?? 0)]);
      if (expression.startsWith('max(max_over_time(node_filesystem_avail_bytes'))
        return answer([series({}, room?.[0] ?? 0)]);
      if (expression.startsWith('min(node_filesystem_avail_bytes'))
        return answer([series({}, room?.[1] ?? 0)]);
      if (expression.includes('timestamp('))
        return answer(
          since.flatMap((one) => [
            series({ ...labelsOf(one), q: 'first' }, (changedAt + hour) / 1_000),
            series({ ...labelsOf(one), q: 'last' }, now / 1_000),
            series({ ...labelsOf(one), q: 'any' }, 1),
          ]),
        );
      return answer((at === changedAt ? before : since).map((one) => series(labelsOf(one), 1)));
    },
  };
};

const hostOf = (host: string): AlertedHost => ({
  host,
  instances: [`${host}:9100`],
  changedAt,
  beganAt: changedAt,
  until: null,
  pauses: { restarts: [], sleeps: [] },
});

test('alerts go to the host that they name, by any of its exporters; others stand by themselves', async () => {
  const answer = await watchAlerts(
    serverOf({
      before: ['Hot@razer:9100'],
      since: ['Hot@razer:9100', 'Slow@p620:9187', 'Watchdog'],
    }),
    [hostOf('p620'), hostOf('razer')],
    now,
  );
  if (!answer.ok) throw new Error('no answer');
  const told = (host: string) =>
    answer.value.byHost.get(host)?.map(({ name, change }) => [name, change]);
  expect(told('razer')).toEqual([['Hot', 'fired-before']]);
  expect(told('p620')).toEqual([['Slow', 'new']]);
  expect(answer.value.others.map(({ name, change }) => [name, change])).toEqual([
    ['Watchdog', 'new'],
  ]);
});

const filling: AlertRule = {
  name: 'NodeFilesystemSpaceFillingUp',
  severity: null,
  // As Prometheus 2.53 prints the rule of the node mixin.
  query:
    '(node_filesystem_avail_bytes{fstype!="",job="node",mountpoint!=""} / node_filesystem_size_bytes{fstype!="",job="node",mountpoint!=""} * 100 < 40 and predict_linear(node_filesystem_avail_bytes{fstype!="",job="node",mountpoint!=""}[6h], 24 * 60 * 60) < 0 and node_filesystem_readonly{fstype!="",job="node",mountpoint!=""} == 0)',
};

test('the rule of a filling file system is read as a server prints it', () => {
  const day = { range: 6 * hour, horizon: 24 * hour };
  expect(fillingRuleOf(filling.query)).toEqual(day);
  expect(fillingRuleOf('predict_linear(node_filesystem_avail_bytes[6h], 86400) < 0')).toEqual(day);
  expect(
    fillingRuleOf('predict_linear(node_filesystem_free_bytes{a=~"x{2}"}[1h30m], 4*3600) < 0'),
  ).toEqual({ range: 1.5 * hour, horizon: 4 * hour });
  expect(fillingRuleOf('node_filesystem_avail_bytes < 5')).toBeNull();
  expect(fillingRuleOf('predict_linear(node_load1[6h], 3600) > 5')).toBeNull();
});

test.each<[string, Server, string | null]>([
  ['8 GB of 40 were copied, and since then nothing', { room: [40, 32, 32] }, 'copy'],
  ['it goes on to fill', { room: [40, 32, -5] }, null],
  ['a copy that is too small for the forecast', { room: [40, 39, 39] }, null],
  ['no copy at all', { room: [40, 40, 40] }, null],
  [
    'a rule of another kind',
    { room: [40, 32, 32], rules: [{ ...filling, query: 'up == 0' }] },
    null,
  ],
  ['a server that does not tell its rules', { room: [40, 32, 32], rules: null }, 'copy'],
])('a filling alert after a deploy: %s', async (_, { room, rules = [filling] }, cause) => {
  const [before, after, foreseen] = room ?? [0, 0, 0];
  const answer = await watchAlerts(
    serverOf({
      since: ['NodeFilesystemSpaceFillingUp@p620:9100'],
      rules,
      room: [before * gigabyte, after * gigabyte, foreseen * gigabyte],
    }),
    [hostOf('p620')],
    now,
  );
  const [alert] = answer.ok ? (answer.value.byHost.get('p620') ?? []) : [];
  expect(alert).toMatchObject({ change: 'new', isFiring: true });
  expect(alert?.cause?.kind ?? null).toBe(cause);
});

test('a server that refuses the question about alerts says so', async () => {
  const refused = failed({
    code: 'http-failed' as const,
    url: 'http://p620:9090',
    detail: 'too many',
  });
  const answer = await watchAlerts(
    { ...serverOf({}), query: async () => refused },
    [hostOf('p620')],
    now,
  );
  expect(answer).toEqual(refused);
});

describe('of two servers one does not answer a question about alerts', () => {
  const refusal = {
    code: 'http-failed',
    url: 'http://beside:9090/api/v1/query',
    detail: 'status 503',
  } as const;
  const beside = async (isRefused: (expression: string, at: number) => boolean) => {
    const own = serverOf({ before: ['Hot@p620:9100'], since: ['Hot@p620:9100'] });
    const prometheus = joinServers([
      serverOf({ before: ['Slow@razer:9100'], since: ['Slow@razer:9100'] }),
      {
        ...own,
        query: async (expression, at) =>
          isRefused(expression, at) ? failed(refusal) : await own.query(expression, at),
      },
    ]);
    if (prometheus === null) throw new Error('no server');
    const answer = await watchAlerts(prometheus, [hostOf('p620'), hostOf('razer')], now);
    if (!answer.ok) throw new Error('no answer');
    return answer.value;
  };
  const told = (alerts: readonly WatchedAlert[] | undefined) =>
    alerts?.map(({ name, change }) => [name, change]);

  test('of the days before: what would be new is unknown, and nothing is worse', async () => {
    const { byHost, missing } = await beside((_, at) => at === changedAt);
    const alerts = byHost.get('p620') ?? [];
    expect(told(alerts)).toEqual([['Hot', 'unknown']]);
    expect(alerts.some(isAlertWorse)).toBe(false);
    expect(alerts.map(alertSentence)).toEqual([
      'alert Hot (/) fires; whether it did before the change is not known',
    ]);
    expect(missing.byHost.get('p620')).toEqual(refusal);
    expect(told(byHost.get('razer'))).toEqual([['Slow', 'fired-before']]);
    expect(missing.byHost.has('razer')).toBe(false);
  });

  test('of the time since: what fired before is not over, and no host is without alerts', async () => {
    const { byHost, missing } = await beside((_, at) => at === now);
    expect(told(byHost.get('p620'))).toEqual([['Hot', 'fired-before']]);
    expect(told(byHost.get('razer'))).toEqual([['Slow', 'fired-before']]);
    expect([...missing.byHost.keys()].toSorted()).toEqual(['p620', 'razer']);
    expect(missing.others).toEqual(refusal);
  });
});
