import type { KeyName } from '../../keys.ts';
import type { Overlay } from '../../screen/overlay.ts';
import { commandPlace } from '../../screen/reducer/commands.ts';
import type { ActionContext } from '../action.ts';
import { performRow } from '../doing/perform-row.ts';
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

/** Keys of a pane that is read: it scrolls, is searched and closes. */
export const pressPane = (context: ActionContext, key: KeyName): void => {
  if (key === '/') {
    context.ui({ type: 'prompted', prompt: 'find' });
    return;
  }
  if ((key === 'n' || key === 'N') && context.state().ui.find.text !== '') {
    context.ui({ type: 'found', by: key === 'n' ? 1 : -1 });
    return;
  }
  if (key === 'escape' || key === 'q' || key === '@' || key === '=' || key === 'enter') {
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
  if (row !== undefined && (scrolling.has(row.id) || row.id === 'copy')) row.perform(context);
};

/** Keys of the difference of a file; `n` goes on to the next change until something is searched. */
export const pressDifference = (context: ActionContext, key: KeyName): void => {
  if (key === 'tab' || key === '=') context.ui({ type: 'relaid' });
  else if ((key === 'n' || key === 'N') && context.state().ui.find.text === '')
    context.ui({ type: 'next-change', by: key === 'n' ? 1 : -1 });
  else pressPane(context, key);
};

/** Keys of the list of commands: Enter shows a line as a whole, y copies it. */
export const pressCommands = (
  context: ActionContext,
  list: Extract<Overlay, { kind: 'commands' }>,
  key: KeyName,
): void => {
  const { commands } = context.state().app;
  const command = commands[commandPlace(commands, list.cursor)];
  if (key === 'enter') context.ui({ type: 'unfolded' });
  else if (key === 'y' && command !== undefined)
    performWish(context, { kind: 'copy', what: 'command', text: command.line });
  else pressPane(context, key);
};
