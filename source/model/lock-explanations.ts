import { breakingChanges } from './breaking.ts';
import { copiesSentence } from './lock-copies.ts';
import { shortRevision } from './lock-describe.ts';
import type { AppState } from './state.ts';
import type { TonedText } from './ui.ts';

/** What may need work by hand, of the whole lock in one list, by input. */
export const breakingText = (app: AppState): readonly TonedText[] => {
  if (app.lock.kind !== 'read') return [];
  const found = breakingChanges(app.lock.changes, app.commits, app.lock.inputs, app.releaseNotes);
  if (found.length === 0)
    return [
      {
        text: 'Nothing was found: no release branch or major version moved, and no subject or release note that was read says so.',
        tone: 'muted',
      },
    ];
  const inputs = [...new Set(found.map(({ input }) => input))];
  return inputs.flatMap((input): readonly TonedText[] => [
    { text: input, tone: 'accent' },
    ...found
      .filter((one) => one.input === input)
      .map(
        ({ source, text, revision }): TonedText => ({
          text: `  ${source}${revision === null ? '' : ` ${shortRevision(revision)}`}: ${text}`,
          tone: source === 'release' || source === 'version' ? 'warn' : 'plain',
        }),
      ),
  ]);
};

/** Repositories that stand in the lock more than once, with the lines that would make them one. */
export const copiesText = (app: AppState): readonly TonedText[] => {
  const copies = app.lock.kind === 'read' ? app.lock.copies : [];
  if (copies.length === 0)
    return [{ text: 'Every repository stands in the lock once.', tone: 'muted' }];
  return copies.flatMap((one): readonly TonedText[] => [
    { text: copiesSentence(one), tone: 'accent' },
    { text: `  at ${one.paths.join(', ')}`, tone: 'plain' },
    ...one.follows.map((line): TonedText => ({ text: `  ${line}`, tone: 'good' })),
  ]);
};
