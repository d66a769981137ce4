import { type KeyName, showKey } from '../../keys.ts';
import type { Overlay } from '../../screen/overlay.ts';
import { commandPlace, shownCommands } from '../../screen/reducer/commands.ts';
import { viewNames } from '../../screen/ui.ts';
import type { Action, ActionContext } from '../action.ts';
import { performRow } from '../doing/perform-row.ts';
import { tellRefusal } from '../doing/tell.ts';
import { askRestartUnit, openUnitLog } from '../doing/units.ts';
import { performWish } from '../doing/wishes.ts';
import { rowFor } from '../lookup.ts';

/** Ids of the rows that scroll. */
export const scrolling: ReadonlySet<string> = new Set([
  'down',
  'up',
  'page-down',
  'page-up',
  'half-down',
  'half-up',
  'first',
  'last',
]);

/** Whether a key is one of an action, wherever that works. */
export const isKeyOf = ({ table }: ActionContext, key: KeyName, action: string): boolean =>
  table.some(({ id, keys }) => id === action && keys.includes(key));

/** To the next match or change, or to the one before; null where a key is neither. */
const wayOf = (context: ActionContext, key: KeyName): 1 | -1 | null =>
  isKeyOf(context, key, 'next-hit') ? 1 : isKeyOf(context, key, 'previous-hit') ? -1 : null;

/** Actions whose keys close a pane: those that opened it, and that which leaves. */
const closing = ['quit', 'commands', 'raw-difference'] as const;

/** Keys of a pane that is read: it scrolls, is searched and closes. */
export const pressPane = (context: ActionContext, key: KeyName): void => {
  if (isKeyOf(context, key, 'filter')) {
    context.ui({ type: 'prompted', prompt: 'find' });
    return;
  }
  const way = wayOf(context, key);
  if (way !== null && context.state().ui.find.text !== '') {
    context.ui({ type: 'found', by: way });
    return;
  }
  if (key === 'escape' || key === 'enter' || closing.some((id) => isKeyOf(context, key, id))) {
    context.ui({ type: 'backed' });
    return;
  }
  const { ui } = context.state();
  const row = rowFor(context.table, ui, key);
  if (row !== undefined && ui.overlay?.kind === 'text' && ui.overlay.acts?.includes(row.id)) {
    const { unit } = ui.overlay;
    context.ui({ type: 'backed' });
    if (unit !== undefined && row.id === 'log') openUnitLog(context, { ...unit, level: 'all' });
    else if (
      unit !== undefined &&
      row.id === 'restart-services' &&
      row.disabled(context.state()) === undefined
    )
      askRestartUnit(context, unit);
    else performRow(context, row);
    return;
  }
  if (row === undefined) return;
  if (scrolling.has(row.id) || row.id === 'copy' || showsView(row)) row.perform(context);
  else if (row.named)
    tellRefusal(context, `${showKey(key)} is ${row.label}: Esc closes this first`, 'plain');
};

/** The keys of the views work from everywhere: what is read is closed by them. */
const showsView = ({ id }: Action): boolean => viewNames.some((view) => id === `show-${view}`);

/** Keys of the difference of a file; `n` goes on to the next change until something is searched. */
export const pressDifference = (context: ActionContext, key: KeyName): void => {
  const way = wayOf(context, key);
  if (key === 'tab' || isKeyOf(context, key, 'raw-difference')) context.ui({ type: 'relaid' });
  else if (isKeyOf(context, key, 'fold-hashes')) context.ui({ type: 'noise-folded' });
  else if (way !== null && context.state().ui.find.text === '')
    context.ui({ type: 'next-change', by: way });
  else pressPane(context, key);
};

/** Enter, as in every dialog, or the person's own key of what Enter does in a view. */
export const isOpenKey = (context: ActionContext, key: KeyName): boolean =>
  key === 'enter' || isKeyOf(context, key, 'open');

/** Keys of the list of commands: Enter shows a line as a whole, y copies it. */
export const pressCommands = (
  context: ActionContext,
  list: Extract<Overlay, { kind: 'commands' }>,
  key: KeyName,
): void => {
  const { app, ui } = context.state();
  const commands = shownCommands(app.commands, ui.find.text);
  const command = commands[commandPlace(commands, list.cursor)];
  if (isOpenKey(context, key)) context.ui({ type: 'unfolded' });
  else if (isKeyOf(context, key, 'copy') && command !== undefined)
    performWish(context, { kind: 'copy', what: 'command', text: command.line });
  else pressPane(context, key);
};
