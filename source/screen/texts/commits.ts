import { isBreakingCommit } from '../../model/inputs/breaking.ts';
import type { CommitSubject } from '../../model/lock/commit-count.ts';
import { commitPage } from '../../model/lock/pages.ts';
import { memoByObject } from '../../model/memo.ts';
import { ownOf } from '../../model/own-of.ts';
import { linkRows, linkTo } from '../../model/words/addresses.ts';
import { showMoment } from '../../model/words/format-time.ts';
import { type Line, muted, span, strong, wrapText } from '../../model/words/line.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import type { AppState } from '../../state/state.ts';
import { glyph } from '../glyphs.ts';
import { keyName } from '../key-names.ts';
import type { CommitsOverlay, Overlay } from '../overlay.ts';
import { commitsText } from './lock-lists.ts';

const titleOf = (path: string): string => `Commits of ${path}`;

/** Whether the pane is that of the commits of this input, with or without any that are known. */
export const isCommitsOf = (overlay: Overlay | null, path: string): boolean =>
  (overlay?.kind === 'commits' && overlay.path === path) ||
  (overlay?.kind === 'text' && overlay.title === titleOf(path));

/** The commits of an input as a list, or a text where none is known; what was open before stays as it is. */
export const commitsOverlay = (
  app: AppState,
  path: string,
  isReading: boolean,
  before: Overlay | null = null,
): Overlay => {
  const title = titleOf(path);
  const subjects = ownOf(app.commits, path)?.subjects ?? [];
  const [first, ...others] = commitsText(app, path, isReading);
  if (subjects.length === 0)
    return {
      kind: 'text',
      title,
      lines: first === undefined ? [] : [first, ...others],
      top: 0,
      acts: ['revert', 'open-link'],
    };
  const kept =
    before?.kind === 'commits' && before.path === path
      ? before
      : { cursor: null, isOpen: false, messages: {}, top: 0 };
  const list: CommitsOverlay = {
    ...kept,
    kind: 'commits',
    title,
    path,
    subjects,
    note: first ?? null,
  };
  return 'all' in kept && kept.all !== undefined ? breakingAlone(list) : list;
};

/** The commits that may break something alone, or, where these are listed, all of them again. */
export const breakingAlone = ({ all, ...list }: CommitsOverlay): CommitsOverlay =>
  all === undefined
    ? { ...list, subjects: list.subjects.filter(isBreakingCommit), all: list.subjects, top: 0 }
    : { ...list, subjects: all, top: 0 };

/** How many of them may break something. */
export const countBreaking = memoByObject(
  (subjects: readonly CommitSubject[]): number => subjects.filter(isBreakingCommit).length,
);

/** The message of a commit; null where it was not read. */
export const messageOf = (
  { revision, subject, body }: CommitSubject,
  messages: CommitsOverlay['messages'],
): string | null => {
  if (body !== undefined) return body === '' ? subject : `${subject}\n\n${body}`;
  return ownOf(messages, revision) ?? null;
};

/** The page of a commit on its forge; null where none is known. */
export const pageOfCommit = (app: AppState, path: string, revision: string): string | null => {
  const change =
    app.lock.kind === 'read' ? app.lock.changes.find((one) => one.path === path) : undefined;
  return change === undefined ? null : commitPage(change, revision);
};

/** A commit in full: hash, author, date, message, page. */
export const commitLines = (
  commit: CommitSubject,
  { messages, path }: CommitsOverlay,
  app: AppState,
  cells: number,
): readonly Line[] => {
  const { revision, author, at } = commit;
  const message = messageOf(commit, messages);
  const page = pageOfCommit(app, path, revision);
  const wrapped = (message ?? commit.subject)
    .split('\n')
    .flatMap((line) => wrapText(withoutControls(line), cells));
  const [subject = '', ...rest] = wrapped;
  return [
    [muted('commit  '), linkTo(span(revision, 'accent'), page)],
    [
      muted('author  '),
      span(author ?? 'not known: kept by an earlier nixup'),
      muted(`   ${showMoment(at * 1_000)} UTC`),
    ],
    ...(isBreakingCommit(commit) ? [[span(`${glyph.look} may break something`, 'warn')]] : []),
    [],
    [strong(subject)],
    ...linkRows(
      message ?? '',
      rest.map((line): Line => [span(line)]),
    ),
    ...(message === null ? [[], [muted('Its message is being read…')]] : []),
    ...(page === null
      ? []
      : [
          [],
          ...linkRows(
            page,
            wrapText(`${keyName('open-link')} opens ${page}`, cells).map(
              (line): Line => [muted(line)],
            ),
          ),
        ]),
  ];
};

/** Rows of the list and of the message in a pane of so many rows; titles of columns take one, a rule another. */
export const commitPanes = (
  rows: number,
  isOpen: boolean,
): { readonly list: number; readonly message: number } => {
  if (!isOpen) return { list: Math.max(1, rows - 1), message: 0 };
  const message = Math.max(3, Math.min(rows - 5, Math.floor(rows * 0.55)));
  return { list: Math.max(1, rows - message - 2), message };
};
