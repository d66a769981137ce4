import { expect, test } from 'vitest';
import type { BisectProgress } from '../../../source/model/causes/bisect.ts';
import { guiltyHolds } from '../../../source/model/causes/hold-reason.ts';

const at = Date.UTC(2026, 10, 26);

const found = (
  hosts: readonly string[],
  what: string,
  inputs: readonly string[],
  isExact = true,
): BisectProgress => ({
  host: hosts[0] ?? '',
  hosts,
  what,
  inputs: ['a', 'b', 'c'],
  probes: [],
  trying: null,
  suspects: [],
  atMost: 0,
  builds: 2,
  outcome: { kind: 'found', inputs, isExact },
});

test('each guilty input is held with what it broke itself', () => {
  const holds = guiltyHolds(
    [
      found(['p620', 'razer'], 'widget does not build', ['a']),
      found(['p620'], 'gadget does not build', ['c']),
    ],
    at,
  );
  expect(holds).toEqual([
    { inputs: ['a'], reason: 'breaks p620, razer: widget does not build (2026-11-26)' },
    { inputs: ['c'], reason: 'breaks p620: gadget does not build (2026-11-26)' },
  ]);
});

test('one input that breaks hosts in two ways is held once, with all of them', () => {
  const holds = guiltyHolds(
    [found(['p620'], 'widget does not build', ['a']), found(['p510'], 'it throws', ['a'])],
    at,
  );
  expect(holds).toEqual([
    { inputs: ['a'], reason: 'breaks p620, p510: widget does not build (2026-11-26)' },
  ]);
});

test('what was not found exactly is neither held nor a reason', () => {
  expect(guiltyHolds([found(['p620'], 'it throws', ['a', 'b'], false)], at)).toEqual([]);
});
