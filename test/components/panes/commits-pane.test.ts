import { expect, test } from 'vitest';
import { commitColumns, commitsLines } from '../../../source/components/panes/commits-pane.tsx';
import type { CommitsOverlay } from '../../../source/screen/overlay.ts';
import { commitUnderCursor } from '../../../source/screen/reducer/commits.ts';
import { breakingAlone } from '../../../source/screen/texts/commits.ts';
import { noon, runbookState } from '../../fixtures/states.ts';

const subject = 'nixos/postgresql: default to 18';

const list: CommitsOverlay = {
  kind: 'commits',
  title: 'Commits of nixpkgs',
  path: 'nixpkgs',
  cursor: null,
  isOpen: false,
  messages: {},
  top: 0,
  subjects: [{ revision: 'a1b2c3d4'.repeat(5), subject, at: noon / 1_000, author: 'Ada' }],
  note: null,
};

const texts = (cells: number): readonly string[] =>
  commitsLines(list, runbookState, '', cells, 10).map((line) =>
    line.map(({ text }) => text).join(''),
  );

test.each([
  [54, false],
  [74, true],
  [114, true],
])('in %i cells the subject has the room that hash and date leave, before the author has any', (cells, hasAuthor) => {
  const [title = '', row = ''] = texts(cells);
  expect(row.slice(title.indexOf('SUBJECT'))).toMatch(/^nixos\/postgresql: default/);
  expect(row.includes('Ada')).toBe(hasAuthor);
  expect(title.includes('AUTHOR')).toBe(hasAuthor);
  expect(row.length).toBeLessThanOrEqual(cells);
});

const subjectOf = (cells: number) => ({
  revision: 'a1b2c3d4'.repeat(5),
  subject: 's'.repeat(cells),
  at: noon / 1_000,
  author: 'Ada',
});

test.each([
  [114, 60, 12, 21],
  [114, 200, 12, 21],
  [74, 35, 12, 14],
  [74, 39, 8, 14],
  [74, 44, 8, 4],
  [54, 44, 8, 0],
])('in %i cells a subject of %i leaves the date %i cells, and the author %i', (cells, length, date, author) => {
  const columns = commitColumns([subjectOf(10), subjectOf(length)], cells);
  expect(columns.date).toBe(date);
  expect(columns.author).toBe(author);
});

test('without its year a date of another year is told as its month', () => {
  const subjects = [subjectOf(44), { ...subjectOf(44), at: noon / 1_000 - 400 * 86_400 }];
  const rows = commitsLines({ ...list, subjects }, runbookState, '', 54, 10).map((line) =>
    line.map(({ text }) => text).join(''),
  );
  const [old, now] = [subjects[1], subjects[0]].map((one) =>
    new Date((one?.at ?? 0) * 1_000).toISOString().slice(0, 10),
  );
  expect(rows[1]).toContain(` ${now?.slice(5)} `);
  expect(rows[2]).toContain(` ${old?.slice(0, 7)} `);
});

test.each([
  ['Alyssa Moreno', 'AM'],
  ['Ada van der Berg', 'AB'],
  ['r-ryantm', 'rr'],
  ['ada', 'ad'],
  ['', '  '],
])('where only the initials of an author have room, %s is told as %s', (name, initials) => {
  const subjects = [{ ...subjectOf(44), author: name }];
  const [title = '', row = ''] = commitsLines({ ...list, subjects }, runbookState, '', 74, 10).map(
    (line) => line.map(({ text }) => text).join(''),
  );
  expect(title.slice(title.indexOf('BY'))).toBe('BY  SUBJECT');
  expect(row.slice(title.indexOf('BY'), title.indexOf('SUBJECT'))).toBe(`${initials}  `);
});

test('commits that may break something are listed alone, and all again', () => {
  const named = (revision: string, words: string) => ({
    ...subjectOf(1),
    revision: revision.repeat(40),
    subject: words,
  });
  const all: CommitsOverlay = {
    ...list,
    cursor: 'c'.repeat(40),
    subjects: [
      named('a', 'mesa: 26.1.1 -> 26.1.2'),
      named('b', 'nixos/x: drop BREAKING'),
      named('c', 'y'),
    ],
  };
  const some = breakingAlone(all);
  expect(some.subjects.map(({ subject: words }) => words)).toEqual(['nixos/x: drop BREAKING']);
  expect(commitUnderCursor(some)?.revision).toBe('b'.repeat(40));
  expect(breakingAlone(some)).toEqual(all);
  expect(breakingAlone(some).cursor).toBe('c'.repeat(40));
});
