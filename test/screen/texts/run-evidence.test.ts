import { expect, test } from 'vitest';
import { runEvidenceText } from '../../../source/screen/texts/run-evidence.ts';

const at = Date.parse('2026-11-29T12:00:00Z');
const command = { line: 'true', does: null, host: null, startedAt: at, tookMs: 5, ending: 'done' };
const all = { commandsLeft: 0, logsLeft: 0, steps: [], logs: [], commands: [command] };

test('lines of a log and steps of a past run are marked by their level', () => {
  const texts = runEvidenceText({
    ...all,
    steps: [{ at, text: 'nas: rolled back to g7', level: 'warning' }],
    logs: [
      {
        host: 'nas',
        isCut: false,
        lines: [
          { at, text: 'copying' },
          { at, text: 'warning: old' },
          { at, text: 'error: no space' },
        ],
      },
    ],
  });
  const toneOf = (words: string): string | undefined =>
    texts.find(({ text }) => text.endsWith(words))?.tone;
  expect(['to g7', 'copying', 'old', 'no space'].map(toneOf)).toEqual([
    'warn',
    'plain',
    'warn',
    'bad',
  ]);
});

test('commands and logs that are not shown are counted', () => {
  const log = { host: 'nas', isCut: false, lines: [] };
  const texts = (left: { readonly commandsLeft: number; readonly logsLeft: number }) =>
    runEvidenceText({ ...all, ...left, logs: [log] }).map(({ text }) => text);
  expect(texts({ commandsLeft: 0, logsLeft: 0 })).toContain('Its commands (1), times in UTC');
  const cut = texts({ commandsLeft: 1_233, logsLeft: 960 });
  expect(cut).toContain('The last 1 of its 1234 commands, times in UTC');
  expect(cut.at(-1)).toMatch(/^960 more logs of this run are not shown here; .+ reads all$/);
});

test('the heading of a log has its file behind it', () => {
  const log = { host: 'nas', isCut: false, lines: [], path: '/home/ada/my runs/a#1/nas.log' };
  const links = runEvidenceText({ ...all, logs: [log] }).flatMap(({ text, link }) =>
    link === undefined ? [] : [[text, link]],
  );
  expect(links).toEqual([['Log of nas', 'file:///home/ada/my%20runs/a%231/nas.log']]);
});
