import { expect, test } from 'vitest';
import { titleLine, viewsLine } from '../../source/components/header-lines.ts';
import { lineWidth } from '../../source/model/line.ts';
import { initialState } from '../../source/model/state.ts';
import type { Ui } from '../../source/model/ui.ts';
import { fourHosts, runbookState, stateOf } from '../fixtures/states.ts';

test('a folder with a line break in its name leaves the title one line', () => {
  const title = titleLine({ ...initialState, flakePath: '/root/new\nline' }, 0, 120);
  const text = title.map((part) => part.text).join('');
  expect(text).toContain('/root/new?line');
  expect(text).not.toContain('\n');
});

const manyChanges = () => {
  const { lock } = runbookState;
  if (lock.kind !== 'read') throw new Error('the fixture has a lock');
  const changes = Array.from({ length: 12 }, () => lock.changes).flat();
  return stateOf(fourHosts, { lock: { ...lock, changes } });
};

const shown = (screen: Ui['screen'], columns: number): string => {
  const line = viewsLine(manyChanges(), screen, columns);
  expect(lineWidth(line)).toBeLessThanOrEqual(columns + 1);
  return line.map((part) => part.text).join('');
};

test('at eighty columns no title of a view is cut, whatever is counted', () => {
  const text = shown({ kind: 'view', view: 'check' }, 80);
  expect(text).toMatch(/2 Lock \d\d .*8 Check/);
});

test('beside the long name of a host the numbers of the views are enough', () => {
  const host = 'a-host-with-a-long-name';
  expect(shown({ kind: 'host', host, tab: 'generations' }, 80)).toMatch(/1 2 3 .* 8 .*long-name/);
  expect(shown({ kind: 'view', view: 'lock' }, 60)).toContain('2 Lock');
});
