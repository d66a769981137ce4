import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { endNixProcess } from '../../../source/model/build/build-ending.ts';
import { foldNixEvent } from '../../../source/model/build/fold.ts';
import { mergeProgress, progressOf } from '../../../source/model/build/merge.ts';
import { createPast } from '../../../source/model/build/past.ts';
import { newNixProcess } from '../../../source/model/build/process.ts';
import { keepMonotone, noProgress, settleProgress } from '../../../source/model/build/progress.ts';
import { derivationName } from '../../../source/model/nix/derivation-name.ts';
import type { NixEvent } from '../../../source/model/nix/event.ts';
import { readNixLogLine } from '../../../source/parsers/nix/log.ts';

const versions = ['2.8', '2.26', '2.34'];

const fold = (events: readonly NixEvent[], state = newNixProcess()) => {
  for (const [at, event] of events.entries()) foldNixEvent(state, event, at);
  return state;
};

const replay = (version: string, name: string) =>
  fold(
    readFileSync(new URL(`../../fixtures/nix/${version}/${name}.log`, import.meta.url), 'utf8')
      .split('\n')
      .flatMap((line) => readNixLogLine(line) ?? []),
  );

const build = (id: string, derivation: string, machine: string | null = null): NixEvent => ({
  action: 'started',
  kind: 'build',
  id,
  subject: derivation,
  name: derivationName(derivation),
  machine,
});

const plan = (...planned: string[]): NixEvent => ({
  action: 'message',
  level: 'information',
  text: '',
  failedDerivations: [],
  planned,
});

test.each(versions)('Nix %s: a good build ends with all of it done', (version) => {
  const state = replay(version, 'build-good');
  endNixProcess(state, true);
  expect(progressOf(state).builds).toEqual({ expected: 2, running: 0, done: 2, failed: 0 });
});

test.each(versions)('Nix %s: one failed builder is one failure', (version) => {
  const state = replay(version, 'build-builder-failed');
  endNixProcess(state, false);
  expect(progressOf(state).builds).toMatchObject({ running: 0, done: 0, failed: 1 });
});

test.each(versions)('Nix %s: what came from a cache was fetched, not built', (version) => {
  const state = replay(version, 'build-fetched');
  endNixProcess(state, true);
  const { builds, fetches } = progressOf(state);
  expect(builds).toEqual({ expected: 0, running: 0, done: 0, failed: 0 });
  expect(fetches).toMatchObject({ expected: 1, done: 1, failed: 0, bytesExpected: 120 });
});

test.each(versions)('Nix %s: a copy to another store counts as a copy', (version) => {
  const { copies, fetches } = progressOf(replay(version, 'copy-to-cache'));
  expect(copies).toMatchObject({ expected: 1, done: 1 });
  expect(fetches).toMatchObject({ expected: 0, done: 0, bytesExpected: 0 });
});

test.each(versions)('Nix %s: totals never fall while a stream is read', (version) => {
  const state = newNixProcess();
  let before = noProgress;
  const lines = readFileSync(
    new URL(`../../fixtures/nix/${version}/build-builder-failed.log`, import.meta.url),
    'utf8',
  ).split('\n');
  for (const [at, line] of lines.entries()) {
    const event = readNixLogLine(line);
    if (event !== null) foldNixEvent(state, event, at);
    const after = keepMonotone(before, progressOf(state));
    expect(after.builds.expected).toBeGreaterThanOrEqual(before.builds.expected);
    expect(after.builds.done).toBeGreaterThanOrEqual(before.builds.done);
    before = after;
  }
  expect(before.builds.failed).toBe(1);
});

test('a running build shows name, phase, machine and since when', () => {
  const state = fold([
    build('1', '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nginx-1.29.drv', 'builder'),
    { action: 'phase', id: '1', phase: 'buildPhase' },
  ]);
  expect(progressOf(state).activities).toEqual([
    {
      kind: 'build',
      name: 'nginx-1.29',
      derivation: '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nginx-1.29.drv',
      phase: 'buildPhase',
      since: 0,
      lastHeardAt: 1,
      machine: 'builder',
      percent: null,
    },
  ]);
});

test('a remote build that is reported twice is one build, on the remote machine', () => {
  const state = fold([build('1', '/a.drv', 'builder'), build('2', '/a.drv')]);
  expect(progressOf(state).activities).toMatchObject([{ machine: 'builder' }]);
  foldNixEvent(state, { action: 'stop', id: '2' }, 9);
  expect(progressOf(state).builds).toMatchObject({ running: 1, done: 0 });
  foldNixEvent(state, { action: 'stop', id: '1' }, 9);
  expect(progressOf(state).builds).toMatchObject({ running: 0, done: 1 });
});

test('what two processes need is counted once, whoever builds it', () => {
  const first = fold([plan('/shared.drv', '/p620.drv'), build('1', '/shared.drv')]);
  const second = fold([plan('/shared.drv', '/razer.drv')]);
  const processes = new Map([
    ['p620', first],
    ['razer', second],
  ]);
  const running = mergeProgress(processes);
  expect(running.whole.builds).toEqual({ expected: 3, running: 1, done: 0, failed: 0 });
  expect(running.of(second).builds).toEqual({ expected: 2, running: 1, done: 0, failed: 0 });
  foldNixEvent(first, { action: 'stop', id: '1' }, 2);
  const merged = mergeProgress(processes);
  expect(merged.of(second).builds.done).toBe(1);
  expect(merged.whole.ended).toMatchObject([{ fate: 'built', hosts: ['p620', 'razer'] }]);
});

