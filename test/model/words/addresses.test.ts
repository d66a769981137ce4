import { expect, test } from 'vitest';
import { isAddress, linkRows, linkTo } from '../../../source/model/words/addresses.ts';
import { breakText, span, wrapText } from '../../../source/model/words/line.ts';

test.each([
  ['https://github.com/NixOS/nixpkgs/compare/a...b', true],
  ['http://nas:3000/x?y=1#z', true],
  ['file:///var/log/a.log', true],
  ['https://example.org/a@b', true],
  // A name before the host hides where it leads to, and may be a password.
  ['https://github.com@example.org/', false],
  ['https://user:secret@example.org/', false],
  ['javascript:alert(1)', false],
  ['ssh://host/', false],
  ['data:text/html,x', false],
  ['https://a b', false],
  ['https://a\u0007b', false],
  ['https://a\u001b\\b', false],
  ['https://ä.org/', false],
  ['https://', false],
  [`https://example.org/${'a'.repeat(2_000)}`, false],
])('%j is an address that is opened: %s', (text, isOne) => {
  expect(isAddress(text)).toBe(isOne);
  expect(linkTo(span('x'), text).link).toBe(isOne ? text : undefined);
});

/** The text of each address, as its parts stand in the rows. */
const linksOf = (text: string, rows: readonly string[]): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {};
  const lines = linkRows(
    text,
    rows.map((row) => [span(row)]),
  );
  expect(lines.map((line) => line.map((part) => part.text).join(''))).toEqual(rows);
  for (const part of lines.flat())
    if (part.link !== undefined) found[part.link] = (found[part.link] ?? '') + part.text.trim();
  return found;
};

const page = 'https://github.com/status-page-cdn/status-page/compare/fb489508dbc2...45c630a';

test('each part of an address that was broken into rows leads to the whole of it', () => {
  const text = `  See ${page}, and (https://a.org/x). Then go on.`;
  for (let cells = 12; cells < 100; cells += 1)
    expect(linksOf(text, wrapText(text, cells)), `${cells} cells`).toEqual({
      [page]: page,
      'https://a.org/x': 'https://a.org/x',
    });
});

test('a text that is broken anywhere keeps its links', () => {
  for (let cells = 12; cells < 90; cells += 1)
    expect(linksOf(page, breakText(page, cells))).toEqual({ [page]: page });
});

test('a text without an address is the same rows', () => {
  const rows = [[span('a: b')], [span('c')]];
  expect(linkRows('a: b c', rows)).toBe(rows);
});

test('the same address twice is linked twice', () => {
  const text = 'https://a.org/x https://a.org/x';
  expect(linksOf(text, wrapText(text, 15))).toEqual({
    'https://a.org/x': 'https://a.org/xhttps://a.org/x',
  });
});

test('an address that is broken within its beginning takes no link from those after it', () => {
  expect(
    linksOf('see https://a.org/x and https://b.org/y', [
      'see htt',
      'ps://a.org/x and https://b.org/y',
    ]),
  ).toEqual({ 'https://b.org/y': 'https://b.org/y' });
});
