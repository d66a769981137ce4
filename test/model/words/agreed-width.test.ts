import headless from '@xterm/headless';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { withAgreedWidths } from '../../../source/model/words/agreed-width.ts';
import { glyph } from '../../../source/screen/glyphs.ts';
import { fc, runs } from '../../support/chance.ts';

test.each([
  ['naïve → ● ✓ λ', 'naïve → ● ✓ λ'],
  ['漢字 한국 カナ', '漢字 한국 カナ'],
  ['e\u0301 Привет', 'e\u0301 Привет'],
  ['🚀 go', '□  go'],
  ['⚠️ ❄️', '□  □ '],
  ['👩‍💻🇩🇪1️⃣', '□ □ □ '],
  ['a\u200db', '□b'],
  ['\u06de', '□'],
  ['a\u0487', '□'],
  ['a\u065f', '□'],
  ['a\u1161', 'a□'],
  ['\u3040\uff00', '□□'],
])('%s is drawn as %s', (text, drawn) => {
  expect(withAgreedWidths(text)).toBe(drawn);
});

test('every sign of the screen is drawn as it is', () => {
  const signs = Object.values(glyph).join('');
  expect(withAgreedWidths(signs)).toBe(signs);
});

/** Where the cursor of an emulator stands that knows the widths of Unicode 6. */
const cellsIn = (terminal: headless.Terminal, text: string): Promise<number> =>
  new Promise((resolve) => {
    terminal.write(`\r\u001b[2K${text}`, () => resolve(terminal.buffer.active.cursorX));
  });

test('any text takes as many cells in an old terminal as are measured', async () => {
  const terminal = new headless.Terminal({ cols: 500, rows: 2, allowProposedApi: true });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), async (text) => {
      const drawn = withAgreedWidths(text);
      expect(stringWidth(drawn)).toBe(stringWidth(text));
      expect(await cellsIn(terminal, drawn)).toBe(stringWidth(drawn));
    }),
    { numRuns: runs(1_000) },
  );
});
