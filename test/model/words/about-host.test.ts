import { expect, test } from 'vitest';
import { aboutHost } from '../../../source/model/words/about-host.ts';

test.each([
  ['samsung', 'no answer', 'samsung: no answer'],
  ['samsung', 'samsung cannot be reached', 'samsung cannot be reached'],
  // Another host, whose name begins alike; and a host whose name is a word.
  ['samsung', 'samsung-old cannot be reached', 'samsung: samsung-old cannot be reached'],
  ['installer', 'an image or installer', 'installer: an image or installer'],
])('a line about %s with %j names it once', (host, sentence, line) => {
  expect(aboutHost(host, sentence)).toBe(line);
});
