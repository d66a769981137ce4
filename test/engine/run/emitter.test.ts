import { expect, test } from 'vitest';
import { createEmitter, recordCommand } from '../../../source/engine/run/emitter.ts';
import { noProgress } from '../../../source/model/build/progress.ts';
import type { Failure } from '../../../source/model/failure.ts';
import type { AppEvent } from '../../../source/state/events.ts';

test('what waits is handed on with rising times, and of each host the last progress alone', () => {
  let now = 0;
  let ring = (): void => undefined;
  const clock = {
    now: () => now,
    sleep: async () => undefined,
    after: (_ms: number, action: () => void) => {
      ring = action;
      return () => undefined;
    },
  };
  const received: (readonly AppEvent[])[] = [];
  const { emitSoon } = createEmitter(clock, (events) => received.push(events));
  for (const host of [null, 'nas', null, 'p620', 'nas']) {
    now += 1;
    emitSoon({ type: 'progress', host, ...noProgress });
  }
  expect(received).toEqual([]);
  ring();
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject([
    { at: 3, host: null },
    { at: 4, host: 'p620' },
    { at: 5, host: 'nas' },
  ]);
});

test('more lines than anybody reads come in fewer batches, and none is lost', () => {
  const waits: number[] = [];
  let ring = (): void => undefined;
  const clock = {
    now: () => 0,
    sleep: async () => undefined,
    after: (ms: number, action: () => void) => {
      waits.push(ms);
      ring = action;
      return () => undefined;
    },
  };
  let told = 0;
  const { emitSoon } = createEmitter(clock, (events) => {
    for (const event of events) if (event.type === 'logged') told += event.lines.length;
  });
  const say = (count: number): void => {
    const lines = Array.from({ length: count }, (_, index) => `line ${index}`);
    emitSoon({ type: 'logged', host: 'nas', lines });
    ring();
  };
  for (const count of [20, 320, 321, 800, 801, 20, 20]) say(count);
  expect(waits).toEqual([80, 80, 80, 200, 80, 200, 80]);
  expect(told).toBe(20 + 320 + 321 + 800 + 801 + 20 + 20);
});

test.each<[Failure, string]>([
  [{ code: 'command-failed', command: 'x', exitCode: 3, tail: [] }, 'exit 3'],
  [{ code: 'command-killed', command: 'x', signal: 'SIGTERM', tail: [] }, 'ended by SIGTERM'],
  [{ code: 'command-timeout', command: 'x', afterMs: 60_000, tail: [] }, 'stopped after 1 m'],
  [{ code: 'program-missing', program: 'x' }, 'not on PATH'],
  [{ code: 'canceled', what: 'x' }, 'canceled'],
  [
    { code: 'output-unreadable', command: 'x', detail: 'no JSON' },
    'The answer of a command could not be read: no JSON',
  ],
])('the end of a command is told in words: %j', (failure, words) => {
  const record = recordCommand({ file: 'x', args: [] }, 0, 1, { ok: false, failure }, undefined);
  expect(record.ending).toBe(words);
});
