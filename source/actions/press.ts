import { type KeyName, showKey, textOfKey } from '../keys.ts';
import { isTooSmall } from '../model/layout.ts';
import type { Confirmation, Menu, Overlay } from '../model/overlay.ts';
import { isTyped, takesKeys } from '../model/ui-overlay.ts';
import type { Action, ActionContext } from './action.ts';
import { placesOfKey, rowFor, searchRows } from './lookup.ts';
import { performRow } from './perform-row.ts';
import { pressCommands, pressDifference, pressPane, scrolling } from './press-pane.ts';
import { tell } from './tell.ts';
import { performWish } from './wishes.ts';

/** Keys that work in every mode: cancel, suspend and repaint. */
const pressGlobal = (context: ActionContext, key: KeyName): boolean => {
  if (key !== '^c' && key !== '^z' && key !== '^l') return false;
  const row = rowFor(context.table, context.state().ui, key);
  if (row !== undefined) performRow(context, row);
  return true;
};

const pressPrompt = ({ ui }: ActionContext, key: KeyName): void => {
  if (key === 'enter') {
    ui({ type: 'submitted' });
    return;
  }
  if (key === 'escape') {
    ui({ type: 'backed' });
    return;
  }
  if (key === 'backspace' || key === 'delete') {
    ui({ type: 'erased' });
    return;
  }
  const text = textOfKey(key);
  if (text !== undefined) ui({ type: 'typed', text });
};

const choose = (context: ActionContext, dialog: Confirmation): void => {
  const choice = dialog.choices[dialog.focus];
  if (choice === undefined) return;
  const { required, typed } = dialog;
  const wanted =
    required.kind === 'name' ? required.name : required.kind === 'count' ? required.count : '';
  // Who typed something else meant the deed: that closes nothing.
  if (!isTyped(dialog) && typed !== '') {
    tell(context, `${typed} is not ${wanted}: nothing was done; Backspace takes it back`, 'warn');
    return;
  }
  if (choice.guarded && !isTyped(dialog)) {
    tell(context, `type ${wanted} first`, 'warn');
    return;
  }
  context.ui({ type: 'backed' });
  if (choice.wish !== null) performWish(context, choice.wish);
};

const pressConfirmation = (context: ActionContext, dialog: Confirmation, key: KeyName): void => {
  const { ui } = context;
  switch (key) {
    case 'left':
    case 'right':
    case 'tab':
      ui({ type: 'focused', by: key === 'left' ? -1 : 1 });
      return;
    case 'up':
    case 'down':
      ui({ type: 'moved', by: key === 'up' ? -1 : 1, unit: 'row' });
      return;
    case 'pageup':
    case 'pagedown':
      ui({ type: 'moved', by: key === 'pageup' ? -1 : 1, unit: 'page' });
      return;
    case 'home':
    case 'end':
      ui({ type: 'jumped', to: key === 'home' ? 'first' : 'last' });
      return;
    case 'escape':
      ui({ type: 'backed' });
      return;
    case 'enter':
      choose(context, dialog);
      return;
    case 'backspace':
      ui({ type: 'erased' });
      return;
    default: {
      const text = textOfKey(key);
      // Where a name is to be typed, every letter may be part of it.
      if ((text === 'g' || text === 'G') && dialog.required.kind !== 'name')
        ui({ type: 'jumped', to: text === 'g' ? 'first' : 'last' });
      else if (text !== undefined) ui({ type: 'typed', text });
    }
  }
};

const pressMenu = (context: ActionContext, menu: Menu, key: KeyName): void => {
  switch (key) {
    case 'up':
    case 'k':
    case 'down':
    case 'j':
      context.ui({
        type: 'moved',
        by: key === 'up' || key === 'k' ? -1 : 1,
        unit: 'row',
      });
      return;
    case 'escape':
    case 'q':
      context.ui({ type: 'backed' });
      return;
    case 'enter': {
      const item = menu.items.find((one) => one.id === menu.cursor) ?? menu.items[0];
      if (item === undefined) return;
      if (item.refused !== null) {
        tell(context, item.refused, 'warn');
        return;
      }
      // A wish may open the next dialog or another screen: this one is put away unless it does.
      performWish(context, item.wish);
      if (context.state().ui.overlay === menu) context.ui({ type: 'backed' });
      return;
    }
    default:
      return;
  }
};

