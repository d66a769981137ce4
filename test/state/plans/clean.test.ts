import { expect, test } from 'vitest';
import type { Generation, HostFacts } from '../../../source/model/host/host.ts';
import { hostCommands } from '../../../source/services/host/commands.ts';
import { planClean } from '../../../source/state/plans/clean.ts';
import { runbookState } from '../../fixtures/states.ts';

const day = 86_400_000;
const now = 100 * day;

const generation = (number: number, daysOld: number): Generation => ({
  number,
  path: `/nix/store/system-${number}`,
  at: now - daysOld * day,
  nixosVersion: null,
  revision: null,
  kernel: null,
});

const planFor = (over: Partial<HostFacts>) => {
  const p620 = runbookState.hosts['p620'];
  if (p620?.facts == null) throw new Error('the fixture has no facts of p620');
  const generations = [90, 80, 70, 60, 50, 40, 3].map((days, index) => generation(index + 1, days));
  const facts: HostFacts = {
    ...p620.facts,
    generations,
    current: '/nix/store/system-6',
    booted: '/nix/store/system-2',
    profile: '/nix/store/system-6',
    bootDefault: { kind: 'resolved', loader: 'grub', toplevel: '/nix/store/system-5' },
    knownGood: '/nix/store/system-4',
    ...over,
  };
  const state = {
    ...runbookState,
    hosts: {
      ...runbookState.hosts,
      p620: { ...p620, facts, probe: { kind: 'answered' } as const },
    },
  };
  return planClean(state, ['p620'], 30 * day, now, hostCommands.clean);
};

test('what runs, is booted, boots next, is known good or young stays; the rest may go', () => {
  const [target] = planFor({}).targets;
  expect(target?.remove.map(({ number }) => number)).toEqual([1, 3]);
  expect(target?.keep.map(({ generation: one, why }) => `${one.number} ${why.join(', ')}`)).toEqual(
    ['2 booted', '4 known good', '5 boots next', '6 runs, profile', '7 younger than 30 d'],
  );
});

test('a host with nothing to remove is left out and said so', () => {
  const { targets, leftOut } = planFor({ generations: [generation(6, 40), generation(7, 1)] });
  expect(targets).toEqual([]);
  expect(leftOut).toEqual([
    { host: 'p620', kind: 'unchanged', reason: 'every generation is needed or young' },
  ]);
});
