import { expect, test } from 'vitest';
import type { DeployPlan } from '../../../source/model/deploy/plan.ts';
import { refusedMenu } from '../../../source/screen/dialogs/menu-refused.ts';
import { noon } from '../../fixtures/states.ts';

const reason = 'this exact system was not built and tested: test first';

const planOf = (refused: readonly string[]): DeployPlan => ({
  mode: 'switch',
  targets: [],
  leftOut: refused.map((host) => ({ host, kind: 'refused', reason })),
});

test('hosts with one reason share a line, and nothing is claimed of what was deployed before', () => {
  const { title, note, items } = refusedMenu(
    ['p510', 'nas', 'vault'],
    planOf(['nas', 'vault']),
    noon,
  );
  expect(title).toBe('2 of 3 hosts cannot be deployed yet');
  expect(note[0]?.text).toBe(`nas, vault: ${reason}`);
  // Of hosts that were never built nothing is built again, and an empty rest is not offered.
  expect(items.map(({ label }) => label)).toEqual(['build and test']);
});

test('hosts that are neither refused nor deployed are named, so that all add up', () => {
  const [nas, samsung, router] = planOf(['nas', 'samsung', 'router']).leftOut;
  if (nas === undefined || samsung === undefined || router === undefined)
    throw new Error('no host');
  const plan: DeployPlan = {
    mode: 'switch',
    targets: [],
    leftOut: [
      nas,
      { ...samsung, kind: 'pending', reason: 'asleep' },
      { ...router, kind: 'unchanged', reason: 'runs it already' },
    ],
  };
  const { title, note } = refusedMenu(['nas', 'samsung', 'router'], plan, noon);
  expect(title).toBe('1 of 3 hosts cannot be deployed yet');
  expect(note[1]?.text).toBe(
    'not now: samsung pending: asleep · router unchanged: runs it already',
  );
});
