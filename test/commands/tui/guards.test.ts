import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { followEndings } from '../../../source/commands/tui/endings.ts';
import { guardProcess } from '../../../source/commands/tui/guards.ts';

const guarded = () => {
  const stream = new EventEmitter();
  const crashes: unknown[] = [];
  const stops: number[] = [];
  const guards = guardProcess({
    crash: (error) => crashes.push(error),
    stop: (code) => stops.push(code),
    isHandedOver: () => false,
    endings: followEndings(),
    terminal: [stream],
  });
  return { stream, crashes, stops, guards };
};

const failure = (code: string): Error => Object.assign(new Error(`write ${code}`), { code });

test.each([
  'EIO',
  'EPIPE',
  'ENXIO',
])('a terminal that went away (%s) is a hang-up, no crash', (code) => {
  const { stream, crashes, stops, guards } = guarded();
  stream.emit('error', failure(code));
  expect(stops).toEqual([129]);
  expect(crashes).toEqual([]);
  guards.release();
  // The last words find nobody either: nothing may be thrown.
  stream.emit('error', failure(code));
  expect(crashes).toEqual([]);
});

test('any other error of the terminal is a crash', () => {
  const { stream, crashes, stops, guards } = guarded();
  const error = failure('EBADF');
  stream.emit('error', error);
  expect(crashes).toEqual([error]);
  expect(stops).toEqual([]);
  guards.release();
});
