import { type KeyName, textOfKey } from '../../keys.ts';
import type { Overlay } from '../../screen/overlay.ts';
import type { Action, ActionContext } from '../action.ts';
import { performRow } from '../doing/perform-row.ts';
import { searchRows } from '../lookup.ts';

type ListOverlay = Extract<Overlay, { kind: 'help' | 'palette' }>;

/** Rows that help or palette show. */
const listedRows = (
  context: Pick<ActionContext, 'state' | 'table'>,
  list: ListOverlay,
): readonly Action[] =>
  searchRows(context.table, list.filter, list.kind === 'palette' ? context.state().ui : undefined);

/** Keys of help and palette: a row is chosen, the others filter. */
export const pressActionList = (context: ActionContext, list: ListOverlay, key: KeyName): void => {
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
