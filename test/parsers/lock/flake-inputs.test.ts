import { expect, test } from 'vitest';
import { inputNamedIn, inputPlaces } from '../../../source/parsers/lock/flake-inputs.ts';

const flake = `{
  # inputs.old.url = "github:o/old";
  inputs.a.url = "git+file:///home/ada/a";
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    b = { url = "git+file:///home/ada/a-b?ref=main#x"; inputs.nixpkgs.follows = "nixpkgs"; };
    "c-c" = {
      flake = false;
      url = "path:./sub";
    };
  };
  outputs = { self, ... }: { url = "no input"; x = { b.url = "nor this"; }; };
}
`;

test('the place of an input is found in every way to write it', () => {
  expect(inputPlaces(flake)).toEqual([
    { name: 'a', line: 3, url: 'git+file:///home/ada/a' },
    { name: 'nixpkgs', line: 5, url: 'github:NixOS/nixpkgs/nixos-unstable' },
    { name: 'b', line: 6, url: 'git+file:///home/ada/a-b?ref=main#x' },
    { name: 'c-c', line: 9, url: 'path:./sub' },
  ]);
});

test('a quoted name may have dots, and one may begin with a line', () => {
  const text =
    '{\n  inputs."nixpkgs-25.11".url = "a:b";\n  inputs = { _1.url = "c:d"; "x.y" = { url = "e:f"; }; };\n}';
  expect(inputPlaces(text)).toEqual([
    { name: 'nixpkgs-25.11', line: 2, url: 'a:b' },
    { name: '_1', line: 3, url: 'c:d' },
    { name: 'x.y', line: 3, url: 'e:f' },
  ]);
});

test.each([
  ["'/home/ada/a-b' does not appear to be a git repository", 'b'],
  ["'/home/ada/a' does not appear to be a git repository", 'a'],
  ["ambiguous argument 'main': unknown revision or path not in the working tree", 'b'],
  ['unable to reach something else', null],
])('%s speaks of %s', (said, name) => {
  expect(inputNamedIn(flake, said)?.name ?? null).toBe(name);
});
