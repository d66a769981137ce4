import { expect, test } from 'vitest';
import { fitBody, longestBody } from '../../../source/model/forge/fit.ts';

const part = (name: string, count: number) => ({
  before: [`### ${name}`, ''],
  lines: Array.from({ length: count }, (_, index) => `${name} line ${index} ${'x'.repeat(20)}`),
  after: ['', '</details>'],
});

test('of too many parts the last are left out and counted, and what always stands there does', () => {
  const way = { before: ['### How to go back'], lines: [], after: [] };
  const parts = Array.from({ length: 1_000 }, (_, index) => part(`Why host${index} failed`, 20));
  const text = fitBody([{ ...way, before: ['1000 failed.'] }, ...parts, way], '<!-- end -->');
  expect(text.length).toBeLessThanOrEqual(longestBody);
  expect(text).toMatch(/^1000 failed\./);
  expect(text).toContain('Why host0 failed line 4');
  const shown = text.match(/^### Why/gm)?.length ?? 0;
  expect(shown).toBeGreaterThan(50);
  expect(text).toContain(`… ${1_000 - shown} more parts`);
  expect(text).toContain('### How to go back');
  expect(text).toMatch(/<!-- end -->\n$/);
});

test('headings alone that are too long are cut', () => {
  const text = fitBody([{ before: ['y'.repeat(90_000)], lines: [], after: [] }], '<!-- end -->');
  expect(text.length).toBeLessThanOrEqual(longestBody);
  expect(text).toMatch(/…\n\n<!-- end -->\n$/);
});

test('what fits stands there whole', () => {
  expect(fitBody([part('a', 2)], 'end')).toBe(
    `### a\n\na line 0 ${'x'.repeat(20)}\na line 1 ${'x'.repeat(20)}\n\n</details>\n\nend\n`,
  );
});
