import { expect, test } from 'vitest';
import { nixBlock } from '../../../source/model/commit/nix-block.ts';
import type { LockChange } from '../../../source/model/lock/change.ts';

const base = { days: null, compareUrl: null, alarms: [], alsoMoves: [] } as const;

// The form is that of `nix flake update --commit-lock-file` (libflake/lockfile.cc, LockFile::diff).
test('the block of Nix has each change of a locked reference, and nothing that only looks different', () => {
  const changes: readonly LockChange[] = [
    {
      ...base,
      path: 'a/b',
      kind: 'follows',
      lockedChanged: false,
      old: null,
      new: { follows: 'b' },
    },
    {
      ...base,
      path: 'nixpkgs',
      kind: 'updated',
      lockedChanged: true,
      old: {
        type: 'github',
        owner: 'NixOS',
        repo: 'nixpkgs',
        rev: 'a'.repeat(40),
        narHash: 'sha256-A=',
        lastModified: 1_767_225_600,
      },
      new: {
        type: 'github',
        owner: 'NixOS',
        repo: 'nixpkgs',
        rev: 'b'.repeat(40),
        narHash: 'sha256-B=',
        lastModified: 1_767_830_400,
      },
    },
    {
      ...base,
      path: 'private',
      kind: 'updated',
      lockedChanged: true,
      old: { type: 'git', url: 'ssh://git@example.org/x', ref: 'main', rev: 'a'.repeat(40) },
      new: { type: 'git', url: 'ssh://git@example.org/x', ref: 'main', rev: 'b'.repeat(40) },
    },
    {
      ...base,
      path: 'renamed',
      kind: 'metadata',
      lockedChanged: false,
      old: { type: 'github' },
      new: { type: 'github' },
    },
    {
      ...base,
      path: 'x',
      kind: 'removed',
      lockedChanged: true,
      old: { type: 'path', path: '/x' },
      new: null,
    },
  ];
  expect(nixBlock(changes)).toBe(`Flake lock file updates:

• Added input 'a/b':
    follows 'b'
• Updated input 'nixpkgs':
    'github:NixOS/nixpkgs/${'a'.repeat(40)}?narHash=sha256-A%3D' (2026-01-01)
  → 'github:NixOS/nixpkgs/${'b'.repeat(40)}?narHash=sha256-B%3D' (2026-01-08)
• Updated input 'private':
    'git+ssh://git@example.org/x?ref=main&rev=${'a'.repeat(40)}'
  → 'git+ssh://git@example.org/x?ref=main&rev=${'b'.repeat(40)}'
• Removed input 'x'`);
  expect(nixBlock([])).toBeUndefined();
});
