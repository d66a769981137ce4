import { expect, test } from 'vitest';
import { lineOfAll, readLineOfAll } from '../../../source/model/words/log.ts';
import { shownRing } from '../../../source/screen/rows/log.ts';
import { initialUi } from '../../../source/screen/ui.ts';
import { reduceAll } from '../../../source/state/reducer/batch.ts';
import { fourHosts, noon, stateOf } from '../../fixtures/states.ts';

test.each<[string | null, string, boolean, ReturnType<typeof readLineOfAll>]>([
  [null, 'unpacking | done', false, { from: 'nixup', text: 'unpacking | done', isStep: false }],
  ...['== 12 tests passed', '\\== so', '\\\\== so', '== test ended: ROLLED BACK'].map(
    (text): [string, string, boolean, ReturnType<typeof readLineOfAll>] => [
      'razer',
      text,
      false,
      { from: 'razer', text, isStep: false },
    ],
  ),
  ['razer', '== so', true, { from: 'razer', text: '== so', isStep: true }],
  ['nixup', 'said', false, { from: 'host nixup', text: 'said', isStep: false }],
  ['razer', 'built in 3 s', true, { from: 'razer', text: 'built in 3 s', isStep: true }],
])('a line of the log of the fleet keeps whose it is: %s, %s', (host, text, isStep, read) => {
  expect(readLineOfAll(lineOfAll(host, text, isStep))).toEqual(read);
});

test('a level is that of what is said; a step that went wrong in other words is a warning, a name is no level', () => {
  const app = reduceAll(stateOf(fourHosts), [
    { type: 'logged', at: noon, host: 'error', lines: ['all is well'] },
    { type: 'logged', at: noon, host: 'razer', lines: ['unhealthy: sshd failed'], isStep: true },
    { type: 'logged', at: noon, host: 'razer', lines: ['rolled back to 76'], isStep: true },
    { type: 'logged', at: noon, host: 'razer', lines: ['error: no'] },
  ]);
  const at = (level: 'warning' | 'error') => shownRing(app, { ...initialUi.log, level }).lines;
  expect(at('warning')).toEqual([
    'razer | == unhealthy: sshd failed',
    'razer | == rolled back to 76',
    'razer | error: no',
  ]);
  expect(at('error')).toEqual(['razer | error: no']);
});

test('the log of the fleet is bounded, whatever the logs of hosts hold, and steps stand in it alone', () => {
  const said = Array.from({ length: 1_000 }, (_, host) => ({
    type: 'logged' as const,
    at: noon,
    host: `host${host}`,
    lines: Array.from({ length: 20 }, () => 'x'.repeat(200)),
  }));
  const app = reduceAll(stateOf([]), [
    ...said,
    { type: 'logged', at: noon, host: null, lines: ['test began'], isStep: true },
  ]);
  const { lines, dropped } = app.allLines;
  expect(dropped + lines.length).toBe(20_001);
  expect(lines.length).toBeLessThanOrEqual(5_000);
  expect(lines.join('').length).toBeLessThanOrEqual(1_000_000);
  expect(lines.at(-1)).toBe('nixup | == test began');
  expect(app.logs['']).toBeUndefined();
});
