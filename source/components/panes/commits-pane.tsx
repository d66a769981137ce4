import type { ReactNode } from 'react';
import { isBreakingCommit } from '../../model/inputs/breaking.ts';
import type { CommitSubject } from '../../model/lock/commit-count.ts';
import { linkTo } from '../../model/words/addresses.ts';
import { showCount, showRevision } from '../../model/words/format.ts';
import { showDate } from '../../model/words/format-time.ts';
import { cut, fitLine, fitText, type Line, muted, span, strong } from '../../model/words/line.ts';
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
const dateCells = 12;

/** No author has more room than this; a narrow window gives less, and the narrowest leaves it to the message. */
const authorCells = (cells: number): number =>
  cells < 72 ? 0 : Math.max(10, Math.min(20, Math.floor(cells / 6))) + 2;

const titleLine = (cells: number): Line => [
  muted(
    `    ${fitText('COMMIT', hashCells)}${fitText('DATE', dateCells)}${fitText('AUTHOR', authorCells(cells))}SUBJECT`,
  ),
];

const rowLine = (
  commit: CommitSubject,
  isSelected: boolean,
  { search, cells, page }: { search: string; cells: number; page: string | null },
): Line => {
  const isBreaking = isBreakingCommit(commit);
  const author = authorCells(cells);
  const subject = withoutControls(commit.subject);
  const room = cells - 4 - hashCells - dateCells - author;
  return [
    span(isSelected ? glyph.selected : ' ', 'accent'),
    span(isBreaking ? ` ${glyph.look} ` : '   ', 'warn'),
    linkTo(span(showRevision(commit.revision), 'accent'), page),
    span(' '.repeat(hashCells - showRevision(commit.revision).length)),
    muted(fitText(showDate(commit.at * 1_000), dateCells)),
    ...(author === 0 ? [] : [muted(`${fitText(commit.author ?? '', author - 2)}  `)]),
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
  const { subjects, title } = list;
  const breaking = countBreaking(subjects);
  return [
    title,
    `${showCount(commitPlace(list) + 1)} of ${showCount(subjects.length)}`,
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
  const place = commitPlace(list);
  const start = windowStart(place, list.subjects.length, panes.list);
  const shown = list.subjects.slice(start, start + panes.list).map((commit, offset) =>
    rowLine(commit, start + offset === place, {
      search,
      cells,
      page: pageOfCommit(app, list.path, commit.revision),
    }),
  );
  const filled = Array.from({ length: panes.list }, (_, row): Line => shown[row] ?? []);
  const commit = list.subjects[place];
  if (!list.isOpen || commit === undefined) return [...partly, titleLine(cells), ...shown];
  const message = commitLines(commit, list, app, cells);
  const top = Math.max(0, Math.min(list.top, message.length - panes.message));
  const below = message.length - top - panes.message;
  const more = below > 0 ? ` ${glyph.down}${below} ` : '';
  return [
    ...partly,
    titleLine(cells),
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
