import { expect, test } from 'vitest';
import { inKeys } from '../../../source/actions/doing/in-keys.ts';
import { actionTable } from '../../../source/actions/table.ts';
import { noStages, stageNames } from '../../../source/state/stage.ts';
import type { AppState } from '../../../source/state/state.ts';
import { runbookState } from '../../fixtures/states.ts';

const at = (open: (typeof stageNames)[number] | null): AppState => ({
  ...runbookState,
  stages: Object.fromEntries(
    stageNames.map((name) => [
      name,
      open !== null && stageNames.indexOf(name) >= stageNames.indexOf(open)
        ? noStages[name]
        : { kind: 'passed', evidence: '', at: 0 },
    ]),
  ) as AppState['stages'],
});

test.each([
  ['test', 'Test it first: nixup test', 'Test it first: m'],
  ['test', 'Test those first: nixup test p620 razer. More.', 'Test those first: m. More.'],
  ['commit', 'Test it first: nixup test', 'Test it first: T'],
  ['deploy', 'Next: nixup deploy razer', 'Next: m'],
  ['commit', 'go on (nixup deploy HOST)', 'go on (d)'],
  ['commit', 'kept: nixup revert --undo', 'kept: U in the view Lock'],
  ['verify', 'accept it: nixup verify p620 --accept', 'accept it: A'],
  ['verify', 'Look: nixup status to see it', 'Look: R to see it'],
  [null, 'Next: nixup resume, when they are awake', 'Next: m, when they are awake'],
  // Where no key does exactly that, the command stays.
  ['deploy', 'Next: nixup resume', 'Next: nixup resume'],
  ['test', 'nixup test razer --build-on local', 'nixup test razer --build-on local'],
  ['test', 'nixup clean', 'nixup clean'],
  ['commit', 'nixup commit --with notes.md', 'nixup commit --with notes.md'],
] as const)('while %s is next the screen says "%s" as "%s"', (stage, text, shown) => {
  expect(inKeys(text, { app: at(stage) }, actionTable)).toBe(shown);
});

test('a key that the person moved is named as it is', () => {
  const table = actionTable.map((row) => (row.id === 'test-all' ? { ...row, keys: ['X'] } : row));
  expect(inKeys('First: nixup test', { app: at('commit') }, table)).toBe('First: X');
});
