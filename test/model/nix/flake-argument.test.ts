import { expect, test } from 'vitest';
import { readFlakeArgument } from '../../../source/model/nix/flake-argument.ts';

/** nix-flake(1), "Path-like syntax" and "URL-like syntax"; a folder may have a question mark in its name. */
test.each([
  ['.', '.', false],
  ['/etc/nixos', '/etc/nixos', false],
  ['.?submodules=1', '.', true],
  ['?submodules=1', '.', true],
  ['/etc/nixos?submodules=1', '/etc/nixos', true],
  ['/etc/nixos?submodules=0', '/etc/nixos', false],
  ['git+file:///etc/ni%20xos?submodules=1', '/etc/ni xos', true],
  ['git+file:/etc/nixos', '/etc/nixos', false],
  ['git+file:///etc/nixos?dir=nix&submodules=1', '/etc/nixos/nix', true],
  ['/what?', '/what?', false],
  ['/what?is=1', '/what?is=1', false],
])('%s is the folder %s, submodules %s', (text, folder, readsSubmodules) => {
  expect(readFlakeArgument(text)).toEqual({ folder, readsSubmodules });
});
