import { expect, test } from 'vitest';
import { runsTable } from '../../../source/commands/reports/history.ts';
import type { RunLine } from '../../../source/state/run.ts';

const run = (id: string, by?: string): RunLine => ({
  id,
  goal: 'test',
  startedAt: Date.parse('2026-11-29T12:00:00Z'),
  ending: null,
  ...(by === undefined ? {} : { by }),
});

test('the list says whose a run is where several people keep the fleet', () => {
  const [head, ...rows] = runsTable([run('a', 'ada@p620'), run('b', 'bob@studio'), run('c')]);
  expect(head).toMatch(/GOAL +BY +TOOK/);
  expect(rows).toEqual([
    expect.stringMatching(/test +ada@p620 /),
    expect.stringMatching(/test +bob@studio /),
    expect.stringMatching(/test +- /),
  ]);
  expect(runsTable([run('a', 'ada@p620'), run('c')])[0]).not.toContain('BY');
});
