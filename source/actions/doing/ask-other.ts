import type { Engine } from '../../engine/contract.ts';
import { explainInLine } from '../../model/explain/explain.ts';
import type { ActionContext } from '../action.ts';
import { tell } from './tell.ts';

/** Asks something of the run of another nixup, and tells that it was asked. */
export const askOther = (
  context: ActionContext,
  request: Parameters<Engine['runs']['ask']>[0],
  words: string,
): void =>
  context.start(async () => {
    const asked = await context.askOther(request);
    if (asked === undefined) return;
    if (asked.ok) tell(context, words, 'warn');
    else tell(context, explainInLine(asked.failure), 'bad');
  });
