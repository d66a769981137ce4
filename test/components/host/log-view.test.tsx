import { expect, test } from 'vitest';
import { appendLines, emptyLog } from '../../../source/model/words/log.ts';
import { stateOf } from '../../fixtures/states.ts';
import { draw } from '../../support/screen-fixture.tsx';

test('a click on a line of a log means that line, and the row of its title none', async () => {
  const lines = Array.from({ length: 60 }, (_, index) => `said ${index}.`);
  const app = stateOf([], { logs: { razer: appendLines(emptyLog, lines, 5_000, []) } });
  const screen = draw(app, {
    columns: 80,
    rows: 24,
    events: [{ type: 'log-opened', host: 'razer' }],
  });
  const rows = await screen.rows();
  const title = rows.findIndex((row) => row.includes('Log razer'));
  const row = rows.findIndex((one) => one.includes('said 50.'));
  expect(screen.targetAt(20, row)).toBe('line:50');
  expect(screen.targetAt(20, title)).toBeUndefined();
  screen.close();
});
