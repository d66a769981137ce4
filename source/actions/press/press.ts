import { type KeyName, showKey, textOfKey } from '../../keys.ts';
import { fullUnitName } from '../../model/host/unit-name.ts';
import { asksToLeave } from '../../screen/dialogs/confirm-quit.ts';
import { isTooSmall } from '../../screen/layout.ts';
import type { Confirmation, Menu, Overlay } from '../../screen/overlay.ts';
import { takesKeys } from '../../screen/reducer/overlay.ts';
import { keysOver } from '../../screen/texts/overlay-keys.ts';
import type { ActionContext } from '../action.ts';
import { performRow } from '../doing/perform-row.ts';
import { openShell } from '../doing/shell.ts';
import { tell, tellRefusal } from '../doing/tell.ts';
import { openUnit } from '../doing/units.ts';
import { performWish } from '../doing/wishes.ts';
import { rowFor, usesOfKey } from '../lookup.ts';
import { pressCommits, pressText } from './commits.ts';
import { pressConfirmation, pressMenu } from './dialog.ts';
import { edit, pressMessage } from './message.ts';
import { isKeyOf, pressCommands, pressDifference, scrolling } from './pane.ts';
import { pressActionList } from './press-list.ts';

/** Keys that work in every mode: cancel, suspend and repaint. */
const pressGlobal = (context: ActionContext, key: KeyName): boolean => {
  if (key !== '^c' && key !== '^z' && key !== '^l') return false;
  const row = rowFor(context.table, context.state().ui, key);
  if (row !== undefined) performRow(context, row);
  return true;
};

const pressPrompt = (context: ActionContext, key: KeyName): void => {
  const { ui } = context;
  if (key === 'enter') {
    const { prompt } = context.state().ui;
    ui({ type: 'submitted' });
    if (prompt?.kind === 'choose' && prompt.text.trim() !== '')
      performWish(context, { kind: 'update', inputs: [`${prompt.input}@${prompt.text.trim()}`] });
    if (prompt?.kind === 'shell') openShell(context, prompt.host, prompt.text);
    if (prompt?.kind === 'unit' && prompt.text.trim() !== '')
      openUnit(context, { host: prompt.host, unit: fullUnitName(prompt.text.trim()) });
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
  if (key === 'right' || key === 'end') {
    ui({ type: 'text-kept' });
    return;
  }
  const text = textOfKey(key);
  if (text !== undefined) ui({ type: 'typed', text });
};

/** A key that was on its way when the dialog opened answers nothing in it: that is told. Leaving it is always safe. */
const pressDialog = (context: ActionContext, dialog: Confirmation | Menu, key: KeyName): void => {
  if (!takesKeys(dialog, context.now()) && key !== 'escape')
    tell(
      context,
      `${showKey(key)} was pressed as "${dialog.title}" opened, and did nothing: press it again`,
    );
  else if (dialog.kind === 'confirm') pressConfirmation(context, dialog, key);
  else pressMenu(context, dialog, key);
};

/** What is read and takes no text: there the key of help shows the keys of it. */
const hasKeysToShow = (overlay: Overlay): boolean =>
  overlay.kind === 'commits' ||
  overlay.kind === 'commands' ||
  overlay.kind === 'difference' ||
  (overlay.kind === 'text' && overlay.under === undefined);

const pressOverlay = (context: ActionContext, overlay: Overlay, key: KeyName): void => {
  if (hasKeysToShow(overlay) && isKeyOf(context, key, 'help')) {
    context.ui({ type: 'opened', overlay: keysOver(overlay) });
    return;
  }
  switch (overlay.kind) {
    case 'confirm':
    case 'menu':
      pressDialog(context, overlay, key);
      break;
    case 'message':
      pressMessage(context, overlay, key);
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
    case 'commits':
      pressCommits(context, overlay, key);
      break;
    case 'text':
      pressText(context, overlay, key);
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
  const elsewhere = usesOfKey(context.table, key);
  if (elsewhere.length > 0)
    tellRefusal(context, `${showKey(key)} does nothing here; ${elsewhere.join('; ')}`, 'plain');
};

/** Nothing can be seen there but how to leave: other keys do nothing. */
const pressTooSmall = (context: ActionContext, key: KeyName): void => {
  const { overlay } = context.state().ui;
  const quit = context.table.find(({ id, keys }) => id === 'quit' && keys.includes(key));
  if (!asksToLeave(overlay)) {
    if (quit !== undefined) performRow(context, quit);
  } else if (takesKeys(overlay, context.now())) {
    if (quit === undefined && key !== 'escape') return;
    context.ui({ type: 'backed' });
    if (quit !== undefined) performWish(context, { kind: 'quit' });
  }
};

/**
 * One key, in the order of precedence: cancel and suspend, a window that is too
 * small (where only leaving is left), the prompt, the overlay, the screen.
 */
export const pressKey = (context: ActionContext, key: KeyName): void => {
  let isPressed = true;
  // What is told later, when something that the key began has ended, answers no key.
  pressHere(
    {
      ...context,
      ui: (event) =>
        context.ui(event.type === 'told' && isPressed ? { ...event, isAnswer: true } : event),
    },
    key,
  );
  isPressed = false;
};

const pressHere = (context: ActionContext, key: KeyName): void => {
  const { ui } = context.state();
  if (pressGlobal(context, key)) return;
  if (isTooSmall(ui)) {
    pressTooSmall(context, key);
    return;
  }
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

/** Whether what an overlay asks for is text. */
const takesText = (overlay: Overlay | null, now: number): boolean => {
  switch (overlay?.kind) {
    case 'help':
    case 'palette':
      return true;
    case 'confirm':
      return overlay.required.kind !== 'nothing' && takesKeys(overlay, now);
    case 'commands':
    case 'commits':
    case 'difference':
    case 'menu':
    case 'message':
    case 'text':
    case undefined:
      return false;
  }
};

/** Pasted text goes into a field, on one line, or into the message of a commit as it is; never to the keys. */
export const pasteText = (context: ActionContext, pasted: string): void => {
  const { ui } = context.state();
  if (isTooSmall(ui)) return;
  if (ui.overlay?.kind === 'message') {
    edit(context, { kind: 'insert', text: pasted });
    return;
  }
  // Whole lines are copied with their end.
  const text = pasted.trim();
  if (ui.prompt !== null || takesText(ui.overlay, context.now()))
    context.ui({ type: 'typed', text });
};