type ActionList = Extract<Overlay, { kind: 'help' | 'palette' }>;

/** Rows that help or palette show. */
export const listedRows = (
  context: Pick<ActionContext, 'state' | 'table'>,
  list: ActionList,
): readonly Action[] =>
  searchRows(context.table, list.filter, list.kind === 'palette' ? context.state().ui : undefined);

const pressActionList = (context: ActionContext, list: ActionList, key: KeyName): void => {
  const rows = listedRows(context, list);
  const index = Math.max(
    0,
    rows.findIndex((row) => row.id === list.cursor),
  );
  const to = (next: number): void => {
    const row = rows[Math.max(0, Math.min(next, rows.length - 1))];
    if (row !== undefined) context.ui({ type: 'opened', overlay: { ...list, cursor: row.id } });
  };
  switch (key) {
    case 'up':
      to(index - 1);
      return;
    case 'down':
      to(index + 1);
      return;
    case 'pageup':
      to(index - 10);
      return;
    case 'pagedown':
      to(index + 10);
      return;
    case 'escape':
      context.ui({ type: 'backed' });
      return;
    case 'backspace':
      context.ui({ type: 'erased' });
      return;
    case 'enter': {
      const row = rows[index];
      context.ui({ type: 'backed' });
      if (row !== undefined) performRow(context, row);
      return;
    }
    default: {
      const text = textOfKey(key);
      if (text !== undefined) context.ui({ type: 'typed', text });
    }
  }
};

const pressOverlay = (context: ActionContext, overlay: Overlay, key: KeyName): void => {
  switch (overlay.kind) {
    case 'confirm':
      if (takesKeys(overlay, context.now())) pressConfirmation(context, overlay, key);
      break;
    case 'menu':
      if (takesKeys(overlay, context.now())) pressMenu(context, overlay, key);
      break;
    case 'help':
    case 'palette':
      pressActionList(context, overlay, key);
      break;
    case 'difference':
      pressDifference(context, key);
      break;
    case 'commands':
      pressCommands(context, overlay, key);
      break;
    case 'text':
      pressPane(context, key);
      break;
  }
};

const pressScreen = (context: ActionContext, key: KeyName): void => {
  const { ui } = context.state();
  const row = rowFor(context.table, ui, key);
  if (row !== undefined) {
    if (ui.armed !== null && row.id !== 'move-on' && !scrolling.has(row.id))
      context.ui({ type: 'armed', stage: null });
    performRow(context, row);
    return;
  }
  const places = placesOfKey(context.table, key);
  if (places.length > 0) tell(context, `${showKey(key)} works in: ${places.join(', ')}`);
};

/**
 * One key, in the order of precedence: cancel and suspend, a window that is too
 * small (which ignores the rest), the prompt, the overlay, the screen.
 */
export const pressKey = (context: ActionContext, key: KeyName): void => {
  const { ui } = context.state();
  if (pressGlobal(context, key)) return;
  if (isTooSmall(ui)) return;
  if (ui.prompt !== null) {
    pressPrompt(context, key);
    return;
  }
  if (ui.overlay !== null) {
    pressOverlay(context, ui.overlay, key);
    return;
  }
  pressScreen(context, key);
};

/** Pasted text goes into a prompt or a filter, never to the keys. */
export const pasteText = (context: ActionContext, pasted: string): void => {
  const { ui } = context.state();
  if (isTooSmall(ui)) return;
  const isList = ui.overlay?.kind === 'help' || ui.overlay?.kind === 'palette';
  const text = [...pasted].filter((one) => one >= ' ' && one !== '\u007f').join('');
  if (ui.prompt !== null || isList) context.ui({ type: 'typed', text });
};
