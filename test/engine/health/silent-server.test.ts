import { expect, test } from 'vitest';
import { verifyGoal } from '../../../source/engine/health/verify.ts';
import { watchGoal } from '../../../source/engine/health/watch-goal.ts';
import type { EngineContext } from '../../../source/engine/run/context.ts';
import { runGoal } from '../../../source/engine/run/goal.ts';
import { configSchema } from '../../../source/model/config/config.ts';
import type { Failure } from '../../../source/model/failure.ts';
import { failed } from '../../../source/model/result.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

const server = 'http://p620:9090';

/** How a server that does not answer fails. */
type Silence = Pick<Extract<Failure, { readonly code: 'http-failed' }>, 'detail' | 'unheard'>;

type Checks = Parameters<typeof configSchema.parse>[0];

/** A fleet that was deployed while all was well, and whose Prometheus is dead since then. */
const ended = async (
  stage: 'verify' | 'watch',
  more: Checks = {},
  failure: Silence = { detail: 'the connection was refused' },
  before: { readonly unasked?: string[] } = {},
) => {
  const entry = entryOf('p620');
  const fleet = await fakeFleet([entry]);
  const { monitoring, checks } = configSchema.parse({
    monitoring: { prometheus: server },
    ...Object(more),
  });
  const context: EngineContext = {
    ...fleet.context,
    config: { ...fleet.context.config, monitoring, checks },
    world: {
      ...fleet.context.world,
      http: async ({ url }) => failed({ code: 'http-failed', url, ...failure }),
    },
  };
  const { records } = context;
  await records.keepBaseline({
    host: 'p620',
    at: 0,
    failedUnits: [],
    activeUnits: [],
    bootId: null,
  });
  await records.keepDashboards({ at: 0, red: [], down: [], alerts: [], ...before });
  const goal = stage === 'watch' ? watchGoal(context, [entry]) : verifyGoal(context, [entry]);
  const { summary, exitCode } = await runGoal(
    context,
    stage,
    ['p620'],
    new AbortController(),
    goal,
  );
  return { summary, exitCode, stage: context.state().stages[stage] };
};

test('whether hosts became worse is unknown where the server of the numbers is dead', async () => {
  const { summary, exitCode, stage } = await ended('watch');
  expect(exitCode).toBe(4);
  expect(summary).toMatch(/^Not known: Prometheus: .*the connection was refused/);
  expect(summary).not.toContain('trouble:');
  expect(stage.kind).not.toBe('failed');
});

test('a server that went down since the deploy is trouble for the verification', async () => {
  const { summary, exitCode } = await ended('verify');
  expect(exitCode).toBe(5);
  expect(summary).toMatch(/^There is new trouble: Prometheus: .*the connection was refused/);
});

test.each([
  'verify',
  'watch',
] as const)('a check that asks a dead server knows nothing, and a page of it that answered before is news: %s', async (stage) => {
  const asked = { name: 'backups', prometheus: 'backups_failed', below: 1 };
  const query = await ended(stage, { checks: [asked] });
  const unknown = query.summary.slice(query.summary.indexOf('Not known: '));
  expect(unknown).toMatch(/^Not known: .*backups: .*the connection was refused/);
  expect(query.summary.replace(unknown, '')).not.toContain('backups');
  const page = await ended(stage, { checks: [{ name: 'page', http: `${server}/graph` }] });
  expect(page.exitCode).toBe(5);
  expect(page.summary).toMatch(/^There is new trouble: .*page: .*the connection was refused/);
});

const cases: readonly (readonly [string, Silence, number, number])[] = [
  ['late', { detail: 'no answer within 8 s', unheard: 'late' }, 4, 4],
  ['without a way to it', { detail: 'the network is not reachable', unheard: 'not-sent' }, 4, 4],
  ['refused', { detail: 'the connection was refused' }, 5, 5],
  ['of a wrong certificate', { detail: 'its certificate has expired' }, 5, 5],
];

test.each(
  cases,
)('Grafana %s: what is not known is no trouble, and a refusal is', async (_title, failure, verify, watch) => {
  const monitoring = { grafana: 'http://p620:3000' };
  const verified = await ended('verify', { monitoring }, failure);
  const watched = await ended('watch', { monitoring }, failure);
  expect([verified.exitCode, watched.exitCode]).toEqual([verify, watch]);
  for (const { summary } of [verified, watched])
    expect(summary).toMatch(
      verify === 5 ? /^There is new trouble: Grafana: / : /^Not known: Grafana: /,
    );
});

test('what could not be asked before the deploy and fails now is not called new', async () => {
  const monitoring = { grafana: 'http://p620:3000' };
  const before = { unasked: ['monitoring.grafana'] };
  const watched = await ended('watch', { monitoring }, undefined, before);
  expect(watched.exitCode).toBe(4);
  expect(watched.summary).toMatch(/^Not known: Grafana: .*whether that is new is not known/);
  const verified = await ended('verify', { monitoring }, undefined, before);
  expect(verified.exitCode).toBe(5);
  expect(verified.summary).toContain('whether that is new is not known');
});

test('why a dead server answers nothing is said once', async () => {
  const { summary } = await ended('watch');
  expect(summary.match(/the connection was refused/g)).toHaveLength(1);
  expect(summary).toContain('Metrics unknown: p620.');
});
