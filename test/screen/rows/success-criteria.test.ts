import { expect, test } from 'vitest';
import { successCriteria } from '../../../source/screen/rows/success-criteria.ts';
import type { HostState } from '../../../source/state/state.ts';
import { factsOf, hostOf, noon, stateOf } from '../../fixtures/states.ts';

/** A host that refuses the login: nothing is known of it, and it is not asleep. */
const silent = (name: string): HostState =>
  hostOf(name, {
    facts: null,
    probe: {
      kind: 'failed',
      failure: { code: 'host-key-changed', host: name, address: name },
      at: noon,
    },
  });

const lineOf = (id: string, hosts: readonly HostState[]): string => {
  const app = stateOf(hosts);
  const verify = { kind: 'failed', reason: 'Nothing is known of the health.', at: noon } as const;
  const line = successCriteria({ ...app, stages: { ...app.stages, verify } }, noon).find(
    (one) => one.id === id,
  );
  return `${line?.state}: ${line?.evidence}`;
};

test.each([
  'deployed',
  'no-new-failure',
  'critical-running',
])('%s is open, and not unmet, where no host answered', (id) => {
  expect(lineOf(id, [silent('db'), silent('web')])).toMatch(/^open: .*no (host answered|answer)/);
});

test('without a dashboard or a check its criterion is not set up, and not open for ever', () => {
  const app = stateOf([hostOf('web', { facts: factsOf('web') })]);
  const row = {
    id: 'monitoring.none',
    group: 'monitoring',
    label: 'Prometheus',
    state: 'not-set-up',
    evidence: 'not configured',
    explanation: '',
    remedy: null,
    fix: null,
    detail: [],
  } as const;
  const line = successCriteria({ ...app, board: [row] }, noon).find(
    ({ id }) => id === 'dashboards',
  );
  expect(line).toMatchObject({ state: 'not-set-up' });
});

test('one host that answered, and runs another system, is enough to be unmet', () => {
  expect(lineOf('deployed', [silent('db'), hostOf('web', { facts: factsOf('web') })])).toBe(
    'unmet: 0 of 2 hosts run what the flake says; not: web; not known, no answer: db',
  );
});
