import type { Action, ActionContext } from '../action.ts';
import { tellRefusal } from './tell.ts';

/** Does the action of a row, or tells why it cannot be done now. */
export const performRow = (context: ActionContext, row: Action): void => {
  const reason = row.disabled(context.state());
  if (reason === undefined) row.perform(context);
  else tellRefusal(context, `${row.label}: ${reason}`, 'warn');
};
