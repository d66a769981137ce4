import { expect, test } from 'vitest';
import { configSchema } from '../../../source/model/config/config.ts';
import { createMonitoring } from '../../../source/services/board/monitoring.ts';
import { strictWorld } from '../../support/strict-world.ts';

const monitoring = (table: object) => configSchema.parse({ monitoring: table }).monitoring;

// Answers captured from Prometheus 2.42 and Grafana 12, shortened.
const targets = JSON.stringify({
  status: 'success',
  data: {
    activeTargets: [
      {
        discoveredLabels: { __address__: 'p620:9100' },
        labels: { instance: 'p620:9100', job: 'node' },
        scrapePool: 'node',
        scrapeUrl: 'http://p620:9100/metrics',
        lastError: '',
        health: 'up',
      },
      {
        labels: { instance: 'p510:11434', job: 'ollama' },
        scrapePool: 'ollama',
        scrapeUrl: 'http://p510:11434/metrics',
        lastError: 'server returned HTTP status 404 Not Found',
        health: 'down',
      },
    ],
    droppedTargets: [],
  },
});

const alerts = JSON.stringify({
  status: 'success',
  data: {
    alerts: [
      {
        labels: { alertname: 'HostDown', instance: 'samsung:9100', severity: 'critical' },
        annotations: { summary: 'samsung is down' },
        state: 'firing',
        activeAt: '2026-11-20T10:00:00Z',
        value: '0e+00',
      },
      { labels: { alertname: 'HighCPUUsage' }, annotations: {}, state: 'inactive', value: '1' },
    ],
  },
});

test('targets and alerts of Prometheus are read', async () => {
  const world = strictWorld({
    http: [
      { url: 'http://p620:9090/-/ready', body: 'Prometheus Server is Ready.\n' },
      { url: 'http://p620:9090/api/v1/targets?state=active', body: targets },
      { url: 'http://p620:9090/api/v1/alerts', body: alerts },
    ],
  });
  const { prometheus } = createMonitoring(world, monitoring({ prometheus: 'http://p620:9090/' }));
  expect(await prometheus?.ready()).toMatchObject({ ok: true });
  expect(await prometheus?.targets()).toEqual({
    ok: true,
    value: [
      { job: 'node', instance: 'p620:9100', health: 'up', lastError: '', everyMs: null },
      {
        job: 'ollama',
        instance: 'p510:11434',
        health: 'down',
        lastError: 'server returned HTTP status 404 Not Found',
        everyMs: null,
      },
    ],
  });
  expect(await prometheus?.alerts()).toEqual({
    ok: true,
    value: [
      {
        name: 'HostDown',
        labels: { alertname: 'HostDown', instance: 'samsung:9100', severity: 'critical' },
        instance: 'samsung:9100',
        severity: 'critical',
        state: 'firing',
        summary: 'samsung is down',
      },
    ],
  });
  world.assertAllUsed();
});

test('a query is a form, and its samples have milliseconds', async () => {
  const world = strictWorld({
    http: [
      {
        url: 'http://p620:9090/api/v1/query_range',
        body: '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"instance":"a"},"values":[[1,"1"],[31,"NaN"]]}]}}',
      },
    ],
  });
  const { prometheus } = createMonitoring(world, monitoring({ prometheus: 'http://p620:9090' }));
  expect(
    await prometheus?.queryRange('up{job="node"}', { from: 1_000, to: 61_000, stepSeconds: 30 }),
  ).toEqual({
    ok: true,
    value: {
      warnings: [],
      series: [
        {
          labels: { instance: 'a' },
          samples: [
            [1_000, 1],
            [31_000, Number.NaN],
          ],
        },
      ],
    },
  });
  expect(String(world.requested[0]?.form)).toBe(
    'query=up%7Bjob%3D%22node%22%7D&start=1&end=61&step=30&timeout=18s',
  );
});

test('something else on the port is not taken for Prometheus', async () => {
  const world = strictWorld({ http: [{ url: /targets/, body: '<html>' }] });
  const { prometheus } = createMonitoring(world, monitoring({ prometheus: 'http://p620:9090' }));
  expect(await prometheus?.targets()).toMatchObject({
    ok: false,
    failure: { code: 'http-failed', detail: 'the answer is not the one of this service' },
  });
});

test('data sources are asked with the token of the environment, which no message shows', async () => {
  const world = strictWorld({
    environment: { GRAFANA_TOKEN: 'glsa_secret' },
    http: [
      {
        url: 'http://p620:3001/api/datasources',
        body: '[{"uid":"a b","name":"Prometheus","type":"prometheus"},{"uid":"l","name":"Loki","type":"loki"}]',
      },
      {
        url: 'http://p620:3001/api/datasources/uid/a%20b/health',
        body: '{"status":"OK","message":"fine"}',
      },
      {
        url: 'http://p620:3001/api/datasources/uid/l/health',
        status: 400,
        body: '{"status":"ERROR","message":"connection refused"}',
      },
    ],
  });
  const { grafana } = createMonitoring(
    world,
    monitoring({ grafana: { url: 'http://p620:3001', token_env: 'GRAFANA_TOKEN' } }),
  );
  expect(grafana?.hasCredentials).toBe(true);
  expect(await grafana?.dataSources()).toMatchObject({
    ok: true,
    value: [
      { health: { kind: 'healthy' } },
      { health: { kind: 'unhealthy', message: 'connection refused' } },
    ],
  });
  expect(world.requested.map(({ headers }) => headers?.['authorization'])).toEqual(
    Array.from({ length: 3 }, () => 'Bearer glsa_secret'),
  );
});

test('a secret that is not there is told by name, and nothing is asked', async () => {
  const world = strictWorld({});
  const { grafana } = createMonitoring(
    world,
    monitoring({ grafana: { url: 'http://p620:3001', token_env: 'GRAFANA_TOKEN' } }),
  );
  expect(await grafana?.health()).toMatchObject({
    ok: false,
    failure: { detail: 'the environment variable GRAFANA_TOKEN is not set' },
  });
});
