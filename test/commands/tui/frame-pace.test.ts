import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFrames } from '../../../source/commands/tui/frame-pace.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('many requests are one frame, and nothing waits after it', () => {
  const pace = createFrames().pace;
  let frames = 0;
  for (let request = 0; request < 500; request += 1)
    pace(() => {
      frames += 1;
    });
  vi.runAllTimers();
  expect(frames).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('after a frame that takes long the next one waits longer, so that keys have their turn', () => {
  let spent = 0;
  const now = (): number => spent + Date.now();
  const { pace, restMs } = createFrames(now);
  const frame = (ms: number): number => {
    const asked = now();
    let drawn = asked;
    pace(() => {
      drawn = now();
      spent += ms;
    });
    vi.runAllTimers();
    return drawn - asked;
  };
  frame(40);
  // While it starts somebody waits for each of them, and all are dear.
  expect(restMs(100)).toBe(150);
  expect(frame(40)).toBeLessThanOrEqual(150);
  spent += 3_000;
  expect(frame(2)).toBe(0);
  expect(restMs(100)).toBe(100);
  frame(40);
  // A turn of the event loop may count as a millisecond.
  expect(restMs(100)).toBeGreaterThanOrEqual(400);
  expect(frame(1)).toBeGreaterThanOrEqual(360);
});

test('a frame of seconds, as at a start on a busy machine, keeps nothing waiting for longer than half a second', () => {
  let spent = 0;
  const now = (): number => spent + Date.now();
  const { pace, restMs } = createFrames(now);
  let drawn = 0;
  pace(() => {
    spent += 3_000;
  });
  vi.runAllTimers();
  expect(restMs(100)).toBe(500);
  const asked = now();
  pace(() => {
    drawn = now();
  });
  vi.runAllTimers();
  expect(drawn - asked).toBeLessThanOrEqual(500);
});

test('after a frame for a key facts wait as after one of their own', () => {
  const { pace, draw } = createFrames(Date.now);
  const began = Date.now();
  let drawn = 0;
  vi.advanceTimersByTime(1_000);
  draw(() => undefined);
  pace(() => {
    drawn = Date.now() - began;
  });
  vi.runAllTimers();
  expect(drawn).toBe(1_100);
});
