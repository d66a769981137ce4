import { type KeyName, textOfKey } from '../../keys.ts';
import type { TextEdit } from '../../model/words/text-area.ts';
import type { MessageEditor } from '../../screen/overlay.ts';
import { messageRows } from '../../screen/reducer/message.ts';
import type { ActionContext } from '../action.ts';
import { endMessage } from '../doing/edit-message.ts';

/** Keys that edit, as readline and every field of text have them. */
const edits: ReadonlyMap<KeyName, TextEdit> = new Map<KeyName, TextEdit>([
  ['left', { kind: 'move', to: 'left' }],
  ['^b', { kind: 'move', to: 'left' }],
  ['right', { kind: 'move', to: 'right' }],
  ['^f', { kind: 'move', to: 'right' }],
  ['word-left', { kind: 'move', to: 'word-left' }],
  ['word-right', { kind: 'move', to: 'word-right' }],
  ['home', { kind: 'move', to: 'line-start' }],
  ['^a', { kind: 'move', to: 'line-start' }],
  ['end', { kind: 'move', to: 'line-end' }],
  ['^e', { kind: 'move', to: 'line-end' }],
  ['text-start', { kind: 'move', to: 'first' }],
  ['text-end', { kind: 'move', to: 'last' }],
  ['up', { kind: 'rows', by: -1 }],
  ['^p', { kind: 'rows', by: -1 }],
  ['down', { kind: 'rows', by: 1 }],
  ['^n', { kind: 'rows', by: 1 }],
  ['backspace', { kind: 'erase', what: 'left' }],
  ['delete', { kind: 'erase', what: 'right' }],
  ['^d', { kind: 'erase', what: 'right' }],
  ['^w', { kind: 'erase', what: 'word-left' }],
  ['^u', { kind: 'erase', what: 'line-start' }],
  ['^k', { kind: 'erase', what: 'line-end' }],
  ['enter', { kind: 'insert', text: '\n' }],
]);

/** The text after it is kept at once: whatever becomes of nixup, it is offered again. */
export const edit = (context: ActionContext, change: TextEdit): void => {
  const before = context.state().ui.overlay;
  context.ui({ type: 'edited', edit: change });
  const { overlay } = context.state().ui;
  if (before?.kind !== 'message' || overlay?.kind !== 'message') return;
  if (before.area.text !== overlay.area.text)
    context.start(async () => {
      await context.engine()?.commit.keepMessage(overlay.plan, overlay.area.text);
    });
};

/** Keys of the message of a commit: what neither moves, erases nor ends it is typed. */
export const pressMessage = (context: ActionContext, editor: MessageEditor, key: KeyName): void => {
  const known = edits.get(key);
  const text = textOfKey(key);
  const page = messageRows(context.state().ui) - 1;
  if (known !== undefined) edit(context, known);
  else if (key === 'pageup') edit(context, { kind: 'rows', by: -page });
  else if (key === 'pagedown') edit(context, { kind: 'rows', by: page });
  else if (key === 'escape' || key === 'tab')
    context.start(() => endMessage(context, editor.plan, editor.area.text));
  else if (text !== undefined) edit(context, { kind: 'insert', text });
};
