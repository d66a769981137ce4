import type { ReactNode } from 'react';
import { isBreakingCommit } from '../../model/inputs/breaking.ts';
import type { CommitSubject } from '../../model/lock/commit-count.ts';
import { memoByObject } from '../../model/memo.ts';
import { linkTo } from '../../model/words/addresses.ts';
import { showCount, showRevision } from '../../model/words/format.ts';
import { showDate, showMonth, showShortDate } from '../../model/words/format-time.ts';
import {
  cut,
  fitLine,
  fitText,
  type Line,
  muted,
  span,
  strong,
  widthOf,
} from '../../model/words/line.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import { glyph } from '../../screen/glyphs.ts';
import { windowStart } from '../../screen/layout.ts';
import type { CommitsOverlay } from '../../screen/overlay.ts';
import { commitPlace } from '../../screen/reducer/commits.ts';
import { findWords } from '../../screen/reducer/find.ts';
import { overlayRows } from '../../screen/reducer/overlay-rows.ts';
import {
  commitLines,
  commitPanes,
  countBreaking,
  pageOfCommit,
} from '../../screen/texts/commits.ts';
import type { AppState } from '../../state/state.ts';
import { framed } from '../base/box.ts';
import { Lines } from '../base/line-text.tsx';
import { highlight } from '../base/search-hits.ts';
import { useApp } from '../base/use-app.ts';

const hashCells = 9;
/** Cells of the columns before the subject, which has what they leave. */
interface CommitColumns {
  readonly date: number;
  /** Of the name, or of its initials; 0 where the author is told with the message alone. */
  readonly author: number;
}

/** A date with its year, and one without. */
const wholeDate = 12;
const shortDate = 8;

/** Cells of the sign of the cursor and of the mark. */
const signCells = 4;

/** Two letters of the author, and what parts them from the subject. */
const initialCells = 4;

/** Fewer cells are all for the subject. */
const fewestWithInitials = 70;

/** A subject has no more to ask for: a longer one is rare. */
const fairSubject = 60;

const longestSubject = memoByObject((subjects: readonly CommitSubject[]): number =>
  subjects.reduce((most, { subject }) => Math.max(most, widthOf(subject)), 0),
);

const subjectRoom = (cells: number, { date, author }: CommitColumns): number =>
  cells - signCells - hashCells - date - author;

/** The subject is what a person reads: for its sake the year goes first, then the author. */
export const commitColumns = (subjects: readonly CommitSubject[], cells: number): CommitColumns => {
  const author = Math.max(10, Math.min(20, Math.floor(cells / 6))) + 2;
  const narrow = { date: shortDate, author: cells < fewestWithInitials ? 0 : initialCells };
  const wanted = Math.min(fairSubject, longestSubject(subjects));
  const all = [{ date: wholeDate, author }, { date: shortDate, author }, narrow];
  return all.find((columns) => subjectRoom(cells, columns) >= wanted) ?? narrow;
};

