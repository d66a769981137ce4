import { expect, test } from 'vitest';
import type { Failure } from '../../../source/model/failure.ts';
import type { CheckOrder } from '../../../source/model/host/own-checks.ts';
import { failed, success } from '../../../source/model/result.ts';
import {
  judgeAlerts,
  judgeCheck,
  judgeDataSources,
  judgeGrafana,
  judgeReady,
  judgeTargets,
  monitoringRows,
} from '../../../source/services/board/monitoring-rows.ts';
import { strictWorld } from '../../support/strict-world.ts';

const http: Failure = {
  code: 'http-failed',
  url: 'http://p620:9090',
  detail: 'the connection was refused',
};

test('Prometheus: not answering, targets down, alerts firing', () => {
  expect(judgeReady('http://p620:9090', success({ tookMs: 4 }))).toMatchObject({
    state: 'green',
    evidence: 'http://p620:9090 is ready, 4 ms',
  });
  expect(judgeReady('http://p620:9090', failed(http))).toMatchObject({
    state: 'red',
    remedy: { command: 'systemctl status prometheus.service' },
  });
  const target = (instance: string, health: 'up' | 'down') => ({
    job: 'node',
    instance,
    health,
    lastError: 'refused',
    everyMs: null,
  });
  expect(judgeTargets(success([target('a:9100', 'up'), target('b:9100', 'down')]))).toMatchObject({
    state: 'red',
    evidence: '1 of 2 targets down: b:9100 (node)',
    detail: ['b:9100 (node): refused'],
  });
  expect(judgeTargets(success([target('a:9100', 'up')])).state).toBe('green');
  expect(judgeTargets(success([])).state).toBe('not-set-up');
  const alert = (severity: string, state: 'firing' | 'pending') => ({
    name: 'HostDown',
    labels: { alertname: 'HostDown', instance: 'b', severity },
    instance: 'b',
    severity,
    state,
    summary: 'gone',
  });
  expect(judgeAlerts(success([alert('critical', 'firing')]))).toMatchObject({
    state: 'red',
    evidence: '1 alert firing: HostDown on b',
    detail: ['HostDown on b [critical]: gone'],
  });
  expect(judgeAlerts(success([alert('warning', 'firing')])).state).toBe('warning');
  expect(judgeAlerts(success([alert('critical', 'pending')]))).toMatchObject({
    state: 'green',
    evidence: 'none firing, 1 pending',
  });
});

test('Grafana: its database and its data sources', () => {
  const url = 'http://p620:3001';
  expect(judgeGrafana(url, success({ database: 'ok', version: '12.1', tookMs: 3 }))).toMatchObject({
    state: 'green',
    evidence: 'http://p620:3001, version 12.1, 3 ms',
  });
  expect(judgeGrafana(url, success({ database: 'failing', version: null, tookMs: 3 })).state).toBe(
    'red',
  );
  expect(judgeGrafana(url, failed(http)).state).toBe('red');
  const source = (name: string) => ({ uid: name, name, type: 'prometheus' });
  expect(
    judgeDataSources(
      success([
        { source: source('p'), health: { kind: 'unhealthy', message: 'no route' } },
        { source: source('l'), health: { kind: 'unknown' } },
      ]),
    ),
  ).toMatchObject({ state: 'red', detail: ['p: no route'] });
  expect(
    judgeDataSources(success([{ source: source('p'), health: { kind: 'healthy' } }])).state,
  ).toBe('green');
});

const plex: CheckOrder = {
  name: 'plex',
  from: 'here',
  timeoutMs: 1,
  ask: {
    kind: 'http',
    url: 'http://p510:32400',
    expect: 200,
    contains: 'ok',
    certificateDays: null,
  },
};

test('a check of the fleet is a row, with how to ask the same by hand', () => {
  expect(judgeCheck(plex, { kind: 'passed', words: 'it answered' }).state).toBe('green');
  expect(
    judgeCheck(plex, { kind: 'failed', words: 'http://p510:32400 answered 503 instead of 200' }),
  ).toMatchObject({
    state: 'red',
    evidence: 'http://p510:32400 answered 503 instead of 200',
    remedy: { command: 'curl --include http://p510:32400' },
  });
});

test('a check that is wrong itself is to be corrected, and not to be asked by hand', () => {
  expect(
    judgeCheck(
      { ...plex, ask: { kind: 'script', file: 'gone.sh' } },
      { kind: 'failed', words: 'is not in the flake: there is no file gone.sh', isMistake: true },
    ),
  ).toMatchObject({ state: 'red', remedy: { text: 'correct this check in nixup.toml' } });
});

test('a check of the fleet that runs a program waits until somebody trusted the file', async () => {
  const order: CheckOrder = {
    name: 'backup',
    from: 'here',
    timeoutMs: 1_000,
    ask: { kind: 'command', command: ['false'] },
  };
  const rows = await monitoringRows(
    strictWorld(),
    { prometheus: null, grafana: null, close: async () => undefined },
    { orders: [order], flake: '/flake', isTrusted: false },
  );
  expect(rows.at(-1)).toMatchObject({ id: 'monitoring.check.backup', state: 'not-set-up' });
});
