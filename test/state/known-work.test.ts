import { expect, test } from 'vitest';
import { knownWork } from '../../source/state/known-work.ts';
import { factsOf } from '../fixtures/states.ts';

const toplevel = '/nix/store/4nfz0ipndk4sdf7x67imzklxkx9z0v8y-nixos-system-p510-26.05';
const old = '/nix/store/bkpbfzgihdanvzw7v4yr55344xmhgd4v-nixos-system-p510-25.11';
const expectation = {
  kind: 'known',
  toplevel,
  derivation: null,
  tree: 'tree',
  builtAt: 1,
} as const;
const idle = { kind: 'idle' } as const;
const deployed = { toplevel, from: old, generation: 8, at: 7 };
const host = (current: string) => ({
  work: idle,
  expectation,
  facts: factsOf('p510', { current }),
});

test('a host that runs what was deployed for this tree was deployed, whoever did it', () => {
  expect(knownWork(host(toplevel), deployed, null)).toEqual({
    kind: 'succeeded',
    from: old,
    to: toplevel,
    generation: 8,
    at: 7,
  });
});

test('a host that runs it without having been taken there is unchanged', () => {
  expect(knownWork(host(toplevel), { ...deployed, toplevel: old }, null)).toMatchObject({
    kind: 'unchanged',
  });
  expect(knownWork(host(toplevel), undefined, null)).toMatchObject({ kind: 'unchanged' });
});

test('a host that runs something else by now was not deployed', () => {
  expect(knownWork(host(old), deployed, null)).toBe(idle);
  expect(knownWork({ ...host(toplevel), facts: null }, deployed, null)).toBe(idle);
});

test('a host that was asleep is pending for exactly this system', () => {
  expect(knownWork(host(old), undefined, toplevel)).toMatchObject({ kind: 'pending' });
  expect(knownWork(host(old), undefined, old)).toBe(idle);
});

test('what this nixup did itself is known better', () => {
  const work = { kind: 'failed', step: 'copy', reason: 'r', remedy: 'm', at: 1 } as const;
  expect(knownWork({ ...host(toplevel), work }, deployed, null)).toBe(work);
});
