import '../../../source/actions/table.ts';
import { expect, test } from 'vitest';
import { historyKeys } from '../../../source/actions/rows/history.ts';
import { initialUi } from '../../../source/screen/ui.ts';
import { runbookState } from '../../fixtures/states.ts';

const runs = ['r4', 'r3', 'r2', 'r1'].map((id) => ({
  id,
  goal: 'deploy' as const,
  startedAt: 0,
  hosts: [],
  lock: null,
  ending: null,
}));

test.each([
  [[], undefined],
  [['r1'], undefined],
  [['r1', 'r2'], undefined],
  [['r1', 'r2', 'gone'], undefined],
  [['r1', 'r2', 'r3'], '3 runs are marked, and two can be compared: space takes a mark away'],
])('with marks at %j, comparing is refused with: %s', (marks, reason) => {
  const lists = { ...initialUi.lists, history: { ...initialUi.lists.history, marks } };
  const ui = {
    ...initialUi,
    screen: { kind: 'view', view: 'history' } as const,
    lists,
  };
  const [compare] = historyKeys;
  expect(compare?.disabled({ app: { ...runbookState, history: runs }, ui })).toBe(reason);
});
