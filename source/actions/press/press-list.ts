import { type KeyName, textOfKey } from '../../keys.ts';
import type { Overlay } from '../../screen/overlay.ts';
import type { ActionContext } from '../action.ts';
import { performRow } from '../doing/perform-row.ts';
import { type FoundTarget, foundRows } from '../found.ts';

type ListOverlay = Extract<Overlay, { kind: 'help' | 'palette' }>;

/** Goes to a host, an input or a log, or does what a row says. */
const take = (context: ActionContext, target: FoundTarget): void => {
  switch (target.kind) {
    case 'action':
      performRow(context, target.row);
      return;
    case 'host':
      context.ui({ type: 'showed', screen: { kind: 'host', host: target.host, tab: 'facts' } });
      return;
    case 'input':
      context.ui({ type: 'showed', screen: { kind: 'view', view: 'lock' } });
      context.ui({ type: 'pointed', list: 'lock', id: target.input });
      return;
    case 'log':
      context.ui({ type: 'log-opened', host: target.log });
  }
};

/** Keys of help and palette: a row is chosen, the others filter. */
export const pressActionList = (context: ActionContext, list: ListOverlay, key: KeyName): void => {
  const rows = foundRows(list, context.table, context.state());
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
    case '^p':
      to(index - 1);
      return;
    case '^n':
      to(index + 1);
      return;
    case 'home':
      to(0);
      return;
    case 'end':
      to(rows.length - 1);
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
      if (row !== undefined) take(context, row.target);
      return;
    }
    default: {
      const text = textOfKey(key);
      if (text !== undefined) context.ui({ type: 'typed', text });
    }
  }
};