test('a derivation of which two processes tell that it ended is listed once', () => {
  const ended = (at: number) => {
    const state = fold([build('1', '/shared.drv')]);
    foldNixEvent(state, { action: 'stop', id: '1' }, at);
    return state;
  };
  const { whole } = mergeProgress(
    new Map([
      ['p620', ended(5)],
      ['razer', ended(9)],
    ]),
  );
  expect(whole.ended).toMatchObject([{ derivation: '/shared.drv', hosts: ['p620', 'razer'] }]);
});

test('what ended last is listed, whichever process built it', () => {
  const first = newNixProcess();
  const second = newNixProcess();
  const ends = (state: typeof first, name: string, at: number): void => {
    foldNixEvent(state, build(name, `/${name}.drv`), at - 1);
    foldNixEvent(state, { action: 'stop', id: name }, at);
  };
  for (const at of [10, 12, 14, 16]) ends(first, `a${at}`, at);
  for (const at of [11, 13, 15, 17]) ends(second, `b${at}`, at);
  const { whole } = mergeProgress(
    new Map([
      ['p620', first],
      ['razer', second],
    ]),
  );
  expect(whole.ended?.map(({ derivation }) => derivation)).toEqual([
    '/b13.drv',
    '/a14.drv',
    '/b15.drv',
    '/a16.drv',
    '/b17.drv',
  ]);
});

test('a failure that no message names is known from the totals', () => {
  const state = fold([
    { action: 'total-started', id: '9', of: 'builds' },
    build('1', '/a.drv'),
    { action: 'progress', id: '9', done: 0, expected: 1, running: 0, failed: 1 },
    { action: 'stop', id: '1' },
  ]);
  expect(progressOf(state).builds).toEqual({ expected: 1, running: 0, done: 0, failed: 1 });
});

test('what needs a failed build counts as failed with Nix, and takes nothing off what was built', () => {
  const state = fold([
    { action: 'total-started', id: '9', of: 'builds' },
    plan('/a.drv', '/b.drv', '/c.drv', '/needs-c.drv', '/needs-it-too.drv'),
    build('1', '/a.drv'),
    build('2', '/b.drv'),
    build('3', '/c.drv'),
    { action: 'stop', id: '1' },
    { action: 'stop', id: '2' },
    { action: 'progress', id: '9', done: 2, expected: 5, running: 1, failed: 0 },
    { ...plan(), failedDerivations: ['/c.drv'] } as NixEvent,
    { action: 'stop', id: '3' },
    { action: 'progress', id: '9', done: 2, expected: 5, running: 0, failed: 3 },
  ]);
  const counts = { expected: 5, running: 0, done: 2, failed: 3 };
  expect(progressOf(state).builds).toEqual(counts);
  endNixProcess(state, false);
  expect(progressOf(state).builds).toEqual(counts);
  const past = createPast();
  past.add('nas', state);
  expect(mergeProgress(new Map(), past).whole.builds).toEqual(counts);
});

test('a build that was cut short was not done', () => {
  const state = fold([
    { action: 'total-started', id: '9', of: 'builds' },
    plan('/a.drv', '/b.drv'),
    build('1', '/a.drv'),
    { action: 'progress', id: '9', done: 1, expected: 2, running: 0, failed: 0 },
    { action: 'stop', id: '1' },
    build('2', '/b.drv'),
    { action: 'stop', id: '2' },
  ]);
  endNixProcess(state, false);
  expect(progressOf(state).builds).toEqual({ expected: 2, running: 0, done: 1, failed: 0 });
});

test('what was shown as built while a build was stopped is taken back at its end', () => {
  const counts = (done: number, expected: number) => ({
    ...noProgress,
    builds: { expected, running: 0, done, failed: 0 },
  });
  expect(keepMonotone(counts(4, 14), counts(1, 9)).builds).toMatchObject({ done: 4, expected: 14 });
  expect(settleProgress(counts(4, 14), counts(1, 9)).builds).toMatchObject({
    done: 1,
    expected: 14,
  });
});

test('bytes and percent of a transfer, and unknown expectations', () => {
  const copy: NixEvent = {
    action: 'started',
    kind: 'fetch',
    id: '1',
    subject: '/nix/store/x',
    name: 'x',
    machine: 'cache.example',
  };
  const state = fold([
    copy,
    { action: 'progress', id: '1', done: 30, expected: 120, running: 0, failed: 0 },
  ]);
  expect(progressOf(state)).toMatchObject({
    fetches: { bytes: 30, bytesExpected: 120, running: 1 },
    activities: [{ kind: 'fetch', percent: 25, machine: 'cache.example' }],
  });
  foldNixEvent(
    state,
    { action: 'progress', id: '1', done: 40, expected: 0, running: 0, failed: 0 },
    3,
  );
  expect(progressOf(state).activities).toMatchObject([{ percent: null }]);
});

test('events of activities that nobody announced change nothing', () => {
  const state = fold([
    { action: 'stop', id: '5' },
    { action: 'progress', id: '5', done: 1, expected: 2, running: 0, failed: 0 },
    { action: 'phase', id: '5', phase: 'x' },
  ]);
  expect(progressOf(state)).toEqual(noProgress);
});
