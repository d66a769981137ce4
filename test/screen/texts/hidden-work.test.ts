import { expect, test } from 'vitest';
import { hiddenWorkLine } from '../../../source/screen/texts/hidden-work.ts';
import { hostOf, noon, stateOf } from '../../fixtures/states.ts';

const working = (name: string, done: number | null) =>
  hostOf(name, {
    work: {
      kind: 'running',
      step: 'build',
      since: noon - 5_000,
      done,
      expected: done === null ? null : 9,
    },
  });

const app = stateOf([
  hostOf('nas'),
  working('p620', 4),
  working('razer', 3),
  working('vault', null),
]);

const said = (seen: readonly string[], columns: number): string =>
  hiddenWorkLine(app, new Set(seen), noon, columns)
    .map(({ text }) => text)
    .join('')
    .slice(3);

test.each([
  [['nas', 'p620', 'vault'], 60, 'not shown: razer building 3/9'],
  [['nas'], 80, 'not shown: p620 building 4/9 · razer building 3/9 · vault building'],
  [['nas'], 60, 'not shown: p620 4/9 · razer 3/9 · vault'],
  [['nas'], 36, 'not shown: p620 · razer · vault'],
  [['nas'], 30, 'not shown: p620 and 2 more'],
  [['nas'], 24, 'not shown: 3 hosts'],
  [
    ['nas', 'p620', 'razer', 'vault'],
    60,
    'none of the hosts that are not shown is being worked on',
  ],
])('of the hosts below the fold those that are worked on are named: %#', (seen, columns, words) => {
  expect(said(seen, columns)).toBe(words);
});

test('of a thousand hosts those are named that fit', () => {
  const many = stateOf(
    Array.from({ length: 1_000 }, (_, index) => working(`h${String(index).padStart(3, '0')}`, 1)),
  );
  const line = hiddenWorkLine(many, new Set(['h000']), noon, 60)
    .map(({ text }) => text)
    .join('');
  expect(line.slice(3)).toBe('not shown: h001, h002, h003, h004, h005 and 994 more');
});

test('hosts that wait for their turn, as the header counts them, are not told as not worked on', () => {
  const waits = stateOf([
    hostOf('nas', { work: { kind: 'waiting', why: 'waits for a build slot' } }),
    hostOf('vault', { work: { kind: 'queued' } }),
  ]);
  const line = (seen: readonly string[]): string =>
    hiddenWorkLine(waits, new Set(seen), noon, 60)
      .map(({ text }) => text)
      .join('');
  expect(line([])).toBe(' ↓ not shown: 2 hosts that wait');
  expect(line(['nas'])).toBe(' ↓ not shown: 1 host that waits');
});
