import type { AskedText, TonedText } from './overlay.ts';

export const plain = (text: string): TonedText => ({ text, tone: 'plain' });
export const quiet = (text: string): TonedText => ({ text, tone: 'muted' });
/** Stays in sight while the rest of a confirmation is scrolled. */
export const pinned = (text: AskedText): AskedText => ({ ...text, isPinned: true });
export const warning = (text: string): TonedText => ({ text, tone: 'warn' });
/** In short what the rest of a confirmation says in full, where that has no room. */
export const brief = (text: TonedText): AskedText => ({ ...text, isBrief: true });
