import { expect, test } from 'vitest';
import { guided } from '../../../source/components/base/spans.ts';
import { checkGroups } from '../../../source/model/board/board.ts';
import { lineWidth } from '../../../source/model/words/line.ts';
import { checkGuide, historyGuide, logGuide } from '../../../source/screen/texts/empty-views.ts';

test('the empty board names each group that it will hold', () => {
  expect(checkGuide().map(({ label }) => label)).toEqual(expect.arrayContaining([...checkGroups]));
});

test.each([
  60, 80, 200,
])('a guide of an empty view fits into %i columns, words below words', (columns) => {
  for (const guide of [checkGuide(), historyGuide(), logGuide()]) {
    const lines = guided(guide, columns);
    for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
    // A high window of 60×16 has nine rows, and each guide begins with what matters most.
    expect(lines.length).toBeLessThanOrEqual(columns < 80 ? 20 : 15);
  }
});
