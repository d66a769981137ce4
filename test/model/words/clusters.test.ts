import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { withAgreedWidths } from '../../../source/model/words/agreed-width.ts';
import { isOneCellEach } from '../../../source/model/words/clusters.ts';
import { dropCells, takeCells, widthOf } from '../../../source/model/words/line.ts';
import { frameAt, glyph } from '../../../source/screen/glyphs.ts';
import { fc, runs } from '../../support/chance.ts';

const plain = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code)).filter(
  isOneCellEach,
);

const segmenter = new Intl.Segmenter();

test('every sign that is counted as one cell is one, and joins no neighbour', () => {
  const wrong = plain.filter((sign) => {
    const text = `a${sign}${sign}${glyph.selected}\u2764${sign}`;
    return (
      stringWidth(sign) !== 1 ||
      stringWidth(text) !== text.length ||
      [...segmenter.segment(text)].length !== text.length
    );
  });
  expect(wrong).toEqual([]);
});

test('what is counted as one cell each is as wide in the whole measure', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...plain)), (signs) => {
      const text = signs.join('');
      expect(text.length).toBe(stringWidth(text));
    }),
    { numRuns: runs(500) },
  );
});

test('all signs of nixup are measured without a segmenter', () => {
  const frames = Array.from({ length: 10 }, (_, index) => frameAt(index * 100));
  const bars = '▁▂▃▄▅▆▇█□';
  expect([...Object.values(glyph), ...frames, ...bars].filter((it) => !isOneCellEach(it))).toEqual(
    [],
  );
});

test('text with other signs is measured and cut by whole clusters', () => {
  expect(isOneCellEach('漢字')).toBe(false);
  expect([widthOf('漢字'), widthOf('e\u0301'), widthOf('→ ✓ naïve')]).toEqual([4, 1, 9]);
  expect(takeCells('→漢字', 2)).toBe('→');
  expect(dropCells('→漢字', 2)).toBe(' 字');
  expect(takeCells('✓ done', 2)).toBe('✓ ');
  expect(dropCells('✓ done', 2)).toBe('done');
});

test('signs that are as wide everywhere are drawn as they are', () => {
  expect(plain.map(withAgreedWidths)).toEqual(plain);
});
