import { type KeyName, showKey, textOfKey } from '../../keys.ts';
import { menuLetters } from '../../screen/dialogs/menu-letters.ts';
import {
  type Confirmation,
  inField,
  type Menu,
  type MenuItem,
  wantedText,
} from '../../screen/overlay.ts';
import { foldKey } from '../../screen/reducer/confirmation-layout.ts';
import { chosenItem, isItemInSight } from '../../screen/reducer/menu-layout.ts';
import { isTyped } from '../../screen/reducer/overlay.ts';
import { overlayRows } from '../../screen/reducer/overlay-rows.ts';
import type { ActionContext } from '../action.ts';
import { tell } from '../doing/tell.ts';
import { performWish } from '../doing/wishes.ts';

const choose = (context: ActionContext, dialog: Confirmation): void => {
  const choice =
    dialog.focus === inField
      ? dialog.choices.find(({ guarded }) => guarded)
      : dialog.choices[dialog.focus];
  if (choice === undefined) return;
  const { typed } = dialog;
  const wanted = wantedText(dialog.required);
  // A person who typed something else wanted the guarded choice: the dialog stays open.
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

/** Keys of a confirmation; what neither moves nor closes it is typed. */
export const pressConfirmation = (
  context: ActionContext,
  dialog: Confirmation,
  key: KeyName,
): void => {
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
    case foldKey:
      ui({ type: 'unfolded' });
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
      // Where a text is wanted, every letter is part of it.
      if ((text === 'g' || text === 'G') && dialog.required.kind === 'nothing')
        ui({ type: 'jumped', to: text === 'g' ? 'first' : 'last' });
      else if (text !== undefined && dialog.required.kind === 'nothing')
        tell(
          context,
          `${text.trim() === '' ? 'a blank' : text} takes nothing here: left and right choose, Enter takes`,
        );
      else if (text !== undefined) ui({ type: 'typed', text });
    }
  }
};

const takeItem = (context: ActionContext, menu: Menu, item: MenuItem | undefined): void => {
  if (item === undefined) return;
  if (item.refused !== null) {
    tell(context, item.refused, 'warn');
    return;
  }
  // A wish may open the next dialog or another screen: this one is put away unless it does.
  performWish(context, item.wish);
  if (context.state().ui.overlay === menu) context.ui({ type: 'backed' });
};

/** A row that is scrolled out of sight is shown first: nobody knows what its letter does. */
const takeByLetter = (context: ActionContext, menu: Menu, item: MenuItem): void => {
  const { ui } = context.state();
  if (isItemInSight(menu, item, ui.columns, overlayRows(ui))) {
    takeItem(context, menu, item);
    return;
  }
  const by = menu.items.indexOf(item) - chosenItem(menu);
  context.ui({ type: 'moved', by, unit: 'row' });
  tell(context, `${item.label} was out of sight: Enter takes it`);
};

/** To the first or the last row. */
const toEnd = ({ ui }: ActionContext, isLast: boolean): void =>
  ui({ type: 'moved', by: isLast ? 1_000 : -1_000, unit: 'row' });

export const pressMenu = (context: ActionContext, menu: Menu, key: KeyName): void => {
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
    case 'pageup':
    case 'pagedown':
      context.ui({ type: 'moved', by: key === 'pageup' ? -1 : 1, unit: 'page' });
      return;
    case 'home':
    case 'end':
      toEnd(context, key === 'end');
      return;
    case 'escape':
    case 'q':
      context.ui({ type: 'backed' });
      return;
    case 'enter': {
      takeItem(context, menu, menu.items.find((one) => one.id === menu.cursor) ?? menu.items[0]);
      return;
    }
    default: {
      const letters = menuLetters(menu.items);
      // A row is taken by its letter, and by the other keys of its action outside of the menu.
      const named =
        menu.items.find(({ id }) => letters.get(id) === key) ??
        menu.items.find(
          ({ wish }) =>
            wish.kind === 'act' &&
            context.table.some(({ id, keys }) => id === wish.action && keys.includes(key)),
        );
      if (named !== undefined) takeByLetter(context, menu, named);
      else if (key === 'g' || key === 'G') toEnd(context, key === 'G');
      else tell(context, `${showKey(key)} is no key of this menu: Enter takes the row, Esc closes`);
    }
  }
};
