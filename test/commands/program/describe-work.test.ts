import { expect, test } from 'vitest';
import { describeWork } from '../../../source/commands/program/describe-work.ts';

const toplevel = '/nix/store/c2i53k3p4z2wldj6wxzkcii4nymnlk9y-nixos-system-nas';

test.each([
  [true, 'built, differs from what it runs'],
  [false, 'built, runs it already'],
  [null, 'built; what it runs is not known'],
])('a built host with changed %s is told as %s', (changed, words) => {
  expect(describeWork({ kind: 'built', toplevel, tookMs: 0, changed })).toEqual({
    words,
    remedy: null,
  });
});
