import { isTooSmall } from '../../screen/layout.ts';
import { takesKeys } from '../../screen/reducer/overlay.ts';
import { hostTabs, shownLists, sortColumns } from '../../screen/ui.ts';
import type { ActionContext } from '../action.ts';
import { performRow } from '../doing/perform-row.ts';
import { pressKey } from './press.ts';

type PointerDeed = 'click' | 'wheel-up' | 'wheel-down';

/** Rows that one notch of the wheel moves. */
const notch = 3;

const turnWheel = (context: ActionContext, by: 1 | -1): void => {
  const { ui } = context.state();
  if (ui.prompt !== null) return;
  const overlay = ui.overlay?.kind;
  if (overlay === 'help' || overlay === 'palette' || overlay === 'menu')
    pressKey(context, by === 1 ? 'down' : 'up');
  else context.ui({ type: 'moved', by: by * notch, unit: 'row' });
};

/** A click on a row that has the cursor opens it, as Enter does. */
const pointAtRow = (context: ActionContext, name: string, id: string, isAgain: boolean): void => {
  const list = shownLists.find((one) => one === name);
  if (list === undefined) return;
  const open = context.table.find((row) => row.id === 'open');
  if (!isAgain) {
    context.ui({ type: 'armed', stage: null });
    context.ui({ type: 'pointed', list, id });
  } else if (open !== undefined) performRow(context, open);
};

/** A click on the screen itself: on a row, a title, a key of the last line. */
const pointAtScreen = (context: ActionContext, kind: string, rest: string): void => {
  const { ui } = context.state();
  switch (kind) {
    case 'row':
    case 'open': {
      const at = rest.indexOf(':');
      pointAtRow(context, rest.slice(0, at), rest.slice(at + 1), kind === 'open');
      return;
    }
    case 'act': {
      const row = context.table.find(({ id }) => id === rest);
      if (row === undefined) return;
      if (ui.armed !== null && row.id !== 'move-on') context.ui({ type: 'armed', stage: null });
      performRow(context, row);
      return;
    }
    case 'column': {
      const column = sortColumns.find((one) => one === rest);
      if (column !== undefined) context.ui({ type: 'sorted', column });
      return;
    }
    case 'line':
      context.ui({ type: 'armed', stage: null });
      context.ui({ type: 'line-pointed', number: Number(rest) });
      return;
    case 'tab': {
      const tab = hostTabs.find((one) => one === rest);
      if (tab !== undefined && ui.screen.kind === 'host')
        context.ui({ type: 'showed', screen: { ...ui.screen, tab } });
    }
  }
};

/** A click on what lies over the screen: first it chooses, then it takes. */
const pointAtOverlay = (context: ActionContext, kind: string, rest: string): void => {
  const { overlay } = context.state().ui;
  switch (overlay?.kind) {
    case 'menu':
    case 'help':
    case 'palette':
      if (kind !== 'item') return;
      if (overlay.kind === 'menu' && !takesKeys(overlay, context.now())) return;
      if (overlay.cursor === rest) pressKey(context, 'enter');
      else context.ui({ type: 'opened', overlay: { ...overlay, cursor: rest } });
      return;
    case 'confirm': {
      if (kind !== 'choice' || !takesKeys(overlay, context.now())) return;
      const by = Number(rest) - overlay.focus;
      if (by === 0) pressKey(context, 'enter');
      else context.ui({ type: 'opened', overlay: { ...overlay, focus: Number(rest) } });
      return;
    }
    case 'commands':
    case 'difference':
    case 'text':
    case undefined:
  }
};

/**
 * The mouse. `target`: what stands at the place, as `kind:words`: `row:LIST:ID` and `open:LIST:ID` (the row that has the
 * cursor), `act:ACTION`, `column:ID`, `line:NUMBER` of a log, `tab:NAME`, `item:ID` and `choice:INDEX` of a dialog; undefined where nothing does.
 */
export const pressMouse = (
  context: ActionContext,
  deed: PointerDeed,
  target: string | undefined,
): void => {
  const { ui } = context.state();
  if (isTooSmall(ui)) return;
  if (deed !== 'click') {
    turnWheel(context, deed === 'wheel-down' ? 1 : -1);
    return;
  }
  if (target === undefined || ui.prompt !== null) return;
  const at = target.indexOf(':');
  const [kind, rest] = [target.slice(0, at), target.slice(at + 1)];
  if (ui.overlay === null) pointAtScreen(context, kind, rest);
  else pointAtOverlay(context, kind, rest);
};
