import type { TonedText } from '../model/overlay.ts';
import type { ActionContext } from './action.ts';

/** Opens a pane with a text to read, from its first line. */
export const showText = (
  context: ActionContext,
  title: string,
  lines: readonly TonedText[],
): void => context.ui({ type: 'opened', overlay: { kind: 'text', title, lines, top: 0 } });
