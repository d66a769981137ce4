import { expect, test } from 'vitest';
import type { LockFacts } from '../../../source/model/lock/facts.ts';
import { lockCheckRows } from '../../../source/services/board/lock-rows.ts';
import { told } from '../../support/told.ts';

const now = Date.UTC(2026, 10, 23);
const daysAgo = (days: number): number => now / 1_000 - days * 86_400;

const lock = (over: Partial<Extract<LockFacts, { kind: 'read' }>> = {}): LockFacts => ({
  kind: 'read',
  fingerprint: 'x',
  changes: [],
  inputs: [],
  copies: [],
  headline: { name: 'nixpkgs', branch: 'nixos-26.05', lastModified: daysAgo(3) },
  oldText: '',
  newText: '',
  ...over,
});

const aged = (days: number): LockFacts =>
  lock({ headline: { name: 'nixpkgs', branch: 'nixos-26.05', lastModified: daysAgo(days) } });

const broken: LockFacts = {
  kind: 'unreadable',
  detail: 'this is not JSON',
  line: 3,
  raw: '{',
  isCommitted: true,
};

test.each<[string, LockFacts, string, string, string | undefined]>([
  ['a fresh nixpkgs', aged(3), 'lock.age', 'green: nixpkgs nixos-26.05, 3 d old', undefined],
  [
    'an old one',
    aged(40),
    'lock.age',
    'warning: nixpkgs nixos-26.05, 40 d old',
    'nixup update nixpkgs',
  ],
  [
    'one past its support',
    aged(200),
    'lock.age',
    'red: nixpkgs nixos-26.05, 200 d old',
    'nixup update nixpkgs',
  ],
  [
    'no nixpkgs',
    lock({ headline: null }),
    'lock.age',
    'not-set-up: the flake has no nixpkgs input',
    undefined,
  ],
  ['no lock', { kind: 'absent' }, 'lock.file', 'red: there is no flake.lock', 'nix flake lock'],
  [
    'a lock with conflict markers',
    { ...broken, detail: 'a merge left its conflict markers in the file' },
    'lock.file',
    'red: flake.lock, line 3: a merge left its conflict markers in the file',
    'nixup revert --all',
  ],
  [
    'a broken lock that was never committed',
    { ...broken, isCommitted: false },
    'lock.file',
    'red: flake.lock, line 3: this is not JSON',
    'nixup revert --undo',
  ],
  [
    'a lock of another Nix',
    { ...broken, detail: 'version 8 is not known here' },
    'lock.file',
    'red: flake.lock, line 3: version 8 is not known here',
    'nix flake metadata',
  ],
  [
    'a lock where that of HEAD is broken',
    lock({ uncompared: 'what HEAD has cannot be read' }),
    'lock.file',
    'warning: 0 inputs, not compared: what HEAD has cannot be read',
    'nixup diff OLD',
  ],
  [
    'a change with an alarm',
    lock({
      changes: [
        {
          path: 'agenix',
          kind: 'repointed',
          lockedChanged: true,
          old: null,
          new: null,
          days: null,
          compareUrl: null,
          alarms: ['owner-changed'],
          alsoMoves: [],
        },
      ],
    }),
    'lock.alarms',
    'red: 1 change with alarms: agenix',
    'nixup diff',
  ],
])('the lock: %s', (_, facts, id, evidence, command) => {
  const row = lockCheckRows(facts, now).find((one) => one.id === id);
  expect(row === undefined ? undefined : told(row)).toEqual([evidence, command]);
});
