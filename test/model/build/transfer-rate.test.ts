import { expect, test } from 'vitest';
import {
  addSample,
  type ByteSamples,
  bytesPerSecond,
} from '../../../source/model/build/transfer-rate.ts';

const after = (...samples: readonly (readonly [number, number])[]): ByteSamples =>
  samples.reduce((all: ByteSamples, [at, bytes]) => addSample(all, at, bytes), []);

test('a rate is the mean of the last seconds', () => {
  expect(bytesPerSecond(after([0, 0], [1_000, 2_000], [2_000, 4_000]))).toBe(2_000);
});

test('what was moved long ago says nothing about now', () => {
  expect(bytesPerSecond(after([0, 0], [1_000, 9_000_000], [60_000, 9_000_000]))).toBe(0);
  expect(bytesPerSecond(after([0, 0], [50_000, 1_000], [52_000, 1_000], [54_000, 5_000]))).toBe(
    1_000,
  );
});

test('one sample, none, or two at one moment make no rate', () => {
  expect(bytesPerSecond([])).toBe(0);
  expect(bytesPerSecond(after([5, 5]))).toBe(0);
  expect(bytesPerSecond(after([5, 5], [5, 9]))).toBe(0);
});
