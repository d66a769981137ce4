import { expect, test } from 'vitest';
import { aboutHost } from '../../source/model/about-host.ts';

test.each([
  ['no answer', 'samsung: no answer'],
  ['samsung cannot be reached: No route to host', 'samsung cannot be reached: No route to host'],
  ['The host key of samsung (s.home) is not known here.', null],
  // Another host, whose name begins alike.
  ['samsung-old cannot be reached', 'samsung: samsung-old cannot be reached'],
])('a line about samsung with %j names it once', (sentence, line) => {
  expect(aboutHost('samsung', sentence)).toBe(line ?? sentence);
});
