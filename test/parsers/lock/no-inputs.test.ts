import { expect, test } from 'vitest';
import { hasNoInputs } from '../../../source/parsers/lock/flake-inputs.ts';

/** Arguments of `outputs` that no input names are looked up in the registry (nix-flake(1), flake inputs). */
test.each([
  ['{ outputs = { self }: { }; }', true],
  ['{ description = "x"; outputs = { self, ... }: { }; }', true],
  ['{ outputs = inputs: { }; }', true],
  ['{ outputs = { self, ... }@inputs: { }; }', true],
  ['{ outputs = all@{ self }: { }; }', true],
  ['{ outputs = { self, nixpkgs }: { }; }', false],
  ['{ outputs = { self, nixpkgs, ... }@inputs: { }; }', false],
  ['{ inputs.nixpkgs.url = "github:NixOS/nixpkgs"; outputs = { self, nixpkgs }: { }; }', false],
  ['{ inputs = { a.url = "path:/a"; }; outputs = inputs: { }; }', false],
  ['{ # inputs.a.url = "x";\n outputs = { self /* , nixpkgs */ }: { }; }', false],
  ['not a flake', false],
])('%s needs no lock: %s', (text, expected) => {
  expect(hasNoInputs(text)).toBe(expected);
});
