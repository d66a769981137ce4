import { expect, test } from 'vitest';
import { redact } from '../../source/parsers/redact.ts';

test.each([
  ['https://ada:hunter2@git.example.org/fleet.git', 'https://ada:***@git.example.org/fleet.git'],
  ['https://ghp_abcdefghijklmnopqrst0123456789abcdef@github.com/a/b', 'https://***@github.com/a/b'],
  ['Authorization: Bearer eyJhbGciOi.x.y', 'Authorization: Bearer ***'],
  ['"authorization":"Basic YWRhOnB3"', '"authorization":"Basic ***"'],
  ['PRIVATE-TOKEN: abc123', 'PRIVATE-TOKEN: ***'],
  [
    'access-tokens = github.com=ghx_1234 gitlab.com=PAT:abc',
    'access-tokens = github.com=*** gitlab.com=***',
  ],
  ['GET /api?token=abc&page=2', 'GET /api?token=***&page=2'],
  ['GRAFANA_PASSWORD=hunter2 rest', 'GRAFANA_PASSWORD=*** rest'],
  ['remote: token glpat-abcdefghijklmnop1234 rejected', 'remote: token *** rejected'],
])('%s is shown as %s', (text, shown) => {
  expect(redact(text)).toBe(shown);
});

test.each([
  'github:NixOS/nixpkgs/64c08a7ca051951c8eae34e3e3cb1e202fe36786?narHash=sha256-AbC/d+e=',
  'git@github.com:NixOS/nixpkgs.git',
  'ssh://git@git.example.org:2222/fleet.git',
  '/nix/store/7bzjc2mmmfsqgl9y0w8a3b8v4d1p0x2k-nixos-system-p620-26.05',
  "error: attribute 'password' missing",
  'http://p620:3001/api/health',
  'building sops-install-secrets-0.0.1.drv',
])('%s is left as it is', (text) => {
  expect(redact(text)).toBe(text);
});

test.each([
  ['dashes', `key ${`${'A'.repeat(60)}-`.repeat(16_000)}`],
  ['schemes', `:// ${'a.b+c-'.repeat(160_000)}`],
  ['blanks', `password${' '.repeat(1_000_000)}`],
  ['colons', `key ${'a:'.repeat(500_000)}`],
])('a line of a megabyte of %s is read once, and not once for each of its words', (_, line) => {
  expect(redact(line)).toHaveLength(line.length);
});
