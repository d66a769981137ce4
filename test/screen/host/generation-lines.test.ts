import { expect, test } from 'vitest';
import type { Generation } from '../../../source/model/host/host.ts';
import { generationLines } from '../../../source/screen/host/generation-lines.ts';
import type { HostOutcome, RunSummary } from '../../../source/state/run.ts';
import { noon } from '../../fixtures/states.ts';

const generation = (number: number, more: Partial<Generation> = {}): Generation => ({
  number,
  path: `/nix/store/${number}-nixos-system-nas`,
  at: noon,
  nixosVersion: '26.05.1',
  kernel: '6.12.60',
  revision: null,
  ...more,
});

const outcome: HostOutcome = {
  status: 'succeeded',
  from: null,
  to: '/nix/store/8-nixos-system-nas',
  generation: 8,
  reason: null,
};

const deploy: RunSummary = {
  id: 'r',
  goal: 'deploy',
  startedAt: noon - 3_600_000,
  hosts: ['nas'],
  ending: {
    at: noon,
    result: {
      ok: true,
      exitCode: 0,
      hosts: { nas: outcome },
      commit: null,
      build: null,
      summary: '',
    },
  },
};

const linesOf = (one: Generation, all: readonly Generation[], history: readonly RunSummary[]) =>
  generationLines(one, all, { host: 'nas', history, columns: 100, now: noon }).map((line) =>
    line.map(({ text }) => text).join(''),
  );

test('a generation tells what it has other than the one before it, and the runs that brought it', () => {
  const now = generation(8, { kernel: '6.12.63', revision: 'abcdef0123456789' });
  const lines = linesOf(now, [generation(6), generation(7), now], [deploy]);
  expect(lines.slice(1, 4)).toEqual([
    ' system     /nix/store/8-nixos-system-nas',
    ' changes    kernel 6.12.60 → 6.12.63   revision unknown → abcdef0   since g7',
    ' runs       ✓ deploy of 2026-11-23 05:00, 1 h ago: succeeded',
  ]);
});

test('the oldest one has nothing before it, and one that nixup did not bring says so', () => {
  expect(linesOf(generation(6), [generation(6), generation(7)], [deploy]).slice(2, 4)).toEqual([
    ' changes    no older generation is in the profile',
    ' runs       no run of nixup that is known here brought it',
  ]);
});
