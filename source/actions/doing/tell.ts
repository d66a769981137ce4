import type { ActionContext } from '../action.ts';

/** Why a key does nothing here: once somebody is elsewhere, it is true no more, and leaves the screen. */
export const tellRefusal = (context: ActionContext, text: string, tone: 'plain' | 'warn'): void => {
  context.ui({ type: 'told', text, tone, at: context.now(), isRefusal: true });
};

/** What a host is asked for: it leaves the screen once the answer is on it, or somebody goes elsewhere. */
export const tellAsking = (context: ActionContext, text: string): void =>
  tellRefusal(context, text, 'plain');

export const tell = (
  context: ActionContext,
  text: string,
  tone: 'plain' | 'good' | 'warn' | 'bad' = 'plain',
): void => {
  context.ui({ type: 'told', text, tone, at: context.now() });
};
