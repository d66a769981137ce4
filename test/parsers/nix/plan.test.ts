import { expect, test } from 'vitest';
import { parseBuildPlan } from '../../../source/parsers/nix/plan.ts';

const drv = (letter: string, name: string): string => `/nix/store/${letter.repeat(32)}-${name}.drv`;
const path = (letter: string, name: string): string => `/nix/store/${letter.repeat(32)}-${name}`;

test.each([
  ['2.8', 'these 2 derivations will be built:', 'these 2 paths will be fetched'],
  ['2.34', 'these 2 derivations will be built:', 'these 2 paths will be fetched'],
])('Nix %s: a plan has what is built, what is fetched, and its size', (_, builds, fetches) => {
  expect(
    parseBuildPlan([
      "warning: Git tree '/flake' is dirty",
      builds,
      `  ${drv('a', 'nginx-1.29')}`,
      `  ${drv('b', 'nixos-system-p620')}`,
      `${fetches} (1.50 MiB download, 12.00 GiB unpacked):`,
      `  ${path('c', 'openssl-3.5')}`,
      `  ${path('d', 'zlib-1.3')}`,
    ]),
  ).toEqual({
    builds: [drv('a', 'nginx-1.29'), drv('b', 'nixos-system-p620')],
    fetches: [path('c', 'openssl-3.5'), path('d', 'zlib-1.3')],
    downloadBytes: 1_572_864,
    unpackedBytes: 12_884_901_888,
  });
});

test('one of each is told in the singular', () => {
  const plan = parseBuildPlan([
    'this derivation will be built:',
    `  ${drv('a', 'x')}`,
    'this path will be fetched (0.00 MiB download, 0.01 MiB unpacked):',
    `  ${path('c', 'y')}`,
  ]);
  expect([plan.builds.length, plan.fetches.length, plan.downloadBytes]).toEqual([1, 1, 0]);
});

test('paths below no heading belong to no plan', () => {
  expect(parseBuildPlan(["don't know how to build these paths:", `  ${path('c', 'y')}`])).toEqual({
    builds: [],
    fetches: [],
    downloadBytes: null,
    unpackedBytes: null,
  });
});
