import { expect, test } from 'vitest';
import { foreignActivation } from '../../source/state/activation-lock.ts';
import type { HostState } from '../../source/state/state.ts';
import { factsOf, noon, runbookState } from '../fixtures/states.ts';

const host = (more: Partial<HostState>): HostState => {
  const { p620 } = runbookState.hosts;
  if (p620 === undefined) throw new Error('no p620');
  return {
    ...p620,
    facts: factsOf('p620', { at: noon, activationLock: { holder: null } }),
    work: { kind: 'idle' },
    ...more,
  };
};

test('somebody else who activates is named, with the key that asks again', () => {
  expect(foreignActivation(host({}))).toBe(
    'somebody else is activating a system; ask again when it is done',
  );
});

test("nixup's own activation is nobody else's", () => {
  const running = { step: 'contact', done: null, expected: null, since: noon } as const;
  expect(foreignActivation(host({ work: { kind: 'running', ...running } }))).toBeNull();
});

test('facts from before the end of the deploy say nothing of now', () => {
  const work = { kind: 'unchanged', toplevel: '/nix/store/a', at: noon + 1 } as const;
  expect(foreignActivation(host({ work }))).toBeNull();
});
