import { expect, test } from 'vitest';
import { runPane } from '../../../source/components/run/history-view.tsx';
import { lineWidth } from '../../../source/model/words/line.ts';
import type { RunSummary } from '../../../source/state/run.ts';

const at = Date.parse('2026-11-29T12:00:00Z');

const run: RunSummary = {
  id: '20261129-120000-abc',
  goal: 'test',
  startedAt: at,
  hosts: ['nas', 'p620'],
  lock: null,
  by: 'ada@p620',
  ending: {
    at: at + 60_000,
    result: {
      ok: false,
      exitCode: 3,
      hosts: {},
      commit: null,
      build: null,
      summary: `1 of 2 hosts failed: nas. ${'It says a lot of it. '.repeat(4)}`,
    },
  },
};

test.each([60, 80, 120])('the run under the cursor is told in full in %i columns', (columns) => {
  const lines = runPane(run, { columns, rows: 9, now: at + 86_400_000 });
  const text = lines
    .map((line) =>
      line
        .map((part) => part.text)
        .join('')
        .trim(),
    )
    .join(' ');
  expect(lines).toHaveLength(9);
  expect(text).toContain('12:00 UTC, 1 d ago');
  expect(text.match(/says a lot/g)).toHaveLength(4);
  expect(text).toContain('hosts: nas, p620');
  expect(text).toContain('by ada@p620');
  for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
});
