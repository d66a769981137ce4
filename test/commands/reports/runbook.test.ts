import { expect, test } from 'vitest';
import { runbookLines, runbookStanding } from '../../../source/commands/reports/runbook.ts';
import { statusJson, statusText } from '../../../source/commands/reports/status.ts';
import { leftOvers, leftWords } from '../../../source/state/left-over.ts';
import { noStages, type StageName, type StageState } from '../../../source/state/stage.ts';
import type { AppState } from '../../../source/state/state.ts';
import { hostOf, noon, stateOf } from '../../fixtures/states.ts';

const passed = { kind: 'passed', evidence: 'well', at: noon } as const;

/** Two hosts with steps as they are given; each other step has passed. */
const after = (
  given: Partial<Record<StageName, StageState>>,
  hosts = [hostOf('p620'), hostOf('razer')],
): AppState => ({
  ...stateOf(hosts),
  stages: {
    ...noStages,
    check: passed,
    update: passed,
    review: passed,
    test: passed,
    deploy: passed,
    verify: passed,
    commit: passed,
    watch: passed,
    ...given,
  },
});

const todo = { kind: 'todo' } as const;

test('a step that was done for a part is the next one, with the hosts that are left', () => {
  const app = after({
    test: {
      kind: 'begun',
      hosts: ['p620'],
      left: ['razer'],
      of: 2,
      evidence: '1 of 2 hosts built and tested; not yet: razer',
      at: noon,
    },
    deploy: todo,
  });
  expect(runbookStanding(app, noon)).toMatchObject({
    next: 'test',
    command: 'nixup test razer',
    left: [],
    done: false,
  });
  const text = runbookLines(app, noon).join('\n');
  expect(text).toMatch(/^test 1 of 2 +1 of 2 hosts built and tested; not yet: razer$/m);
  expect(text).toMatch(/^Next: step 4 of 8, test\. Run: nixup test razer$/m);
  expect(text).not.toMatch(/^deploy/m);
});

test('a commit that is closed until hosts pass names their test', () => {
  const app = after({ commit: todo, watch: todo });
  const standing = runbookStanding(app, noon);
  expect([standing.next, standing.command]).toEqual(['commit', 'nixup test p620 razer']);
  expect(runbookLines(app, noon).at(-1)).toMatch(
    /^Next: step 7 of 8, commit, closed until every host is tested; not yet: p620, razer\. Run: nixup test p620 razer$/,
  );
});

test('a failed step is next, with its reason', () => {
  const app = after({ verify: { kind: 'failed', reason: 'sshd of razer failed', at: noon } });
  expect(runbookLines(app, noon).join('\n')).toMatch(/^verify +failed: sshd of razer failed$/m);
  expect(runbookStanding(app, noon)).toMatchObject({ next: 'verify', command: 'nixup verify' });
});

test('where each step is closed, what is left is that of the bar', () => {
  const app = after({});
  const left = leftOvers(app);
  expect(left.length).toBeGreaterThan(0);
  expect(runbookStanding(app, noon)).toMatchObject({
    next: null,
    done: false,
    left: left.map((one) => ({ kind: one.kind, words: leftWords(one) })),
  });
  expect(runbookLines(app, noon).at(-1)).toBe(
    `All steps are closed; left: ${left.map(leftWords).join(' · ')}`,
  );
});

test('done is said where nothing is left only', () => {
  const app = after({}, []);
  expect(runbookStanding(app, noon)).toMatchObject({ next: null, left: [], done: true });
  expect(runbookLines(app, noon).at(-1)).toBe('All steps are done, and nothing is left.');
});

test('the status of some hosts says nothing of the runbook of all', () => {
  const app = after({});
  expect(statusJson(app, ['p620'], noon).runbook).toBeUndefined();
  expect(statusText(app, ['p620'], noon)).not.toContain('STEP');
  expect(statusJson(app, ['p620', 'razer'], noon).runbook?.next).toBeNull();
  expect(statusText(app, ['p620', 'razer'], noon)).toContain('STEP');
});
