import { expect, test } from 'vitest';
import { testKeys } from '../../../source/actions/rows/test.ts';
import type { BisectProgress } from '../../../source/model/causes/bisect.ts';
import type { TestCause } from '../../../source/model/causes/test-causes.ts';
import { initialState } from '../../../source/state/state.ts';
import type { ScreenState } from '../../../source/store.ts';

const cause: TestCause = {
  id: 'x',
  class: 'builder-failed',
  step: 'build',
  hosts: ['razer'],
  what: 'widget does not build',
  place: { file: 'hosts/razer.nix', line: 3, column: 1 },
  derivation: null,
  tail: [],
  remedies: [],
};

const found: BisectProgress = {
  host: 'razer',
  hosts: ['razer'],
  what: 'widget does not build',
  inputs: ['a', 'b'],
  probes: [],
  trying: null,
  suspects: [],
  atMost: 0,
  builds: 2,
  outcome: { kind: 'found', inputs: ['a'], isExact: true },
};

const reason = (id: string, app: Partial<ScreenState['app']>): string | undefined =>
  testKeys
    .find((row) => row.id === id)
    ?.disabled({
      app: { ...initialState, fleet: { kind: 'listed' }, ...app },
      ui: {},
    } as ScreenState);

test('without a failure there is nothing to search', () => {
  expect(reason('bisect', {})).toBe('the last test found no failure');
  expect(reason('bisect', { causes: [cause] })).toBeUndefined();
});

test('only what was found guilty can be held by it', () => {
  expect(reason('hold-guilty', { causes: [cause] })).toBe('no culprit known yet; run bisect');
  expect(reason('hold-guilty', { causes: [cause], searches: [found] })).toBeUndefined();
});

test('a file is opened where a failure has one', () => {
  expect(reason('open-cause', { causes: [{ ...cause, place: null }] })).toBe(
    'no failure is in a file of the flake',
  );
  expect(reason('open-cause', { causes: [cause] })).toBeUndefined();
});

test('nothing is built for a person who only looks', () => {
  expect(reason('bisect', { causes: [cause], readOnly: true })).toMatch(/--read-only/);
});
