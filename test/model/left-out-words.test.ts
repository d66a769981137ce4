import { expect, test } from 'vitest';
import { leftOutLines } from '../../source/model/left-out-words.ts';
import { fakeEntry } from '../engine/fake-hosts.ts';

test('a test of all hosts names those that it leaves out, each with its reason', () => {
  expect(
    leftOutLines([
      fakeEntry('p620'),
      { ...fakeEntry('nas'), role: { kind: 'build-only', reason: 'deploy = false in nixup.toml' } },
      { ...fakeEntry('installer'), role: { kind: 'left-out', reason: 'an image' } },
      { ...fakeEntry('-rf'), role: { kind: 'refused', reason: 'its name is none' } },
    ]),
  ).toEqual(['installer  not tested: an image', '-rf        not tested: its name is none']);
  expect(leftOutLines([fakeEntry('p620')])).toEqual([]);
});
