import { expect, test } from 'vitest';
import { endingWords } from '../../../source/engine/attach/ending-words.ts';

const run = { user: 'ada', machine: 'p620', goal: 'test' };
const good = { ok: true, exitCode: 0, summary: '2 hosts built.' };
const canceled = { ok: false, exitCode: 130, summary: 'Canceled. Nothing was changed.' };

test.each([
  [good, null, 'info', 'The test of ada@p620 ended by itself: 2 hosts built.'],
  [
    canceled,
    'eve@razer',
    'warning',
    'The test of ada@p620 was stopped by eve@razer: Canceled. Nothing was changed.',
  ],
  [canceled, null, 'warning', 'The test of ada@p620 was stopped: Canceled. Nothing was changed.'],
  [
    good,
    'eve@razer',
    'info',
    'The test of ada@p620 ended before eve@razer could stop it: 2 hosts built.',
  ],
  [
    null,
    'eve@razer',
    'warning',
    'The test of ada@p620 was cut off: its process ended in the middle of it. See: nixup resume',
  ],
] as const)('how a followed run ended is said of %o, stopped by %s', (result, by, tone, text) => {
  expect(endingWords(run, result, by)).toEqual({ tone, text });
});
