import type { ActionContext } from '../action.ts';

export const tell = (
  context: ActionContext,
  text: string,
  tone: 'plain' | 'good' | 'warn' | 'bad' = 'plain',
): void => {
  context.ui({ type: 'told', text, tone, at: context.now() });
};
