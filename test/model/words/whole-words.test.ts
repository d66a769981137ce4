import { expect, test } from 'vitest';
import { widthOf } from '../../../source/model/words/line.ts';
import { wholeRows } from '../../../source/model/words/whole-words.ts';

const revision = '0123456789'.repeat(4);
const rowsOf = (text: string, cells: number, indent: number): readonly string[] =>
  wholeRows(text, { cells, indent }).map((row) => `${' '.repeat(row.indent)}${row.text}`);

test.each([
  ['words that fit stand in one row', 'a b c', 10, 4, ['    a b c']],
  ['a row is broken between words', 'aa bb cc', 6, 1, [' aa bb', ' cc']],
  ['a revision has less indent rather than two parts', revision, 44, 12, [`    ${revision}`]],
  ['what follows it begins where rows begin', `${revision} x`, 42, 4, [`  ${revision}`, '    x']],
  [
    'a word that no row can hold is broken into even parts',
    revision,
    38,
    0,
    [revision.slice(0, 20), revision.slice(20)],
  ],
  [
    'an address is broken behind a slash and between its revisions',
    `https://github.com/musnix/compare/${revision}...${revision}`,
    60,
    12,
    [
      '            https://github.com/musnix/compare/',
      `            ${revision}...`,
      `            ${revision}`,
    ],
  ],
  ['an empty text is one row', '', 10, 2, ['  ']],
])('%s', (_, text, cells, indent, rows) => {
  expect(rowsOf(text, cells, indent)).toEqual(rows);
});

test('no row is wider than its cells, and no letter is lost', () => {
  for (let cells = 8; cells < 60; cells += 1)
    for (const indent of [0, 3, 7]) {
      const rows = wholeRows(`now github:status-page-cdn/status-page ${revision} ok`, {
        cells,
        indent,
      });
      expect(Math.max(...rows.map((row) => row.indent + widthOf(row.text)))).toBeLessThanOrEqual(
        cells,
      );
      expect(
        rows
          .map((row) => row.text)
          .join('')
          .replaceAll(' ', ''),
      ).toBe(`nowgithub:status-page-cdn/status-page${revision}ok`);
    }
});
