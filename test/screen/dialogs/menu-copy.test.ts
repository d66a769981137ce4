import { expect, test } from 'vitest';
import { copyMenu } from '../../../source/screen/dialogs/menu-copy.ts';
import { initialUi } from '../../../source/screen/ui.ts';
import { noon, runbookState } from '../../fixtures/states.ts';

test('a text of several lines is told by their number and the first one, and copied whole', () => {
  const app = {
    ...runbookState,
    logs: { p620: { lines: ['one', 'two', 'three'], times: [null, null, null], dropped: 0 } },
  };
  const ui = {
    ...initialUi,
    screen: { kind: 'host', host: 'p620', tab: 'log' } as const,
    log: { ...initialUi.log, host: 'p620' },
  };
  const whole = copyMenu(app, ui, noon).items.find(({ id }) => id === 'whole log');
  expect(whole?.detail).toBe('3 lines: one');
  expect(whole?.wish).toEqual({ kind: 'copy', what: 'whole log', text: 'one\ntwo\nthree' });
});

test('the last command is told by what it does, and copied whole', () => {
  const line = "ssh -T -o BatchMode=yes -- nas 'sh -c x'";
  const app = {
    ...runbookState,
    commands: [
      { line, does: 'ask for units', host: 'nas', startedAt: noon, tookMs: 1, ending: 'done' },
    ],
  };
  const row = copyMenu(app, initialUi, noon).items.find(({ id }) => id === 'last command');
  expect(row?.detail).toBe('ask for units for nas');
  expect(row?.wish).toEqual({ kind: 'copy', what: 'last command', text: line });
});
