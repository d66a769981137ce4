import { detailRows } from '../../screen/layout.ts';
import { bodyRowsOf } from '../../screen/reducer/body-rows.ts';
import { fleetRowsOf } from '../../screen/rows/fleet.ts';
import { lockPanes } from '../../screen/texts/lock-panes.ts';
import { listOf } from '../../screen/ui.ts';
import type { ScreenState } from '../../store.ts';
import { type Action, screenAction } from '../action.ts';
import { becauseLeftOut } from '../reasons.ts';

const places = ['fleet', 'lock', 'health'] as const;

/** A window without room for details has nothing to zoom. */
const becauseNoDetails = ({ app, ui }: ScreenState): string | undefined => {
  if (ui.zoomed) return undefined;
  const hasDetails =
    listOf(ui.screen) === 'lock'
      ? lockPanes(ui, app, bodyRowsOf(app, ui)).details !== null
      : detailRows(ui.rows, fleetRowsOf(app, ui).length, false) > 0;
  return hasDetails ? undefined : 'the list has all of this window already';
};

/** Keys of the view of the fleet; marks hold in those of the lock, of health and of the history too, zoom in that of the lock. */
export const fleetKeys: readonly Action[] = [
  screenAction(
    {
      id: 'mark',
      keys: ['space'],
      label: 'mark',
      help: 'Mark the row and move down, or remove the mark.',
      where: [...places, 'history'],
      named: false,
      disabled: becauseLeftOut,
    },
    () => ({ type: 'marked' }),
  ),
  screenAction(
    {
      id: 'mark-all',
      keys: ['a'],
      label: 'all',
      help: 'Mark all rows that are shown, or none.',
      where: places,
    },
    () => ({ type: 'all-marked' }),
  ),
  screenAction(
    {
      id: 'range',
      keys: ['v'],
      label: 'range',
      help: 'Begin a range at this row; pressed again, or with a mark, it is kept.',
      where: places,
    },
    () => ({ type: 'range-started' }),
  ),
  screenAction(
    {
      id: 'sort',
      keys: ['s'],
      label: 'sort',
      help: 'Sort the fleet again, then the other way round; without a column: by itself, by trouble, as in the flake.',
      where: ['fleet'],
    },
    () => ({ type: 'sorted' }),
  ),
  screenAction(
    {
      id: 'next-column',
      keys: ['>'],
      label: 'next column',
      help: 'Sort the fleet by the next column to the right; after the last one by itself.',
      where: ['fleet'],
    },
    () => ({ type: 'column-chosen', by: 1 }),
  ),
  screenAction(
    {
      id: 'previous-column',
      keys: ['<'],
      label: 'previous column',
      help: 'Sort the fleet by the next column to the left.',
      where: ['fleet'],
    },
    () => ({ type: 'column-chosen', by: -1 }),
  ),
  screenAction(
    {
      id: 'zoom',
      keys: ['z'],
      label: 'zoom',
      help: 'Give the list the whole window, or the details their place again.',
      where: ['fleet', 'lock'],
      disabled: becauseNoDetails,
    },
    () => ({ type: 'zoomed' }),
  ),
];
