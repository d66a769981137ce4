import { expect, test } from 'vitest';
import { createFixture } from '../../support/fake-context.ts';

const asked = async (...keys: readonly string[]) => {
  const fixture = createFixture();
  fixture.press('5', ...keys);
  await fixture.settle();
  return {
    calls: fixture.calls.filter((call) => call.startsWith('health.')),
    toast: fixture.toast(),
  };
};

test.each([
  ['w', 'watch'],
  ['V', 'verify'],
])('%s in Health looks at the marked hosts, else at those that its filter shows', async (key, name) => {
  const marked = await asked('space', key);
  expect(marked.calls).toEqual([`health.${name} ["p620"]`]);
  const filtered = await asked('/', ...'razer', 'enter', key);
  expect(filtered.calls).toEqual([`health.${name} ["razer"]`]);
  const nobody = await asked('/', ...'nobody', 'enter', key);
  expect(nobody.calls).toEqual([]);
  expect(nobody.toast).toMatch(/the filter of Health \(nobody\) shows none of its 4 hosts; Esc/);
});
