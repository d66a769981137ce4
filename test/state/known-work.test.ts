import { expect, test } from 'vitest';
import type { HostWork } from '../../source/model/host/host.ts';
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
const nothing = { waiting: null, committed: null };
const deployed = { toplevel, from: old, generation: 8, at: 7 };
const host = (current: string) => ({
  work: idle,
  expectation,
  facts: factsOf('p510', { current }),
});

test('a host that runs what was deployed for this tree was deployed, whoever did it', () => {
  expect(knownWork(host(toplevel), { ...nothing, deployed })).toEqual({
    kind: 'succeeded',
    from: old,
    to: toplevel,
    generation: 8,
    at: 7,
  });
});

test('a host that runs it without having been taken there is unchanged', () => {
  expect(
    knownWork(host(toplevel), { ...nothing, deployed: { ...deployed, toplevel: old } }),
  ).toMatchObject({
    kind: 'unchanged',
  });
  expect(knownWork(host(toplevel), nothing)).toMatchObject({ kind: 'unchanged' });
});

test('a deploy that found nothing to do leaves the earlier deploy of that system what it was', () => {
  const work = { kind: 'unchanged', toplevel, at: 9 } as const;
  expect(knownWork({ ...host(toplevel), work }, { ...nothing, deployed })).toMatchObject({
    kind: 'succeeded',
    generation: 8,
  });
});

test('a host whose system is that of the last commit is unchanged, whenever it was deployed', () => {
  const committed = toplevel;
  expect(knownWork(host(toplevel), { ...nothing, deployed, committed })).toMatchObject({
    kind: 'unchanged',
  });
});

test('a host that runs something else by now was not deployed', () => {
  expect(knownWork(host(old), { ...nothing, deployed })).toEqual(idle);
  expect(knownWork({ ...host(toplevel), facts: null }, { ...nothing, deployed })).toEqual(idle);
});

test('a host that was asleep is pending for exactly this system', () => {
  expect(knownWork(host(old), { ...nothing, waiting: toplevel })).toMatchObject({
    kind: 'pending',
  });
  expect(knownWork(host(old), { ...nothing, waiting: old })).toEqual(idle);
});

test('what this nixup did itself is known better', () => {
  const work = { kind: 'failed', step: 'copy', reason: 'r', remedy: 'm', at: 1 } as const;
  expect(knownWork({ ...host(toplevel), work }, { ...nothing, deployed })).toBe(work);
});

const of = (work: HostWork, current = toplevel) => ({ ...host(current), work });
const at = 5;

test.each<readonly [string, HostWork, HostWork['kind']]>([
  [
    'a deploy of this system counts',
    { kind: 'succeeded', from: old, to: toplevel, generation: 8, at },
    'succeeded',
  ],
  [
    'a deploy of the system of another tree does not',
    { kind: 'succeeded', from: toplevel, to: old, generation: 8, at },
    'idle',
  ],
  [
    'a rollback from this system counts',
    { kind: 'succeeded', deed: 'rollback', from: toplevel, to: old, generation: 9, at },
    'succeeded',
  ],
  [
    'a rollback from another system does not',
    { kind: 'succeeded', deed: 'rollback', from: old, to: old, generation: 9, at },
    'idle',
  ],
  [
    'a failure after it was built counts',
    { kind: 'failed', step: 'copy', reason: 'r', remedy: '', at },
    'failed',
  ],
  [
    'a failure from before it was built does not',
    { kind: 'failed', step: 'copy', reason: 'r', remedy: '', at: 0 },
    'idle',
  ],
  [
    'a test that failed before is no deploy',
    { kind: 'failed', step: 'build', reason: 'r', remedy: '', at },
    'idle',
  ],
  ['one that waits for another system is not pending', { kind: 'pending', why: 'asleep' }, 'idle'],
])('%s', (_, work, kind) => {
  expect(knownWork(of(work, old), nothing).kind).toBe(kind);
});
