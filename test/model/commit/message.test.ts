import { expect, test } from 'vitest';
import type { CommitFacts } from '../../../source/model/commit/facts.ts';
import { commitMessage } from '../../../source/model/commit/message.ts';
import type { HostWork } from '../../../source/model/host/host.ts';
import type { LockChange } from '../../../source/model/lock/change.ts';

const locked = (rev: string, lastModified: number) => ({
  type: 'github',
  owner: 'NixOS',
  repo: 'nixpkgs',
  rev,
  ref: 'nixos-26.05',
  lastModified,
});

const change = (path: string, over: Partial<LockChange> = {}): LockChange => ({
  path,
  kind: 'updated',
  lockedChanged: true,
  old: locked('64c08a7ca051951c8eae34e3e3cb1e202fe36786', 1_763_164_800),
  new: locked('d6524aacb1e202fe3678664c08a7ca051951c8ea', 1_763_769_600),
  days: 7,
  compareUrl: null,
  alarms: [],
  alsoMoves: [],
  ...over,
});

const host = (name: string, work: HostWork) => ({ name, work });

const facts = (over: Partial<CommitFacts> = {}): CommitFacts => ({
  style: 'conventional',
  changes: [],
  built: [],
  tests: [],
  hosts: [],
  files: ['flake.lock'],
  ...over,
});

const succeeded = (generation: number | null): HostWork => ({
  kind: 'succeeded',
  from: null,
  to: '/nix/store/x',
  generation,
  at: 0,
});

test('inputs, tests, hosts and what is pending are told in full', () => {
  expect(
    commitMessage(
      facts({
        changes: [
          { change: change('home-manager'), count: { count: 18, exact: true, source: 'git' } },
          {
            change: change('nixpkgs', { alarms: ['release-change'] }),
            count: { count: 1204, exact: false, source: 'channel' },
          },
          {
            change: change('stylix/nixpkgs', {
              kind: 'follows',
              old: { follows: 'nixpkgs' },
              new: { follows: '' },
            }),
            count: null,
          },
        ],
        built: ['p620', 'razer'],
        tests: ['just validate-quick'],
        held: [{ input: 'disko', reason: 'suspend is\nbroken' }],
        breaking: [
          'systemd 260 drops support for cgroup v1 and removes the setting that kept it alive',
        ],
        files: ['flake.lock', 'hosts/razer.nix'],
        hosts: [
          host('p620', succeeded(242)),
          host('razer', succeeded(null)),
          host('p510', { kind: 'unchanged', toplevel: '/nix/store/y', at: 0 }),
          host('samsung', { kind: 'pending', why: 'asleep' }),
          host('pi', {
            kind: 'unhealthy',
            problems: ['nzbget.service failed'],
            from: null,
            to: '/nix/store/x',
            generation: 9,
            at: 0,
          }),
          host('idle', { kind: 'idle' }),
        ],
      }),
    ),
  ).toBe(`chore(flake): update nixpkgs, home-manager

Inputs:
- home-manager: 64c08a7 (2025-11-15) → d6524aa (2025-11-22), 18 commits
- nixpkgs: 64c08a7 (2025-11-15) → d6524aa (2025-11-22), ~1,204 commits
  [release-change]
- stylix/nixpkgs: follows nixpkgs → follows the flake itself

Held:
- disko: suspend is broken

Files:
- hosts/razer.nix

Breaking changes:
- systemd 260 drops support for cgroup v1 and removes the setting that
  kept it alive

Built: p620, razer
Tested: just validate-quick
Deployed: p620 (generation 242), razer
Unchanged: p510
Unhealthy: pi (generation 9): nzbget.service failed
Pending: samsung (was asleep)
Not deployed: idle
`);
});

test('a rollback is no deploy, and before any deploy nothing is said of the hosts', () => {
  const back = commitMessage(
    facts({
      hosts: [
        host('nas', {
          kind: 'succeeded',
          deed: 'rollback',
          from: null,
          to: '/nix/store/x',
          generation: 243,
          at: 1,
        }),
        host('alpha', {
          kind: 'failed',
          step: 'identity',
          reason: 'alpha cannot be reached: no route',
          remedy: '',
          at: 1,
        }),
        host('installer', { kind: 'idle' }),
      ],
      deployable: ['nas', 'alpha'],
    }),
  );
  expect(back).toContain('Rolled back: nas\nFailed: alpha cannot be reached: no route\n');
  expect(back).not.toContain('eployed');
  expect(commitMessage(facts({ hosts: [host('nas', { kind: 'idle' })] }))).not.toContain('nas');
});

const subjectOf = (over: Partial<CommitFacts>): string =>
  commitMessage(facts(over)).split('\n')[0] ?? '';

const many = Array.from({ length: 30 }, (_, index) => ({
  change: change(`an-input-with-a-name-${index}`),
  count: null,
}));

test.each<[string, Partial<CommitFacts>]>([
  ['chore(flake): update nixpkgs', { changes: [{ change: change('nixpkgs'), count: null }] }],
  ['chore(flake): update an-input-with-a-name-0 and 29 more', { changes: many }],
  [
    'chore(flake): update 2 inputs',
    {
      changes: ['a'.repeat(70), 'b'.repeat(70)].map((path) => ({
        change: change(path),
        count: null,
      })),
    },
  ],
  [
    'chore(flake): update stylix/nixpkgs',
    { changes: [{ change: change('stylix/nixpkgs'), count: null }] },
  ],
  [
    'chore(flake): add disko',
    { changes: [{ change: change('disko', { kind: 'added', old: null }), count: null }] },
  ],
  [
    'chore(flake): update nixpkgs, disko',
    {
      changes: [
        { change: change('disko', { kind: 'added', old: null }), count: null },
        { change: change('nixpkgs'), count: null },
      ],
    },
  ],
  ['Update nixpkgs', { style: 'plain', changes: [{ change: change('nixpkgs'), count: null }] }],
  ['chore(flake): change hosts/p620.nix', { files: ['hosts/p620.nix'] }],
])('the subject is "%s"', (subject, over) => {
  expect(subjectOf(over)).toBe(subject);
  expect(subject.length).toBeLessThanOrEqual(72);
});

test('a re-pointed input names both sources', () => {
  const text = commitMessage(
    facts({
      changes: [
        {
          change: change('agenix', {
            kind: 'repointed',
            old: { type: 'github', owner: 'ryantm', repo: 'agenix', rev: '1'.repeat(40) },
            new: { type: 'github', owner: 'oddlama', repo: 'agenix', rev: '2'.repeat(40) },
            alarms: ['owner-changed'],
          }),
          count: null,
        },
      ],
    }),
  );
  expect(text).toContain(
    '- agenix: re-pointed from github:ryantm/agenix to github:oddlama/agenix,\n  1111111 → 2222222 [owner-changed]',
  );
});

test('no line is longer than 72 characters unless it is one word', () => {
  const text = commitMessage(
    facts({ changes: many, built: many.map(({ change: { path } }) => path) }),
  );
  expect(text.split('\n').filter((line) => line.length > 72)).toEqual([]);
});
