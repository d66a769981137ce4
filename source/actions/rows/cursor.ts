import { type Action, screenAction } from '../action.ts';

type Moved = readonly [
  id: string,
  keys: readonly string[],
  label: string,
  help: string,
  by: number,
  unit: 'row' | 'half' | 'page',
];

const moves: readonly Moved[] = [
  ['down', ['j', 'down'], 'down', 'One row down.', 1, 'row'],
  ['up', ['k', 'up'], 'up', 'One row up.', -1, 'row'],
  ['page-down', ['pagedown'], 'page down', 'One page down.', 1, 'page'],
  ['page-up', ['pageup'], 'page up', 'One page up.', -1, 'page'],
  ['half-down', ['^d'], 'half down', 'Half a page down.', 1, 'half'],
  ['half-up', ['^u'], 'half up', 'Half a page up.', -1, 'half'],
];

/** Keys that move the cursor; they are the same everywhere. */
export const cursorKeys: readonly Action[] = [
  ...moves.map(([id, keys, label, help, by, unit]) =>
    screenAction({ id, keys, label, help, named: false }, () => ({ type: 'moved', by, unit })),
  ),
  screenAction(
    { id: 'first', keys: ['g', 'home'], label: 'top', help: 'To the first row.', named: false },
    () => ({ type: 'jumped', to: 'first' }),
  ),
  screenAction(
    {
      id: 'last',
      keys: ['G', 'end'],
      label: 'end',
      help: 'To the last row; in a log: follow it.',
      named: false,
    },
    () => ({ type: 'jumped', to: 'last' }),
  ),
  screenAction(
    {
      id: 'right',
      keys: ['l', 'right'],
      label: 'right',
      help: 'In a log: scroll half a page to the right. In the lock: show what is nested.',
      named: false,
    },
    ({ ui }) => ({ type: 'shifted', by: Math.floor(ui.columns / 2) }),
  ),
  screenAction(
    {
      id: 'left',
      keys: ['h', 'left'],
      label: 'left',
      help: 'In a log: scroll half a page to the left. In the lock: fold what is nested.',
      named: false,
    },
    ({ ui }) => ({ type: 'shifted', by: -Math.floor(ui.columns / 2) }),
  ),
];
