import type { TonedText } from '../../screen/overlay.ts';
import type { ActionContext } from '../action.ts';

/** Opens a pane with a text to read, from its first line; `acts` are ids of actions whose keys work in it. */
export const showText = (
  context: ActionContext,
  title: string,
  lines: readonly TonedText[],
  acts: readonly string[] = [],
): void => context.ui({ type: 'opened', overlay: { kind: 'text', title, lines, top: 0, acts } });
