import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFramePace } from '../../../source/commands/tui/frame-pace.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('many requests are one frame, and nothing waits after it', () => {
  const pace = createFramePace();
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
  let now = 0;
  const pace = createFramePace(() => now);
  const waits: number[] = [];
  const wait = vi.spyOn(globalThis, 'setTimeout');
  const frame = (ms: number): void => {
    pace(() => {
      now += ms;
    });
    waits.push(wait.mock.calls.at(-1)?.[1] ?? -1);
    vi.runAllTimers();
  };
  frame(2);
  frame(40);
  frame(1);
  expect(waits[0]).toBe(0);
  expect(waits[1]).toBe(48);
  expect(waits[2]).toBeGreaterThanOrEqual(150);
});
