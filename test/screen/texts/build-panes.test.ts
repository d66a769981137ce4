import { expect, test } from 'vitest';
import { buildPanes } from '../../../source/screen/texts/build-panes.ts';
import { initialUi } from '../../../source/screen/ui.ts';

const panes = (rows: number, trouble: number, isRunning: boolean) =>
  buildPanes({ ...initialUi, columns: 80, rows }, { hosts: 8, below: 14, trouble, isRunning }, 3);

const detailRows = (rows: number, trouble: number, isRunning: boolean): number =>
  panes(rows, trouble, isRunning).details?.rows ?? 0;

test('after a run that failed, a low window gives rows of what was built to the failed log', () => {
  expect(detailRows(24, 1, false)).toBeGreaterThan(detailRows(24, 1, true));
  expect(panes(24, 1, false).work).toBe(1);
  // Each failure keeps its row, and no row moves while the run goes on.
  expect(panes(24, 2, false).work).toBe(2);
  expect(panes(24, 0, false)).toEqual(panes(24, 0, true));
  for (const rows of [24, 30, 40, 60]) {
    const { hosts, work, details } = panes(rows, 1, false);
    const before = panes(rows, 1, true);
    expect(hosts + work + (details?.rows ?? 0)).toBe(
      before.hosts + before.work + (before.details?.rows ?? 0),
    );
  }
  // A window with room for both shows both.
  expect(panes(60, 1, false)).toEqual(panes(60, 1, true));
});
