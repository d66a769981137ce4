import { expect, test } from 'vitest';
import { parseGitStatus } from '../../../source/parsers/git/status.ts';

const zero = '0000000000000000000000000000000000000000';
const blob = 'd00491fd7e5bb6fa28c517a0bb32b8b506539d4d';

// Captured from git 2.39 and joined by NUL.
const captured = [
  '# branch.oid 139fd17e2449753034f4f1ff84c79d289bc925f5',
  '# branch.head main',
  '# branch.upstream origin/main',
  '# branch.ab +2 -1',
  `1 .A N... 000000 000000 100644 ${zero} ${zero} i.nix`,
  `1 .M N... 100644 100644 100644 ${blob} ${blob} sub/a file.nix`,
  `2 R. N... 100644 100644 100644 ${blob} ${blob} R100 ö c`,
  'a b',
  `1 .D N... 100644 100644 000000 ${blob} ${blob} gone.nix`,
  `1 .M SC.. 160000 160000 160000 ${blob} ${blob} vendor`,
  `u UU N... 100644 100644 100644 100644 ${blob} ${blob} ${blob} flake.lock`,
  '? sub/new file.nix',
  '? notes',
  '',
].join('\0');

test('branch, files and names with spaces are read', () => {
  expect(parseGitStatus(captured)).toEqual({
    head: '139fd17e2449753034f4f1ff84c79d289bc925f5',
    branch: 'main',
    upstream: 'origin/main',
    ahead: 2,
    behind: 1,
    dirty: [
      { path: 'i.nix', state: 'added', from: null },
      { path: 'sub/a file.nix', state: 'modified', from: null },
      { path: 'ö c', state: 'renamed', from: 'a b' },
      { path: 'gone.nix', state: 'deleted', from: null },
      { path: 'vendor', state: 'submodule', from: null },
    ],
    conflicted: ['flake.lock'],
    untracked: ['sub/new file.nix', 'notes'],
  });
});

test('a repository without commits, and a detached head, have no head or no branch', () => {
  expect(parseGitStatus('# branch.oid (initial)\0# branch.head main\0')).toMatchObject({
    head: null,
    branch: 'main',
    ahead: null,
  });
  expect(parseGitStatus('# branch.oid abc\0# branch.head (detached)\0').branch).toBeNull();
});
