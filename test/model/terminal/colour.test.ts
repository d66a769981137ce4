import { expect, test } from 'vitest';
import { distance, nearestIndex, rgbOfIndex } from '../../../source/model/terminal/colour.ts';
import { fc, runs } from '../../support/chance.ts';

test('the nearest colour is that of the whole table', () => {
  const channel = fc.integer({ min: 0, max: 255 });
  const all = Array.from({ length: 256 - 22 }, (_, offset) => 22 + offset);
  fc.assert(
    fc.property(fc.tuple(channel, channel, channel), (colour) => {
      const found = distance(rgbOfIndex(nearestIndex(colour)), colour);
      expect(found).toBe(Math.min(...all.map((index) => distance(rgbOfIndex(index), colour))));
    }),
    { numRuns: runs(500) },
  );
});
