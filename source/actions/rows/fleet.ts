import { type Action, screenAction } from '../action.ts';
import { becauseLeftOut } from '../reasons.ts';

const places = ['fleet', 'lock', 'health'] as const;

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
      help: 'Begin a range; v or space keeps it, Esc drops it.',
      where: places,
    },
    () => ({ type: 'range-started' }),
  ),
  screenAction(
    {
      id: 'sort',
      keys: ['s'],
      label: 'sort',
      help: 'Change how the fleet is sorted: automatically, by trouble, by name, as in the flake.',
      where: ['fleet'],
    },
    () => ({ type: 'sorted' }),
  ),
  screenAction(
    {
      id: 'zoom',
      keys: ['z'],
      label: 'zoom',
      help: 'Give the list the whole window, or the details their place again.',
      where: ['fleet', 'lock'],
    },
    () => ({ type: 'zoomed' }),
  ),
];
