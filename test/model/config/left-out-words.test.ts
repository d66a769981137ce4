import { expect, test } from 'vitest';
import { leftOutLines } from '../../../source/model/config/left-out-words.ts';
import { entryOf } from '../../fixtures/states.ts';

test('a test of all hosts names those that it leaves out, each with its reason', () => {
  expect(
    leftOutLines([
      entryOf('p620'),
      { ...entryOf('nas'), role: { kind: 'build-only', reason: 'deploy = false in nixup.toml' } },
      { ...entryOf('installer'), role: { kind: 'left-out', reason: 'an image' } },
      { ...entryOf('-rf'), role: { kind: 'refused', reason: 'its name is none' } },
    ]),
  ).toEqual(['installer  not tested: an image', '-rf        not tested: its name is none']);
  expect(leftOutLines([entryOf('p620')])).toEqual([]);
});
