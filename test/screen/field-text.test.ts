import { expect, test } from 'vitest';
import { addToField, eraseInField } from '../../source/screen/field-text.ts';

test.each([
  ['two\nlines\r\n and\ta tab', 'two lines  and a tab'],
  ['\u001b[31mred\u001b[0m \u001b]8;;https://a\u001b\\link', 'red link'],
  ['nul\u0000 del\u007f c1\u0085 turned\u202e', 'nul del c1 turned'],
  ['\ud800lone\udc00', 'lone'],
  ['e\u0301 漢 👩‍💻', 'e\u0301 漢 👩‍💻'],
])('%j stands in a field as %j', (pasted, shown) => {
  expect(addToField('', pasted)).toBe(shown);
});

test('a field takes a thousand characters', () => {
  expect(addToField('ab', '🚀'.repeat(1_000_000))).toBe(`ab${'🚀'.repeat(998)}`);
});

test.each([
  ['abc', 'ab'],
  ['', ''],
  ['a🚀', 'a'],
  ['ae\u0301', 'a'],
  ['a👩‍💻', 'a'],
])('backspace makes %j to %j', (text, rest) => {
  expect(eraseInField(text)).toBe(rest);
});
