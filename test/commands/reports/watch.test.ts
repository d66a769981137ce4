import { expect, test } from 'vitest';
import { watchLines } from '../../../source/commands/reports/watch.ts';
import { allUnknown, type HostWatch } from '../../../source/model/watch/report.ts';
import { noon } from '../../fixtures/states.ts';

const withoutServer: HostWatch = {
  changedAt: noon,
  window: null,
  metrics: allUnknown({ kind: 'not-configured' }),
  journal: null,
};

test('a host that does not answer is told as that, and not as one without a Prometheus', () => {
  expect(watchLines('host1', withoutServer, { isAnswering: false, problems: [] })[0]).toMatch(
    /^host1: did not answer: its units and its journal are not known; metrics are not asked/,
  );
});

test('a host with new failed units is worse, with the units', () => {
  const lines = watchLines('host1', withoutServer, {
    isAnswering: true,
    problems: ['nginx.service failed'],
  });
  expect(lines[0]).toMatch(/^host1: worse, changed/);
  expect(lines[1]).toBe('  nginx.service failed');
});
