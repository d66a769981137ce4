import { expect, test } from 'vitest';
import { readFlakeArgument, refusedFlake } from '../../../source/model/nix/flake-argument.ts';

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
  ['.?shallow=1', '.', false],
  ['.?dir=nix&shallow=1&submodules=1', './nix', true],
  ['/what?', '/what?', false],
  ['/what?is=1', '/what?is=1', false],
])('%s is the folder %s, submodules %s', (text, folder, readsSubmodules) => {
  expect(readFlakeArgument(text)).toEqual({ folder, readsSubmodules });
});

test.each([
  ['path:/etc/nixos', /nixup works in the folder itself: --flake \/etc\/nixos$/],
  ['path:///etc/nixos?dir=x', /--flake \/etc\/nixos$/],
  ['github:a/b', /is no checkout on this disk: clone it/],
  ['git+ssh://git@example.org/a', /is no checkout on this disk/],
  ['git+https://example.org/a', /is no checkout on this disk/],
  ['https://example.org/a.tar.gz', /is no checkout on this disk/],
  ['flake:nixpkgs', /is no checkout on this disk/],
  ['.?ref=main', /asks for ref/],
  ['git+file:///etc/nixos?submodules=1&rev=abc', /asks for rev/],
])('%s is refused with the reason', (text, reason) => {
  expect(refusedFlake(text)).toMatch(reason);
});

test.each([
  '.',
  '/etc/nixos',
  './a:b',
  '/what?is=1',
  '.?submodules=1&dir=nix',
  'git+file:///etc/nixos',
  '/srv/github:a',
])('%s may be a folder', (text) => {
  expect(refusedFlake(text)).toBeNull();
});
