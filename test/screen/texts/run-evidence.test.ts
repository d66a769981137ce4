import { expect, test } from 'vitest';
import { runEvidenceText } from '../../../source/screen/texts/run-evidence.ts';

const at = Date.parse('2026-11-29T12:00:00Z');
const command = { line: 'true', does: null, host: null, startedAt: at, tookMs: 5, ending: 'done' };
const all = { commandsLeft: 0, logsLeft: 0, steps: [], logs: [], commands: [command] };

test('lines of a log and steps of a past run are marked by their level', () => {
  const texts = runEvidenceText({
    ...all,
    steps: [{ at, host: 'nas', text: 'rolled back to g7', level: 'warning' }],
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

test('a step that several hosts took at once is one line, and what the page says above is left out', () => {
  const step = (host: string | null, text: string, later = 0) => ({
    at: at + later,
    host,
    text,
    level: 'all' as const,
  });
  const texts = runEvidenceText({
    ...all,
    steps: [
      step(null, 'test began: nas, p510'),
      step(null, 'test …'),
      step('nas', 'waits: for a build slot'),
      step('p510', 'waits: for a build slot', 300),
      step('nas', 'built in 3 s, differs from what it runs', 4_000),
      step('p510', 'waits: for a build slot', 5_000),
      step(null, 'wave 1 of 2: deploying nas', 6_000),
      step(null, 'test passed: all of them', 7_000),
      step(null, 'test ended: 2 hosts built and tested.', 7_000),
    ],
  }).map(({ text }) => text);
  expect(texts.slice(2, texts.indexOf('', 2))).toEqual([
    '  12:00:00 nas, p510: waits: for a build slot',
    '  12:00:04 nas: built in 3 s, differs from what it runs',
    '  12:00:05 p510: waits: for a build slot',
    '  12:00:06 wave 1 of 2: deploying nas',
  ]);
});
