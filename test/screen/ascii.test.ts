import { expect, test } from 'vitest';
import { widthOf } from '../../source/model/words/line.ts';
import { withoutControls } from '../../source/model/words/without-controls.ts';
import { cleanLine } from '../../source/parsers/nix/clean-line.ts';
import { jsonInAscii, toAscii } from '../../source/screen/glyphs.ts';

/** Unicode's own classes: Cf (format), Zl, Zp, Cc, fillers among the letters, and plain foreign letters. */
const nasty = [
  'a\u200bb',
  '\u202eevil\u202c',
  'soft\u00adhyphen',
  'bom\ufeff',
  '\u2066x\u2069',
  'tag\u{e0041}',
  'filler\u3164\uffa0\u115f',
  'para\u2029graph\u2028',
  'csi\u009b31m',
  'join\u200d\u2060er',
  'é ü ß 漢字 🎉 e\u0301',
  '‘x’ “y” – — … → ✓',
];

test.each(nasty)('%j is pure ASCII with --ascii, and as wide', (text) => {
  const shown = toAscii(text);
  expect(shown).toMatch(/^[ -~]*$/);
  const safe = withoutControls(text);
  expect(toAscii(safe).length).toBe(widthOf(safe));
  const json = jsonInAscii(JSON.stringify({ text }));
  expect(json).toMatch(/^[ -~]*$/);
  expect(JSON.parse(json)).toEqual({ text });
});

test.each(nasty.slice(0, 10))('nothing invisible of %j reaches a terminal', (text) => {
  const hidden = /[\p{Cf}\p{Cc}\p{Zl}\p{Zp}\u3164\uffa0\u115f]/u;
  expect(withoutControls(text)).not.toMatch(hidden);
  expect(withoutControls(text)).toContain('?');
  expect(cleanLine(text)).not.toMatch(hidden);
});

test('colours and lines stay with --ascii', () => {
  expect(toAscii('\u001b[1mé\u001b[0m\n\t…')).toBe('\u001b[1m?\u001b[0m\n\t~');
});
