import { expect, test } from 'vitest';
import { makeMarks, takeLeftMarksBack } from '../../../source/engine/health/marks.ts';
import type { MarkRecord } from '../../../source/engine/records/schemas.ts';
import type { EngineContext } from '../../../source/engine/run/context.ts';
import { createRunSession } from '../../../source/engine/run/session.ts';
import { configSchema } from '../../../source/model/config/config.ts';
import { failed, success } from '../../../source/model/result.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { entry } from '../../support/fake-program.ts';

const hour = 3_600_000;
const day = 24 * hour;
const run = '20261129-172300-a1b2c3';
const otherProcess = 77;

const both = {
  alertmanager: 'http://192.0.2.7:9093',
  silence: '1h',
  grafana: 'http://192.0.2.7:3000',
  annotate: 'keep',
};

/** A start of nixup that finds these records; the servers answer, or do not. */
const started = async (
  marks: readonly Partial<MarkRecord>[],
  monitoring: object = both,
  over: Partial<EngineContext> = {},
) => {
  const fleet = await fakeFleet([entry('p620')]);
  const now = fleet.world.clock.now();
  const requests: string[] = [];
  const servers = { answer: true };
  const context: EngineContext = {
    ...fleet.context,
    config: { ...fleet.context.config, monitoring: configSchema.parse({ monitoring }).monitoring },
    world: {
      ...fleet.world,
      http: async ({ url, method }) => {
        requests.push(`${method ?? 'GET'} ${new URL(url).pathname}`);
        return servers.answer
          ? success({ status: 200, headers: {}, body: '[]', tookMs: 1 })
          : failed({ code: 'http-failed', url, detail: 'the connection was refused' });
      },
    },
    ...over,
  };
  for (const mark of marks)
    await context.records.keepMark({
      run,
      kind: 'annotation',
      at: now,
      until: now + day,
      machine: 'workstation',
      processId: otherProcess,
      ...mark,
    });
  const said = () =>
    fleet.events.flatMap((event) => (event.type === 'noticed' ? [event.text] : []));
  const kept = () => context.records.marks().map(({ kind }) => kind);
  return { context, fleet, now, requests, servers, said, kept };
};

test('a mark whose server is not configured any more is told once, and forgotten', async () => {
  const { context, said, kept } = await started([{ kind: 'annotation' }, { kind: 'silence' }], {});
  await takeLeftMarksBack(context, new Set());
  expect(said()).toEqual([
    expect.stringMatching(/^The annotation of the run .* is still in Grafana: .*by hand/),
    expect.stringMatching(/^The silence of the run .* is still in Alertmanager: .*ends by itself/),
  ]);
  expect(kept()).toEqual([]);
  await takeLeftMarksBack(context, new Set());
  expect(said()).toHaveLength(2);
});

test('with mistakes in the configuration nobody knows what is configured: the records stay', async () => {
  const mistake = { code: 'program-missing', program: 'git' } as const;
  const { context, said, kept } = await started([{}], {}, { configFailures: [mistake] });
  await takeLeftMarksBack(context, new Set());
  expect([said(), kept()]).toEqual([[], ['annotation']]);
});

test.each([
  {},
  both,
])('a silence whose end has passed is gone by itself: nobody is asked', async (monitoring) => {
  const { context, now, requests, said, kept } = await started([], monitoring);
  await context.records.keepMark({
    run,
    kind: 'silence',
    at: now - 2 * hour,
    until: now - hour,
    machine: 'workstation',
    processId: otherProcess,
  });
  await takeLeftMarksBack(context, new Set());
  expect([requests, said(), kept()]).toEqual([[], [], []]);
});

test('a server that does not answer is asked once a start, and the next start takes back', async () => {
  const { context, requests, servers, said, kept } = await started([{}]);
  servers.answer = false;
  const tried = new Set<string>();
  await takeLeftMarksBack(context, tried);
  await takeLeftMarksBack(context, tried);
  expect(requests).toHaveLength(1);
  expect(said()).toEqual([
    expect.stringMatching(
      /is still in Grafana; the next start of nixup tries again: .*connection was refused/,
    ),
  ]);
  expect(kept()).toEqual(['annotation']);
  servers.answer = true;
  await takeLeftMarksBack(context, new Set());
  expect(said().at(-1)).toMatch(/is taken back: no annotation is left/);
  expect(kept()).toEqual([]);
});

const elsewhere = 'laptop';

test.each<[string, Partial<MarkRecord>, { readonly isHeld?: boolean; later?: number }, boolean]>([
  ['of a process of this machine that has ended', {}, {}, true],
  ['of a process of this machine that works', { processId: 4242 }, {}, false],
  ['of another machine, within its time', { machine: elsewhere }, { later: 23 * hour }, false],
  ['of another machine, after its time', { machine: elsewhere }, { later: 25 * hour }, true],
  [
    'of another machine whose run still holds the lock',
    { machine: elsewhere },
    { isHeld: true, later: 25 * hour },
    false,
  ],
])('the annotation %s', async (_, mark, { isHeld = false, later = 0 }, isTaken) => {
  const { context, fleet, now, kept } = await started([mark]);
  if (isHeld)
    await fleet.world.files.write(
      `${context.folder}/run.lock`,
      JSON.stringify({ pid: 5, machine: elsewhere, user: 'ada', since: now, run }),
    );
  fleet.world.advance(later);
  await takeLeftMarksBack(context, new Set());
  expect(kept()).toEqual(isTaken ? [] : ['annotation']);
});

test('an annotation is left alone for a day, however short the silence is', async () => {
  const { context, now } = await started([]);
  const session = createRunSession(context, run, 'run', new AbortController().signal);
  await makeMarks(context, session, ['p620']);
  const untils = context.records.marks().map(({ kind, until }) => [kind, until - now]);
  expect(untils).toEqual([
    ['silence', hour],
    ['annotation', day],
  ]);
});

test('an alert of a host by another name is silent too, where Prometheus knows the host by that name', async () => {
  const fleet = await fakeFleet([entry('p620')]);
  fleet.context.emitter.emit({ type: 'fleet-listed', hosts: [entry('p620')] });
  const bodies: string[] = [];
  const series = {
    status: 'success',
    data: {
      resultType: 'vector',
      result: ['p620', 'razer'].map((nodename, index) => ({
        metric: { job: 'node', instance: `192.0.2.${index + 1}:9100`, nodename, q: 'now' },
        value: [1, '1'],
      })),
    },
  };
  const context: EngineContext = {
    ...fleet.context,
    config: {
      ...fleet.context.config,
      monitoring: configSchema.parse({
        monitoring: {
          prometheus: 'http://192.0.2.7:9090',
          alertmanager: 'http://192.0.2.7:9093',
          silence: '1h',
        },
      }).monitoring,
    },
    world: {
      ...fleet.world,
      http: async ({ url, body }) => {
        if (url.includes('/silences')) bodies.push(String(body));
        return success({
          status: 200,
          headers: {},
          body: JSON.stringify(url.includes(':9090') ? series : { silenceID: 's1' }),
          tookMs: 1,
        });
      },
    },
  };
  await makeMarks(context, createRunSession(context, run, 'deploy', new AbortController().signal), [
    'p620',
  ]);
  expect(bodies).toHaveLength(1);
  expect(bodies[0]).toContain('(p620|192\\\\.0\\\\.2\\\\.1)');
  expect(bodies[0]).not.toContain('192\\\\.0\\\\.2\\\\.2');
});
