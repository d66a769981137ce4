import { breakingChanges, isBreakingCommit } from '../../model/inputs/breaking.ts';
import { rangeOf, whyNoRange } from '../../model/inputs/commits.ts';
import { partlyRead } from '../../model/inputs/lock-commits.ts';
import { alarmTexts } from '../../model/lock/alarm-texts.ts';
import { type LockChange, lockedSide } from '../../model/lock/change.ts';
import type { CommitCount } from '../../model/lock/commit-count.ts';
import { commitUrl } from '../../model/lock/compare-url.ts';
import { copiesSentence } from '../../model/lock/copies.ts';
import type { LockFacts } from '../../model/lock/facts.ts';
import { commitPage } from '../../model/lock/pages.ts';
import { ownOf } from '../../model/own-of.ts';
import { showCount, showRevision } from '../../model/words/format.ts';
import { showDate } from '../../model/words/format-time.ts';
import type { AppState } from '../../state/state.ts';
import type { TonedText } from '../overlay.ts';

const changeAt = (
  lock: Extract<LockFacts, { kind: 'read' }>,
  path: string,
): LockChange | undefined => lock.changes.find((change) => change.path === path);

const countInLock = (lock: LockFacts, path: string): CommitCount | null =>
  (lock.kind === 'read' ? changeAt(lock, path) : undefined)?.commits ?? null;

/** Possible breaking changes of the whole lock in one list, by input; while more is being read, none is no answer yet. */
export const breakingText = (app: AppState, isReading = false): readonly TonedText[] => {
  const { lock } = app;
  if (lock.kind !== 'read') return [];
  const found = breakingChanges(lock.changes, app.commits, lock.inputs, app.releaseNotes);
  const partly = Object.entries(app.commits).flatMap(([path, commits]): readonly TonedText[] => {
    const words = partlyRead(commits, commits.count ?? countInLock(app.lock, path));
    return words === null ? [] : [{ text: `${path}: ${words}`, tone: 'muted' }];
  });
  if (found.length === 0 && isReading) return partly;
  if (found.length === 0)
    return [
      ...partly,
      {
        text: 'Nothing was found: no release branch or major version moved, and no subject or release note that was read says so.',
        tone: 'muted',
      },
    ];
  const inputs = [...new Set(found.map(({ input }) => input))];
  const listed = inputs.flatMap((input): readonly TonedText[] => [
    { text: input, tone: 'accent' },
    ...found
      .filter((one) => one.input === input)
      .map(({ source, text, revision }): TonedText => {
        const change = changeAt(lock, input);
        const page =
          revision === null || change === undefined ? null : commitPage(change, revision);
        return {
          text: `  ${source}${revision === null ? '' : ` ${showRevision(revision)}`}: ${text}`,
          tone: source === 'release' || source === 'version' ? 'warn' : 'plain',
          hang: 4,
          ...(page === null ? {} : { link: page }),
          ...(revision === null ? {} : { commit: { path: input, revision } }),
        };
      }),
  ]);
  return [
    ...listed,
    ...(partly.length === 0 ? [] : [{ text: '', tone: 'muted' } as const]),
    ...partly,
  ];
};

/** What each side of a change that has an alarm is, and its page: nothing else says who wrote what will be built. */
const sidesText = (change: LockChange): readonly TonedText[] => {
  const side = (name: string, one: LockChange['old']): readonly TonedText[] => {
    const locked = lockedSide(one);
    const revision = locked?.rev;
    if (locked === null || revision === undefined) return [];
    const page = commitUrl(locked, revision);
    return [
      {
        text: `${name} ${showRevision(revision)}${locked.lastModified === undefined ? '' : ` of ${showDate(locked.lastModified * 1000)}`}${page === null ? '' : `  ${page}`}`,
        tone: 'plain',
        ...(page === null ? {} : { link: page }),
      },
    ];
  };
  return [
    { text: '', tone: 'muted' },
    ...change.alarms.map(
      (alarm): TonedText => ({ text: `${alarm}: ${alarmTexts[alarm]}`, tone: 'warn' }),
    ),
    ...side('before', change.old),
    ...side('now   ', change.new),
  ];
};

/** The subjects of a changed input, newest first, those that may break something marked; how many of how many on top. */
export const commitsText = (
  app: AppState,
  path: string,
  isReading: boolean,
): readonly TonedText[] => {
  const known = ownOf(app.commits, path);
  const count = known?.count ?? countInLock(app.lock, path);
  const subjects = known?.subjects ?? null;
  const quiet = (text: string): TonedText => ({ text, tone: 'muted' });
  if (subjects === null || subjects.length === 0) {
    if (isReading) return [quiet('Its commits are being read…')];
    const change = app.lock.kind === 'read' ? changeAt(app.lock, path) : undefined;
    const why =
      known?.problem ??
      (change === undefined || rangeOf(change) !== null
        ? 'no history could be read'
        : whyNoRange(change));
    return [
      quiet(`Its commits are not known here: ${why}.`),
      ...(change === undefined || change.alarms.length === 0 ? [] : sidesText(change)),
    ];
  }
  const marks = subjects.filter(isBreakingCommit).length;
  const partly = known === undefined ? null : partlyRead(known, count);
  return [
    {
      text: `${partly ?? `${showCount(subjects.length)} ${subjects.length === 1 ? 'commit' : 'commits'}`}${marks === 0 ? '' : `; ${marks} may break something`}`,
      tone: partly === null ? 'muted' : 'warn',
    },
    ...subjects.map(
      (commit): TonedText => ({
        text: `${showRevision(commit.revision)}  ${showDate(commit.at * 1000)}  ${commit.subject}`,
        tone: isBreakingCommit(commit) ? 'warn' : 'plain',
      }),
    ),
  ];
};

/** Repositories that stand in the lock more than once, with the lines that would make them one. */
export const copiesText = (app: AppState): readonly TonedText[] => {
  const copies = app.lock.kind === 'read' ? app.lock.copies : [];
  if (copies.length === 0)
    return [{ text: 'Every repository is in the lock once.', tone: 'muted' }];
  return copies.flatMap((one): readonly TonedText[] => [
    { text: copiesSentence(one), tone: 'accent' },
    { text: `  at ${one.paths.join(', ')}`, tone: 'plain' },
    ...one.follows.map((line): TonedText => ({ text: `  ${line}`, tone: 'good' })),
  ]);
};
