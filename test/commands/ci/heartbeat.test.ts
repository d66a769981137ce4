import { expect, test } from 'vitest';
import { createHeartbeat } from '../../../source/commands/ci/heartbeat.ts';
import { waitingWords } from '../../../source/commands/ci/waiting-words.ts';
import { initialState } from '../../../source/state/state.ts';

/** A clock that goes on when the test says so. */
const handClock = () => {
  let now = 0;
  let timers: { at: number; action: () => void }[] = [];
  return {
    after: (milliseconds: number, action: () => void) => {
      const timer = { at: now + milliseconds, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    advance: (milliseconds: number): void => {
      const end = now + milliseconds;
      for (;;) {
        const due = timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
        if (due === undefined) break;
        now = due.at;
        timers = timers.filter((one) => one !== due);
        due.action();
      }
      now = end;
    },
  };
};

test('no silence is longer than 15 s, and nothing is said where something was said before', () => {
  const clock = handClock();
  const said: string[] = [];
  const beat = createHeartbeat(
    clock,
    () => 'still',
    (text) => said.push(text),
  );
  clock.advance(14_000);
  beat.heard();
  clock.advance(14_000);
  expect(said).toEqual([]);
  clock.advance(1_000);
  expect(said).toEqual(['still']);
  clock.advance(45_000);
  expect(said).toHaveLength(4);
  beat.stop();
  clock.advance(60_000);
  expect(said).toHaveLength(4);
});

test('what is waited for is one line of names and counts, however large the fleet is', () => {
  expect(waitingWords(initialState, 0)).toBe('in progress: reading what is kept of this flake');
  expect(waitingWords({ ...initialState, fleet: { kind: 'listing' } }, 0)).toBe(
    'in progress: reading the flake with Nix',
  );
  expect(
    waitingWords(
      {
        ...initialState,
        fleet: { kind: 'listed' },
        run: { kind: 'active', id: 'r', goal: 'test', hosts: [], since: 0 },
        runProgress: {
          builds: { expected: 67, running: 2, done: 41, failed: 0 },
          fetches: { expected: 0, running: 0, done: 0, failed: 0, bytes: 0, bytesExpected: 0 },
          copies: { expected: 0, running: 0, done: 0, failed: 0, bytes: 0, bytesExpected: 0 },
          activities: [],
        },
      },
      57_000,
    ),
  ).toBe('in progress: test, 57 s so far; 41 of 67 derivations built');
});
