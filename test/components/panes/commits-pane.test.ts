import { expect, test } from 'vitest';
import { commitsLines } from '../../../source/components/panes/commits-pane.tsx';
import type { CommitsOverlay } from '../../../source/screen/overlay.ts';
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
