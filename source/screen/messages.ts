import { showAge } from '../model/words/format-time.ts';
import type { Tone } from '../model/words/line.ts';
import type { AppState, Notice } from '../state/state.ts';
import type { TonedText } from './overlay.ts';
import type { Ui } from './ui.ts';

interface Message {
  readonly at: number;
  readonly text: string;
  readonly tone: Tone;
}

const toneOf: Readonly<Record<Notice['tone'], Tone>> = {
  info: 'plain',
  warning: 'warn',
  error: 'bad',
};

/** Everything that the last row said, whole, the newest first; what was said twice in a row once. */
export const messagesText = (
  { notices }: Pick<AppState, 'notices'>,
  { told, now }: Pick<Ui, 'told' | 'now'>,
): readonly TonedText[] => {
  const all: readonly Message[] = [
    ...notices.map(({ at, text, tone }) => ({ at, text, tone: toneOf[tone] })),
    ...told,
  ];
  const sorted = all.toSorted((one, other) => other.at - one.at);
  const once = sorted.filter(({ text }, index) => sorted[index - 1]?.text !== text);
  if (once.length === 0) return [{ text: 'No messages yet.', tone: 'muted' }];
  return once.flatMap(({ at, text, tone }, index): readonly TonedText[] => [
    ...(index === 0 ? [] : [{ text: '', tone: 'plain' } as const]),
    { text: `${showAge(Math.max(0, now - at))} ago`, tone: 'muted' },
    { text, tone },
  ]);
};
