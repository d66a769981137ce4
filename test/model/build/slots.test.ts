import { expect, test } from 'vitest';
import type { RunningActivity } from '../../../source/model/build/progress.ts';
import { endSlots, nextSlots, type WorkSlot } from '../../../source/model/build/slots.ts';

const build = (name: string, kind: RunningActivity['kind'] = 'build'): RunningActivity => ({
  kind,
  name,
  derivation: kind === 'build' ? `/nix/store/${name}.drv` : null,
  phase: null,
  since: 1_000,
  machine: null,
  percent: null,
});

const shown = (slots: readonly WorkSlot[]): readonly string[] =>
  slots.map(({ activity, ended }) => `${activity.name}${ended === null ? '' : ` ${ended.fate}`}`);

const after = (
  before: readonly WorkSlot[],
  ...activities: readonly RunningActivity[]
): readonly WorkSlot[] => nextSlots(before, { activities }, 4_000);

test('what runs keeps its row when something above it ends, and what begins takes the first free row', () => {
  const three = after([], build('mesa'), build('linux'), build('ollama'));
  expect(shown(three)).toEqual(['mesa', 'linux', 'ollama']);
  const two = after(three, build('linux'), build('ollama'));
  expect(shown(two)).toEqual(['mesa built', 'linux', 'ollama']);
  expect(two[0]?.ended?.ms).toBe(3_000);
  expect(shown(after(two, build('ollama'), build('etc'), build('linux')))).toEqual([
    'etc',
    'linux',
    'ollama',
  ]);
});

test('a row says how its build ended, as Nix told it', () => {
  const one = after([], build('mesa'));
  const [failed] = nextSlots(
    one,
    {
      activities: [],
      ended: [
        { derivation: '/nix/store/mesa.drv', name: 'mesa', fate: 'failed', ms: 70, machine: null },
      ],
    },
    9_000,
  );
  expect(failed?.ended).toEqual({ fate: 'failed', ms: 70 });
});

test('transfers take four rows at most, waits none', () => {
  const fetches = Array.from({ length: 9 }, (_, index) => build(`source-${index}`, 'fetch'));
  const slots = after([], ...fetches, build('a lock', 'wait'), build('linux'));
  expect(shown(slots)).toEqual(['source-0', 'source-1', 'source-2', 'source-3', 'linux']);
  const next = after(slots, ...fetches.slice(1), build('linux'));
  expect(shown(next)).toEqual(['source-4', 'source-1', 'source-2', 'source-3', 'linux']);
});

test('when Nix has ended no row says that something runs', () => {
  expect(shown(endSlots(after([], build('mesa')), 5_000))).toEqual(['mesa built']);
});
