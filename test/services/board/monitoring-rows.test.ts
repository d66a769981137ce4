import { expect, test } from 'vitest';
import type { CheckConfig } from '../../../source/model/config/settings.ts';
import type { Failure } from '../../../source/model/failure.ts';
import { failed, success } from '../../../source/model/result.ts';
import {
  judgeAlerts,
  judgeCheck,
  judgeDataSources,
  judgeGrafana,
  judgeReady,
  judgeTargets,
} from '../../../source/services/board/monitoring-rows.ts';

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

test('a web check compares status and content', () => {
  const check: CheckConfig = {
    name: 'plex',
    http: 'http://p510:32400',
    expect: 200,
    contains: 'ok',
    timeoutMs: 1,
  };
  const answer = (status: number, body: string) =>
    success({ status, body, headers: {}, tookMs: 5 });
  expect(judgeCheck(check, answer(200, 'all ok')).state).toBe('green');
  expect(judgeCheck(check, answer(503, ''))).toMatchObject({
    state: 'red',
    evidence: 'http://p510:32400 answered 503 instead of 200',
    remedy: { command: 'curl --include http://p510:32400' },
  });
  expect(judgeCheck(check, answer(200, 'bad')).state).toBe('red');
  expect(judgeCheck(check, failed(http)).state).toBe('red');
});
