import { expect, test } from 'vitest';
import { coverageOf } from '../../../source/model/watch/quartiles.ts';
import { parseSeries } from '../../../source/parsers/board/prometheus.ts';
import { readQuartiles } from '../../../source/services/watch/metrics.ts';
import { findPlaces } from '../../../source/services/watch/places.ts';
import { expectedSamples, rhythmOf, selectorOf } from '../../../source/services/watch/queries.ts';

/** What Prometheus 3 answers otherwise than 2: names of labels in UTF-8, infos, and windows that are open at their left. */
const hour = 3_600_000;
const day = 24 * hour;

const vector = (
  result: readonly { readonly metric: Readonly<Record<string, string>>; readonly value: string }[],
  infos: readonly string[] = [],
): string =>
  JSON.stringify({
    status: 'success',
    infos,
    data: {
      resultType: 'vector',
      result: result.map(({ metric, value }) => ({ metric, value: [1_795_000_000, value] })),
    },
  });

test('labels whose names hold dots, blanks and letters of any language are read, and the host is found', () => {
  const metric = {
    instance: 'größe:9100',
    job: 'node/ünï "code"',
    nodename: 'nas',
    'k8s.node.name': 'nas',
    'Größe in m': '3',
    q: 'now',
  };
  const answer = parseSeries(
    vector([{ metric, value: '1' }], ['PromQL info: label names are UTF-8']),
  );
  expect(answer?.warnings).toEqual(['PromQL info: label names are UTF-8']);
  const places = findPlaces({ host: 'nas', hostName: 'nas', instance: null }, answer?.series ?? []);
  expect(places).toEqual([{ job: 'node/ünï "code"', instance: 'größe:9100' }]);
  // Names of labels that nixup writes are its own; values are quoted as PromQL has them.
  expect(selectorOf(places)).toBe('job=~"node/ünï \\"code\\"",instance=~"größe:9100"');
});

test.each([
  ['2.x, which counts both ends of a window', 1],
  ['3.x, which leaves its beginning out', 0],
])('a window without a gap is whole by %s', (_, more) => {
  const rhythm = rhythmOf(60_000);
  const span = { from: 0, to: day };
  const expected = expectedSamples(span, rhythm);
  const one = (q: string, value: number) => ({
    metric: { job: 'node', instance: 'nas:9100', q },
    value: String(value),
  });
  const answer = parseSeries(
    vector([
      one('p25', 0.1),
      one('p50', 0.2),
      one('p75', 0.3),
      one('samples', day / 1_000 / rhythm.step + more),
    ]),
  );
  const [quartiles] = readQuartiles(answer?.series ?? [], expected).values();
  expect(quartiles === undefined ? null : coverageOf(quartiles)).toBe(1);
});
