import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import {
  breakWord,
  cut,
  dropCells,
  fitLine,
  fitText,
  isSameLine,
  lineWidth,
  span,
  spread,
  strong,
  wrapHanging,
  wrapText,
} from '../../../source/model/words/line.ts';
import { fc } from '../../support/chance.ts';

test('a text is cut at the end of a word where one ends late', () => {
  expect(cut('waits for razer to finish', 18)).toBe('waits for razer…');
});

test('a text that has room is not touched', () => {
  expect(cut('queued', 6)).toBe('queued');
});

test('any text fits its column exactly, wide characters too', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, cells) => {
      const clean = text.replace(/\p{C}/gu, '');
      expect(stringWidth(fitText(clean, cells))).toBe(cells);
    }),
  );
});

test('any line fits the window exactly', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.integer({ min: 2, max: 60 }), (one, other, cells) => {
      expect(lineWidth(fitLine([span(one), span(other)], cells))).toBe(cells);
    }),
  );
});

test('the right end leaves whole when there is no room for both', () => {
  const line = spread([span('left side')], [span('right')], 12);
  expect(line.map(({ text }) => text).join('')).toBe('left side   ');
});

test('wrapped lines hold every word and none is too long', () => {
  const text = 'The host key of p510 is not the one that is known';
  const lines = wrapText(text, 12);
  expect(lines.join(' ')).toBe(text);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(12);
});

test('a word longer than the line is broken behind a slash in its second half, else hard', () => {
  expect(wrapText('/nix/store/abcdef', 6)).toEqual(['/nix/', 'store/', 'abcdef']);
  expect(wrapText('abcdefghij', 6)).toEqual(['abcdef', 'ghij']);
  expect(wrapText('a/cdefghij', 6)).toEqual(['a/cdef', 'ghij']);
  expect(wrapText('  one two', 7)).toEqual(['  one', '  two']);
});

test('half of a wide character becomes a blank', () => {
  expect(dropCells('日本', 1)).toBe(' 本');
});

test('lines are the same when they say and look the same, whoever made them', () => {
  expect(isSameLine([span('a'), strong('b', 'bad')], [{ text: 'a' }, strong('b', 'bad')])).toBe(
    true,
  );
  expect(isSameLine([span('a')], [span('b')])).toBe(false);
  expect(isSameLine([span('a')], [span('a', 'bad')])).toBe(false);
  expect(isSameLine([span('a')], [strong('a')])).toBe(false);
  expect(isSameLine([span('a')], [{ text: 'a', inverse: true }])).toBe(false);
  expect(isSameLine([span('a')], [span('a'), span('b')])).toBe(false);
});

test('what follows a first column of most of the row stands below it, further in', () => {
  const text = '! fleet-modules/status-page   fb48950 to 45c630a, another owner';
  expect(wrapHanging(text, 40, 30)).toEqual([
    '! fleet-modules/status-page   fb48950 to',
    '    45c630a, another owner',
  ]);
  expect(wrapHanging(text, 64, 30)).toEqual([text]);
});

test('a hash is not broken where a row has room for it', () => {
  const revision = '0123456789abcdef'.repeat(3).slice(0, 40);
  const content = `sha256-${'Ab/+9'.repeat(8)}abc=`;
  for (const [word, hash] of [
    [`git+ssh://a-long-name-of-a-host.example.org:2222?rev=${revision}`, revision],
    [`github:NixOS/nixpkgs/${revision}`, revision],
    [`path:/x?narHash=${content}`, content],
    [`/nix/store/${'a1'.repeat(16)}-name`, 'a1'.repeat(16)],
  ] as const)
    for (let cells = hash.length; cells < word.length; cells += 1) {
      const rows = breakWord(word, cells);
      expect(rows.join('')).toBe(word);
      expect(rows.every((row) => row.length <= cells)).toBe(true);
      expect(
        rows.some((row) => row.includes(hash)),
        `${cells}: ${rows.join('|')}`,
      ).toBe(true);
    }
  // Where no row has room it is broken as any other word.
  expect(breakWord(`x${revision}`, 20).every((row) => row.length <= 20)).toBe(true);
});
