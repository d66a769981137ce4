import { expect, test } from 'vitest';
import { endNixProcess } from '../../../source/model/build/build-ending.ts';
import { progressOf } from '../../../source/model/build/merge.ts';
import { newNixProcess } from '../../../source/model/build/process.ts';
import { createBuildListener } from '../../../source/services/build/listener.ts';

const hash = (number: number): string => String(number).padStart(32, '0');
const derivation = (number: number): string => `/nix/store/${hash(number)}-package-${number}.drv`;

const start = (id: string, drv: string, machine = ''): string =>
  `@nix {"action":"start","fields":["${drv}","${machine}",1,1],"id":${id},"level":3,"parent":0,"text":"building","type":105}`;
const stop = (id: string): string => `@nix {"action":"stop","id":${id}}`;
const says = (id: string, text: string): string =>
  `@nix {"action":"result","fields":[${JSON.stringify(text)}],"id":${id},"type":101}`;
const fetching = (id: string, path: string): string =>
  `@nix {"action":"start","fields":["${path}","https://cache.nixos.org","local"],"id":${id},"level":3,"parent":0,"text":"","type":100}`;
const moved = (id: string, done: number, expected: number): string =>
  `@nix {"action":"result","fields":[${done},${expected},0,0],"id":${id},"type":105}`;

const listen = (lines: Iterable<string>) => {
  const state = newNixProcess();
  const logs: (readonly [string, string | null])[] = [];
  let at = 0;
  const listener = createBuildListener({
    state,
    now: () => (at += 1),
    onLog: (line, drv) => logs.push([line, drv]),
  });
  for (const line of lines) listener.hear(line);
  return { state, logs, listener };
};

test('records that stand on one line are read one by one', () => {
  const { state, logs } = listen([
    `${start('1', derivation(1))}${start('2', derivation(2))}`,
    `${fetching('3', `/nix/store/${hash(3)}-source`)}${moved('3', 10, 90)}${moved('3', 20, 90)}`,
    `Password for git:${stop('1')}${says('2', 'still there')}`,
  ]);
  const { builds, fetches } = progressOf(state);
  expect(builds).toMatchObject({ running: 1, done: 1 });
  expect(fetches).toMatchObject({ running: 1, bytes: 20, bytesExpected: 90 });
  expect(logs).toEqual([
    ['Password for git:', null],
    ['still there', derivation(2)],
  ]);
});

test('a record that was cut off takes nothing with it', () => {
  const { state } = listen([
    start('1', derivation(1)),
    start('2', derivation(2)).slice(0, 60) + stop('1'),
    moved('1', 1, 2).slice(0, 40),
    '@nix {"action":"result","fields":[1,2',
    '@nix {',
    '@nix ',
  ]);
  expect(progressOf(state).builds).toEqual({ expected: 1, running: 0, done: 1, failed: 0 });
});

test('a log line that quotes the format stays one line of its builder', () => {
  const quoted = start('9', derivation(9));
  const { state, logs } = listen([start('1', derivation(1)), says('1', quoted)]);
  expect(logs).toEqual([[quoted, derivation(1)]]);
  expect(progressOf(state).builds.running).toBe(1);
});

test('an id that is given again ends what had it before', () => {
  const { state } = listen([start('1', derivation(1)), start('1', derivation(2)), stop('1')]);
  expect(progressOf(state).builds).toEqual({ expected: 2, running: 0, done: 2, failed: 0 });
  expect(progressOf(state).activities).toEqual([]);
});

test('ids beyond 2^53 that differ in their last digit are two builds', () => {
  const one = '12884906180182017';
  const other = '12884906180182018';
  const { state } = listen([start(one, derivation(1)), start(other, derivation(2)), stop(one)]);
  const { builds, activities } = progressOf(state);
  expect(builds).toMatchObject({ running: 1, done: 1 });
  expect(activities.map(({ name }) => name)).toEqual(['package-2']);
});

test('a wait is there from its start to its stop, and is no build', () => {
  const waiting =
    '@nix {"action":"start","id":5,"level":1,"parent":0,"text":"waiting for a machine","type":111}';
  const lines = [start('1', derivation(1)), waiting];
  const { activities, builds } = progressOf(listen(lines).state);
  expect(activities.map(({ kind }) => kind)).toEqual(['build', 'wait']);
  expect(builds).toEqual({ expected: 1, running: 1, done: 0, failed: 0 });
  expect(progressOf(listen([...lines, stop('5')]).state).activities).toHaveLength(1);
});

test('stops without a start, unknown numbers and junk change no count', () => {
  const { state } = listen([
    start('1', derivation(1)),
    stop('2'),
    stop('2'),
    '@nix {"action":"start","fields":["x"],"id":7,"level":3,"parent":0,"text":"new","type":4711}',
    '@nix {"action":"result","fields":[{"deep":[1]}],"id":1,"type":4712}',
    '@nix {"action":"result","fields":"none","id":1,"type":105}',
    '@nix {"action":"dance","id":1}',
    '@nix [1,2,3]',
    '@nix null',
    '\u0000\u0001\u001b[2J\ufffd\ufffd\u007f',
    `${'\u0000'.repeat(10_000)}`,
  ]);
  expect(progressOf(state).builds).toEqual({ expected: 1, running: 1, done: 0, failed: 0 });
});

test('progress that goes backwards takes no bytes back', () => {
  const path = `/nix/store/${hash(1)}-source`;
  const { state } = listen([
    fetching('1', path),
    moved('1', 80, 100),
    moved('1', 20, 100),
    '@nix {"action":"result","fields":[-5,-1,0,0],"id":1,"type":105}',
    '@nix {"action":"result","fields":[0,9223372036854775808,0,0],"id":1,"type":105}',
  ]);
  expect(progressOf(state).fetches).toMatchObject({ bytes: 80 });
});

test('a builder that says a quarter of a million lines is one build with its last lines', () => {
  const count = 250_000;
  function* stream(): Generator<string> {
    yield start('1', derivation(1));
    for (let line = 0; line < count; line += 1) yield says('1', `line ${line}`);
    yield says('1', 'x'.repeat(3_000_000));
    yield `@nix {"action":"msg","level":0,"msg":"error: builder for '${derivation(1)}' failed with exit code 1"}`;
    yield stop('1');
  }
  const state = newNixProcess();
  let longest = 0;
  let heard = 0;
  const listener = createBuildListener({
    state,
    now: () => 0,
    onLog: (line) => {
      heard += 1;
      longest = Math.max(longest, line.length);
    },
  });
  for (const line of stream()) listener.hear(line);
  endNixProcess(state, false);
  expect(heard).toBe(count + 2);
  expect(longest).toBeLessThan(1_000_010);
  expect(progressOf(state).builds).toEqual({ expected: 1, running: 0, done: 0, failed: 1 });
  const { tail } = listener.cause();
  expect(tail).toHaveLength(20);
  expect(tail[0]).toBe(`line ${count - 19}`);
});

test('what goes to a builder was not fetched from anywhere', () => {
  const to = (id: string, target: string): string =>
    fetching(id, `/nix/store/${hash(Number(id))}-a`)
      .replace('https://cache.nixos.org', 'daemon')
      .replace('"local"]', `"${target}"]`);
  const { listener } = listen([to('1', 'ssh-ng://p510'), stop('1'), fetching('2', '/nix/store/b')]);
  expect([...listener.sources]).toEqual([['cache.nixos.org', 1]]);
});
