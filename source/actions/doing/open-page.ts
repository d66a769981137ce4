import type { ActionContext } from '../action.ts';
import { tell } from './tell.ts';

/** Opens a page in the person's browser; where there is none, its address is copied. */
export const openPage = async (context: ActionContext, url: string): Promise<void> => {
  const problem = await context.terminal.openLink(url);
  if (problem === null) tell(context, `opened ${url}`, 'good');
  else {
    context.terminal.copy(url);
    tell(context, `${problem}; copied: ${url}`, 'warn');
  }
};
