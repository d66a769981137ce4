import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { configSchema } from '../../../source/model/config/config.ts';
import { createMarks } from '../../../source/services/board/marks.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';

interface Request {
  readonly line: string;
  readonly body: unknown;
}

let requests: Request[] = [];
const run = '20261129-172300-a1b2';

/** Answers of Alertmanager 0.28 (`POST /api/v2/silences` and `GET`) and of Grafana 12, shortened. */
const answers: Readonly<Record<string, unknown>> = {
  'POST /api/v2/silences': { silenceID: '3f2504e0-4f89-11d3-9a0c-0305e82c3301' },
  'GET /api/v2/silences': [
    {
      id: '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
      status: { state: 'active' },
      comment: `nixup deploy, run ${run}`,
      createdBy: 'nixup',
      matchers: [],
    },
    {
      id: 'b',
      status: { state: 'active' },
      comment: 'somebody else',
      createdBy: 'ada',
      matchers: [],
    },
    { id: 'c', status: { state: 'expired' }, comment: `nixup deploy, run ${run}`, matchers: [] },
  ],
  'POST /api/annotations': { message: 'Annotation added', id: 7 },
  [`GET /api/annotations?tags=nixup-${run}`]: [{ id: 7, tags: ['nixup'] }],
};

const server = createServer((request, response) => {
  const line = `${request.method} ${request.url}`;
  let text = '';
  request.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  request.on('end', () => {
    requests.push({ line, body: text === '' ? null : JSON.parse(text) });
    response.end(JSON.stringify(answers[line] ?? {}));
  });
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => server.close());
beforeEach(() => {
  requests = [];
});

const marks = (table: object) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return createMarks(
    createProcessWorld(),
    configSchema.parse({ monitoring: { alertmanager: url, grafana: url, ...table } }).monitoring,
  );
};

const deploy = {
  run,
  hosts: ['p620', 'razer'],
  instances: ['p620.home:9100'],
  at: Date.UTC(2026, 10, 29, 17, 23),
};

test('nothing is made where the configuration does not ask for it', () => {
  expect(marks({})).toEqual({ silence: null, annotation: null });
  expect(() => configSchema.parse({ monitoring: { silence: '1h' } })).toThrow(/needs alertmanager/);
  expect(() => configSchema.parse({ monitoring: { annotate: 'keep' } })).toThrow(/needs grafana/);
});

test('a silence has its own end, and is taken back by the name of its run', async () => {
  const { silence } = marks({ silence: '1h' });
  expect(await silence?.make(deploy)).toMatchObject({
    ok: true,
    value: 'silence 3f2504e0-4f89-11d3-9a0c-0305e82c3301 until 2026-11-29T18:23:00.000Z',
  });
  expect(requests[0]?.body).toMatchObject({
    startsAt: '2026-11-29T17:23:00.000Z',
    endsAt: '2026-11-29T18:23:00.000Z',
    createdBy: 'nixup',
    matchers: [{ name: 'instance', isRegex: true, isEqual: true }],
  });
  const [{ value = '' } = {}] = (requests[0]?.body as { matchers: { value?: string }[] }).matchers;
  const pattern = new RegExp(`^(?:${value})$`);
  expect(
    ['p620', 'p620:9100', 'p620.home:9100', 'razer:9100'].every((one) => pattern.test(one)),
  ).toBe(true);
  expect(['p6200:9100', 'p510:9100', 'xrazer'].some((one) => pattern.test(one))).toBe(false);
  expect(await silence?.takeBack(run, deploy.at)).toMatchObject({ ok: true });
  expect(requests.slice(1).map(({ line }) => line)).toEqual([
    'GET /api/v2/silences',
    'DELETE /api/v2/silence/3f2504e0-4f89-11d3-9a0c-0305e82c3301',
  ]);
});

test.each([
  ['keep', 'PATCH /api/annotations/7', { timeEnd: deploy.at + 60_000 }],
  ['remove', 'DELETE /api/annotations/7', null],
])('an annotation gets its end, or is removed: %s', async (annotate, line, body) => {
  const { annotation } = marks({ annotate });
  expect(await annotation?.make(deploy)).toEqual({ ok: true, value: 'annotation 7' });
  expect(requests[0]?.body).toMatchObject({
    time: deploy.at,
    tags: ['nixup', 'deploy', `nixup-${run}`],
  });
  expect(await annotation?.takeBack(run, deploy.at + 60_000)).toMatchObject({ ok: true });
  expect(requests.at(-1)).toEqual({ line, body });
});
