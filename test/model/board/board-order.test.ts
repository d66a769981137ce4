import { expect, test } from 'vitest';
import { type CheckRow, type CheckState, row } from '../../../source/model/board/board.ts';
import { reduceUi } from '../../../source/screen/reducer/reducer.ts';
import { checkRows, selectedId } from '../../../source/screen/rows/lists.ts';
import { initialUi, type Ui } from '../../../source/screen/ui.ts';
import { mergeRows } from '../../../source/state/reducer/board-rows.ts';
import { stateOf } from '../../fixtures/states.ts';

const question = (group: CheckRow['group'], name: string, state: CheckState): CheckRow =>
  row({ id: `${group}.${name}`, group, label: name }, state, '');

const board = (hosts: CheckState): readonly CheckRow[] => [
  question('git', 'branch', 'green'),
  question('lock', 'age', 'warning'),
  question('nix', 'version', 'green'),
  question('hosts', 'nas', 'green'),
  question('hosts', 'p620', hosts),
];

/** The board of a state after answers came in, one event for each. */
const after = (...answers: readonly (readonly CheckRow[])[]): readonly CheckRow[] =>
  answers.reduce((state, rows) => mergeRows(state, rows), stateOf([], { board: [] })).board;

const ids = (rows: readonly CheckRow[]): readonly string[] =>
  checkRows(rows, '').map(({ id }) => id);

const ui: Ui = { ...initialUi, screen: { kind: 'view', view: 'check' } };

test('rows stand in the order of their groups while answers come', () => {
  expect(ids(after(board('checking').toReversed()))).toEqual([
    'git.branch',
    'lock.age',
    'nix.version',
    'hosts.p620',
    'hosts.nas',
  ]);
});

test('when all are answered, groups with a red row come first, then those to look at, and so in each group', () => {
  expect(ids(after(board('checking'), board('red')))).toEqual([
    'hosts.p620',
    'hosts.nas',
    'lock.age',
    'git.branch',
    'nix.version',
  ]);
});

test('rows keep their places while all is asked again', () => {
  const asked = board('red').map((one) => ({ ...one, state: 'checking' as const }));
  expect(ids(after(board('red'), asked))).toEqual(ids(after(board('red'))));
});

test('the board opens at its first red row, and goes on from there', () => {
  const app = stateOf([], { board: after(board('red')) });
  expect(selectedId(app, ui)).toBe('hosts.p620');
  const moved = reduceUi(ui, { type: 'moved', by: 1, unit: 'row' }, app);
  expect(selectedId(app, moved)).toBe('hosts.nas');
});

test('what failed since the last look has the cursor when somebody comes to the board, and not before', () => {
  const show = (screen: Ui, view: 'check' | 'fleet', rows: readonly CheckRow[]): Ui =>
    reduceUi(
      screen,
      { type: 'showed', screen: { kind: 'view', view } },
      stateOf([], { board: rows }),
    );
  const green = after(board('green'));
  const failed = after(board('red'));
  const app = stateOf([], { board: failed });
  const fleet = show(ui, 'fleet', green);
  const last = reduceUi(
    show(fleet, 'check', green),
    { type: 'jumped', to: 'last' },
    stateOf([], { board: green }),
  );
  const place = selectedId(stateOf([], { board: green }), last);
  // It fails while the board is shown: the cursor stays.
  expect(selectedId(app, last)).toBe(place);
  const again = show(show(last, 'fleet', failed), 'check', failed);
  expect(selectedId(app, again)).toBe('hosts.p620');
  // Somebody has seen it, and goes elsewhere: it is not shown once more.
  const elsewhere = reduceUi(again, { type: 'moved', by: 2, unit: 'row' }, app);
  const back = show(show(elsewhere, 'fleet', failed), 'check', failed);
  expect(selectedId(app, back)).toBe(selectedId(app, elsewhere));
});

test('without a red row it opens at the first', () => {
  const app = stateOf([], { board: after(board('green')) });
  expect(selectedId(app, ui)).toBe('lock.age');
});