/** `AM` for Alyssa Moreno, the first two letters of a name of one word. */
const initialsOf = (name: string): string => {
  const words = name.split(/[\s._-]+/).filter((word) => word !== '');
  const [first = '', last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return last === undefined
    ? [...first].slice(0, 2).join('')
    : `${[...first][0] ?? ''}${[...last][0] ?? ''}`;
};

const authorWords = (name: string, author: number): string =>
  `${author === initialCells ? fitText(initialsOf(name), 2, '') : fitText(name, author - 2)}  `;

/** Without its year where that is the newest commit's; the month of another year. */
const dateWords = (at: number, newest: number, { date }: CommitColumns): string => {
  if (date === wholeDate) return showDate(at);
  const isSameYear = showMonth(at).slice(0, 4) === showMonth(newest).slice(0, 4);
  return isSameYear ? showShortDate(at) : showMonth(at);
};

const titleLine = ({ date, author }: CommitColumns): Line => [
  muted(
    `    ${fitText('COMMIT', hashCells)}${fitText('DATE', date)}${author === initialCells ? fitText('BY', author) : fitText('AUTHOR', author)}SUBJECT`,
  ),
];

const rowLine = (
  commit: CommitSubject,
  isSelected: boolean,
  {
    search,
    cells,
    page,
    columns,
    newest,
  }: {
    search: string;
    cells: number;
    page: string | null;
    columns: CommitColumns;
    newest: number;
  },
): Line => {
  const isBreaking = isBreakingCommit(commit);
  const { date, author } = columns;
  const subject = withoutControls(commit.subject);
  const room = subjectRoom(cells, columns);
  return [
    span(isSelected ? glyph.selected : ' ', 'accent'),
    span(isBreaking ? ` ${glyph.look} ` : '   ', 'warn'),
    linkTo(span(showRevision(commit.revision), 'accent'), page),
    span(' '.repeat(hashCells - showRevision(commit.revision).length)),
    muted(fitText(dateWords(commit.at * 1_000, newest * 1_000, columns), date)),
    ...(author === 0 ? [] : [muted(authorWords(withoutControls(commit.author ?? ''), author))]),
    ...(search === '' || isSelected
      ? [
          isSelected
            ? strong(cut(subject, room), isBreaking ? 'warn' : 'plain')
            : span(cut(subject, room), isBreaking ? 'warn' : 'plain'),
        ]
      : highlight(cut(subject, room), search, isBreaking ? 'warn' : 'plain')),
  ];
};

const titleWords = (list: CommitsOverlay): string => {
  const { subjects, title, all } = list;
  const place = `${showCount(commitPlace(list) + 1)} of ${showCount(subjects.length)}`;
  if (all !== undefined)
    return `${title}   ${place} that may break something, of ${showCount(all.length)}`;
  const breaking = countBreaking(subjects);
  return [
    title,
    place,
    ...(breaking === 0 ? [] : [`${showCount(breaking)} may break something`]),
  ].join('   ');
};

/** Commits as a list, and the whole message of the one under the cursor where it is open. */
export const commitsLines = (
  list: CommitsOverlay,
  app: AppState,
  search: string,
  cells: number,
  rows: number,
): readonly Line[] => {
  const { note } = list;
  // What was not read is told above what was.
  const partly: readonly Line[] =
    note?.tone === 'warn' ? [[span(cut(note.text, cells), 'warn')]] : [];
  const panes = commitPanes(rows - partly.length, list.isOpen);
  const columns = commitColumns(list.subjects, cells);
  const place = commitPlace(list);
  const start = windowStart(place, list.subjects.length, panes.list);
  const shown = list.subjects.slice(start, start + panes.list).map((commit, offset) =>
    rowLine(commit, start + offset === place, {
      search,
      cells,
      page: pageOfCommit(app, list.path, commit.revision),
      columns,
      newest: list.subjects[0]?.at ?? commit.at,
    }),
  );
  const filled = Array.from({ length: panes.list }, (_, row): Line => shown[row] ?? []);
  const commit = list.subjects[place];
  if (!list.isOpen || commit === undefined) return [...partly, titleLine(columns), ...shown];
  const message = commitLines(commit, list, app, cells);
  const top = Math.max(0, Math.min(list.top, message.length - panes.message));
  const below = message.length - top - panes.message;
  const more = below > 0 ? ` ${glyph.down}${below} ` : '';
  return [
    ...partly,
    titleLine(columns),
    ...filled,
    fitLine([muted(glyph.rule.repeat(cells - more.length)), muted(more)], cells),
    ...message.slice(top, top + panes.message),
  ];
};

export const CommitsPane = ({ list }: { readonly list: CommitsOverlay }): ReactNode => {
  const app = useApp((state) => state.app);
  const columns = useApp(({ ui }) => ui.columns);
  const height = useApp(({ ui }) => overlayRows(ui));
  const find = useApp(({ ui }) => ui.find);
  const lines = commitsLines(list, app, find.text, columns - 6, height - 2);
  return (
    <Lines
      lines={framed(`${titleWords(list)}${findWords(list, find)}`, lines, columns)}
      height={height}
    />
  );
};
