import { withAgreedWidths } from '../../model/words/agreed-width.ts';
import type { Span } from '../../model/words/line.ts';
import { withoutControls } from '../../model/words/without-controls.ts';

/** Names of a lock, of a host, of a unit are foreign: all of them come through here to the terminal. */
export const drawable = (part: Span): Span => {
  const text = withAgreedWidths(withoutControls(part.text));
  return text === part.text ? part : { ...part, text };
};
