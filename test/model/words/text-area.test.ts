import { expect, test } from 'vitest';
import {
  cursorRow,
  editArea,
  type TextArea,
  type TextEdit,
  textArea,
  textRows,
} from '../../../source/model/words/text-area.ts';
import { fc } from '../../support/chance.ts';

/** `|` is the cursor. */
const read = (drawn: string): TextArea => ({
  text: drawn.replace('|', ''),
  at: drawn.indexOf('|'),
  column: null,
});

const draw = ({ text, at }: TextArea): string => `${text.slice(0, at)}|${text.slice(at)}`;

const keys: Readonly<Record<string, TextEdit>> = {
  left: { kind: 'move', to: 'left' },
  right: { kind: 'move', to: 'right' },
  'word left': { kind: 'move', to: 'word-left' },
  'word right': { kind: 'move', to: 'word-right' },
  home: { kind: 'move', to: 'line-start' },
  end: { kind: 'move', to: 'line-end' },
  first: { kind: 'move', to: 'first' },
  last: { kind: 'move', to: 'last' },
  up: { kind: 'rows', by: -1 },
  down: { kind: 'rows', by: 1 },
  backspace: { kind: 'erase', what: 'left' },
  delete: { kind: 'erase', what: 'right' },
  'erase word': { kind: 'erase', what: 'word-left' },
  'erase to end': { kind: 'erase', what: 'line-end' },
  'erase to start': { kind: 'erase', what: 'line-start' },
};

const press = (area: TextArea, names: string, room = 20): TextArea =>
  names.split(', ').reduce((now, name) => {
    const edit = keys[name];
    return editArea(now, edit ?? { kind: 'insert', text: name }, room);
  }, area);

test.each([
  ['a|b', 'left', '|ab'],
  ['|ab', 'left', '|ab'],
  ['ab|', 'right', 'ab|'],
  ['a\n|b', 'left', 'a|\nb'],
  ['a|\nb', 'right', 'a\n|b'],
  // One sign for a person, several for the machine.
  ['e\u0301|', 'left', '|e\u0301'],
  ['|👩‍💻x', 'right', '👩‍💻|x'],
  ['漢|字', 'right', '漢字|'],
  ['x👩‍💻|', 'backspace', 'x|'],
  ['ae\u0301|', 'backspace', 'a|'],
  ['|e\u0301b', 'delete', '|b'],
  ['a\n|b', 'backspace', 'a|b'],
  ['a|\nb', 'delete', 'a|b'],
  ['|', 'backspace', '|'],
  ['a|', 'delete', 'a|'],
  ['one two|', 'word left', 'one |two'],
  ['one, |two', 'word left', '|one, two'],
  ['one |two three', 'word right', 'one two| three'],
  ['nixpkgs: 漢字|', 'word left', 'nixpkgs: |漢字'],
  ['one two |three', 'erase word', 'one |three'],
  ['one\ntwo|\nthree', 'home', 'one\n|two\nthree'],
  ['one\n|two\nthree', 'end', 'one\ntwo|\nthree'],
  ['\n|', 'home', '\n|'],
  ['|\nx', 'home', '|\nx'],
  ['one\nt|wo', 'erase to end', 'one\nt|'],
  ['one\nt|wo', 'erase to start', 'one\n|wo'],
  ['one\nt|wo', 'first', '|one\ntwo'],
  ['o|ne\ntwo', 'last', 'one\ntwo|'],
  ['a|c', 'b', 'ab|c'],
  // A mark joins the letter before it, and the cursor is after both.
  ['e|x', '\u0301', 'e\u0301|x'],
  ['a|\u0301', 'e', 'ae\u0301|'],
])('%j and %s is %j', (from, key, to) => {
  expect(draw(press(read(from), key))).toBe(to);
});

test.each([
  ['on|e\ntwo', 'down', 'one\ntw|o'],
  ['one\ntwo|', 'up', 'one|\ntwo'],
  // The column is kept over a shorter line.
  ['long line|\nx\nlong too', 'down, down', 'long line\nx\nlong too|'],
  ['long lin|e\nx\nlong line', 'down, down', 'long line\nx\nlong lin|e'],
  ['long lin|e\nx\nlong line', 'down, home, down', 'long line\nx\n|long line'],
  // Two cells for a wide sign: the place to the left of it where the column is within it.
  ['abc|\n漢字', 'down', 'abc\n漢|字'],
  ['o|ne', 'up', '|one'],
  ['o|ne', 'down', 'one|'],
  // A long line has several rows.
  ['o|ne two three four five six', 'down', 'one two three four f|ive six'],
  ['one two three four f|ive six', 'up', 'o|ne two three four five six'],
  ['one two three four |five\nsix', 'down', 'one two three four five\n|six'],
  ['a\tb|\n0123456789', 'down', 'a\tb\n012345678|9'],
])('%j and %s is %j', (from, names, to) => {
  expect(draw(press(read(from), names))).toBe(to);
});

test('what is pasted is text: lines and tabs stay, controls and colours do not', () => {
  const pasted = 'one\r\ntwo\rthree\tx \u001b[31mred\u001b[0m\u0000\u0007\ud800';
  expect(editArea(textArea(''), { kind: 'insert', text: pasted }, 20).text).toBe(
    'one\ntwo\nthree\tx red',
  );
});

test('a text has an end', () => {
  const { text } = editArea(textArea('ab'), { kind: 'insert', text: 'x'.repeat(200_000) }, 20);
  expect(text).toHaveLength(100_000);
});

test('a row ends after a word, and a word that is longer than a row is broken', () => {
  const text = 'one two three\nabcdefghijkl';
  expect(textRows(text, 8).map(({ start, end }) => text.slice(start, end))).toEqual([
    'one two ',
    'three',
    'abcdefgh',
    'ijkl',
  ]);
});

const typed = fc.constantFrom(
  ...['a', 'B', ' ', '\n', '\t', '漢', 'e\u0301', '\u0301', '👩‍💻', '👩', '\u200d', 'word ', '-'],
  ...Object.keys(keys),
);

test('after any keys the cursor is between two characters, the rows hold the whole text, and each fits', () => {
  fc.assert(
    fc.property(
      fc.array(typed, { maxLength: 60 }),
      fc.integer({ min: 4, max: 30 }),
      (all, room) => {
        const { text, at } = all.reduce((area, one) => press(area, one, room), textArea(''));
        const breaks = [...new Intl.Segmenter().segment(text)].map(({ index }) => index);
        expect([...breaks, text.length]).toContain(at);
        const rows = textRows(text, room);
        const whole = rows.map(
          (row) => text.slice(row.start, row.end) + (row.isEndOfLine ? '\n' : ''),
        );
        expect(whole.join('')).toBe(`${text}\n`);
        for (const { cells } of rows)
          expect(cells.length === 1 || cells.reduce((sum, one) => sum + one.cells, 0) <= room).toBe(
            true,
          );
        expect(rows[cursorRow(rows, at)]?.start).toBeLessThanOrEqual(at);
      },
    ),
  );
});
