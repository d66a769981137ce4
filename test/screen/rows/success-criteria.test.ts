import { expect, test } from 'vitest';
import type { HostFacts } from '../../../source/model/host/host.ts';
import type { RunWatch } from '../../../source/model/watch/run-watch.ts';
import { successCriteria } from '../../../source/screen/rows/success-criteria.ts';
import type { Goal, HostOutcome, RunResult, RunSummary } from '../../../source/state/run.ts';
import type { HostState } from '../../../source/state/state.ts';
import { factsOf, hostOf, noon, stateOf, systemPath } from '../../fixtures/states.ts';

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

const hour = 3_600_000;
const current = systemPath('web', '3980');

const outcomeOf = (more: Partial<HostOutcome> = {}): HostOutcome => ({
  status: 'succeeded',
  from: systemPath('web', '3900'),
  to: current,
  generation: 241,
  reason: null,
  ...more,
});

const runOf = (
  goal: Goal,
  hosts: RunResult['hosts'],
  change: { readonly id?: string; readonly ago?: number; readonly exitCode?: number } = {},
): RunSummary => ({
  id: change.id ?? `run-${goal}`,
  goal,
  startedAt: noon - (change.ago ?? hour),
  hosts: Object.keys(hosts),
  ending: {
    at: noon - (change.ago ?? hour),
    result: {
      ok: true,
      exitCode: change.exitCode ?? 0,
      hosts,
      commit: null,
      build: null,
      summary: `${Object.keys(hosts).join(', ')} deployed, as g241`,
    },
  },
});

const unitsOf = (history: readonly RunSummary[], web: Partial<HostFacts> = {}): string => {
  // The same system on both: what differs is only what runs did with them.
  const hosts = ['db', 'web'].map((name) =>
    hostOf(name, { facts: factsOf(name, { current, ...(name === 'web' ? web : {}) }) }),
  );
  const line = successCriteria({ ...stateOf(hosts), history }, noon).find(
    ({ id }) => id === 'no-new-failure',
  );
  return `${line?.state}: ${line?.evidence}`;
};

test.each<[string, readonly RunSummary[], Partial<HostFacts>, string]>([
  [
    'a deploy of one host says nothing of the other',
    [runOf('deploy', { web: outcomeOf() })],
    {},
    'open: 1 of 2 hosts without new trouble: web (deploy of 2026-11-23, run run-deploy); not compared: db',
  ],
  [
    'two deploys are told together',
    [
      runOf('deploy', { web: outcomeOf() }, { id: 'second' }),
      runOf('deploy', { db: outcomeOf() }, { id: 'first', ago: 2 * hour }),
    ],
    {},
    'met: 2 of 2 hosts without new trouble: db (deploy of 2026-11-23, run first), web (deploy of 2026-11-23, run second)',
  ],
  [
    'a deploy does not look at a host that runs it already',
    [runOf('deploy', { web: outcomeOf({ status: 'unchanged' }) })],
    {},
    'open: not compared with a baseline yet',
  ],
  [
    'a verification does',
    [
      runOf('verify', {
        web: outcomeOf({ status: 'unchanged' }),
        db: outcomeOf({ status: 'unchanged' }),
      }),
    ],
    {},
    'met: 2 of 2 hosts without new trouble: db, web (verify of 2026-11-23, run run-verify)',
  ],
  [
    'so does a watch, which compares the same',
    [
      runOf('watch', {
        web: outcomeOf({ status: 'unchanged' }),
        db: outcomeOf({ status: 'pending', to: null }),
      }),
      runOf('deploy', { db: outcomeOf() }, { ago: 2 * hour }),
    ],
    {},
    'met: 2 of 2 hosts without new trouble: db (deploy of 2026-11-23, run run-deploy), web (watch of 2026-11-23, run run-watch)',
  ],
  [
    'what is unhealthy is unmet, and comes first',
    [runOf('deploy', { web: outcomeOf({ status: 'unhealthy', reason: 'x.service failed' }) })],
    {},
    'unmet: unhealthy: web (x.service failed); 0 of 2 hosts without new trouble; not compared: db',
  ],
  [
    'what could not be asked is not known',
    [runOf('verify', { web: outcomeOf({ status: 'unchanged', unasked: ['dns not asked'] }) })],
    {},
    'open: 0 of 2 hosts without new trouble; not all known: web (dns not asked); not compared: db',
  ],
  [
    'a way back is newer than the deploy before it, and compares nothing',
    [
      runOf('rollback', { web: outcomeOf() }),
      runOf('deploy', { web: outcomeOf() }, { ago: 2 * hour }),
    ],
    {},
    'open: not compared with a baseline yet',
  ],
  [
    'another system than the compared one is not compared',
    [runOf('deploy', { web: outcomeOf() })],
    { current: systemPath('web', 'other') },
    'open: not compared with a baseline yet',
  ],
  [
    'a restart after the comparison starts all units again',
    [runOf('deploy', { web: outcomeOf() })],
    { uptimeSeconds: 60 },
    'open: not compared with a baseline yet',
  ],
])('no new failed unit, by the history: %s', (_, history, web, words) => {
  expect(unitsOf(history, web)).toBe(words);
});

test('a run of a clock that was ahead is not the newest for ever', () => {
  const future = runOf(
    'watch',
    { web: outcomeOf({ status: 'unhealthy', reason: 'x' }) },
    { ago: -400 * 24 * hour },
  );
  const now = runOf('verify', { web: outcomeOf({ status: 'unchanged' }) });
  expect(unitsOf([future, now])).toBe(
    'open: 1 of 2 hosts without new trouble: web (verify of 2026-11-23, run run-verify); not compared: db',
  );
});

test('what is only not done yet on a host is open, and what failed there is not met', () => {
  const line = successCriteria(
    stateOf([
      hostOf('db', { facts: factsOf('db') }),
      hostOf('web', {
        facts: factsOf('web'),
        work: { kind: 'rolledBack', reason: 'x.service failed' } as HostState['work'],
      }),
    ]),
    noon,
  ).find(({ id }) => id === 'deployed');
  expect(line?.proof).toEqual({
    short: '0 of 2 hosts',
    parts: [
      { name: 'db', state: 'open', words: 'not yet' },
      { name: 'web', state: 'unmet', words: 'rolled back' },
    ],
  });
});

test('the watch is that of all hosts, whichever run deployed them', () => {
  const watchOf = (run: string, host: string, more: Partial<RunWatch> = {}): RunWatch => ({
    run,
    hosts: [{ host, changedAt: noon }],
    reports: [],
    signOffs: [],
    ...more,
  });
  const old = { at: noon, verdict: 'worse', lines: [], isFinal: true } as const;
  const watches = [
    watchOf('second', 'web'),
    // It deployed web too, and that report is of a system that the second run replaced.
    watchOf('first', 'db', {
      reports: [{ host: 'web', ...old }],
      wentBack: [{ host: 'nas', changedAt: noon }],
    }),
  ];
  const line = successCriteria({ ...stateOf([hostOf('db'), hostOf('web')]), watches }, noon).find(
    ({ id }) => id === 'watched',
  );
  expect(line).toMatchObject({
    state: 'open',
    evidence:
      '2 hosts: 2 not asked yet; the 24 hours end 2026-11-24 06:00 UTC; not signed: db, web; rolled back, not watched: nas',
  });
});

test('where no critical unit is named, none is told as running', () => {
  const plain = hostOf('db');
  const host = { ...plain, entry: { ...plain.entry, critical: [] } };
  expect(lineOf('critical-running', [host])).toBe(
    'not-set-up: no critical unit is named: `critical` in nixup.toml names them',
  );
});
