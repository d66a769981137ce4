import type { AskedText, TonedText } from './overlay.ts';

export const plain = (text: string): TonedText => ({ text, tone: 'plain' });
export const quiet = (text: string): TonedText => ({ text, tone: 'muted' });
/** Stays in sight while the rest of a confirmation is scrolled. */
export const pinned = (text: TonedText): AskedText => ({ ...text, isPinned: true });
export const warning = (text: string): TonedText => ({ text, tone: 'warn' });
