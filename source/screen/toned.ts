import type { TonedText } from './overlay.ts';

export const plain = (text: string): TonedText => ({ text, tone: 'plain' });
export const quiet = (text: string): TonedText => ({ text, tone: 'muted' });
export const warning = (text: string): TonedText => ({ text, tone: 'warn' });
