import { expect, test } from 'vitest';
import {
  isScrapeWorse,
  judgeScrapes,
  type ScrapeEvidence,
  scrapeSentence,
} from '../../../source/model/watch/scrapes.ts';

const whole = { up: 1, samples: 480 };
const usual: ScrapeEvidence = {
  after: whole,
  last: true,
  atChange: true,
  days: [whole, whole, whole],
  expected: 480,
  mostRecorded: 480,
};

test.each<[string, Partial<ScrapeEvidence>, object | null, boolean]>([
  ['nothing failed', {}, { kind: 'whole' }, false],
  // Bounds of ranges differ by one sample between versions.
  ['one more or less', { after: { up: 1, samples: 479 } }, { kind: 'whole' }, false],
  [
    'the host is down',
    { after: { up: 0.4, samples: 480 }, last: false },
    { kind: 'down', before: false },
    true,
  ],
  [
    'it was down when it was changed too',
    { after: { up: 0, samples: 480 }, last: false, atChange: false },
    { kind: 'down', before: true },
    false,
  ],
  ['its target is gone', { after: { up: 1, samples: 90 }, last: null }, { kind: 'lost' }, true],
  ['its target is gone since the change', { after: null, last: null }, { kind: 'lost' }, true],
  ['nobody ever asked it', { after: null, last: null, atChange: null, days: [] }, null, false],
  [
    'it was away for a while',
    { after: { up: 0.8, samples: 480 } },
    { kind: 'gaps', worstBefore: 0 },
    true,
  ],
  [
    'a laptop that was away as long on another day',
    { after: { up: 0.8, samples: 480 }, days: [whole, { up: 0.5, samples: 480 }] },
    { kind: 'whole' },
    false,
  ],
  [
    'the server was down: no host has more',
    { after: { up: 1, samples: 240 }, mostRecorded: 241 },
    { kind: 'not-recorded', missing: 0.5, of: 'all-hosts' },
    false,
  ],
  [
    'the server was down, and does not tell how often it asks',
    { after: { up: 1, samples: 240 }, expected: null, mostRecorded: 241 },
    { kind: 'not-recorded', missing: 0.5, of: 'all-hosts' },
    false,
  ],
  [
    'there is no day before, and the server does not tell how often it asks',
    { after: { up: 1, samples: 240 }, days: [], expected: null, mostRecorded: 480 },
    { kind: 'not-recorded', missing: 0.5, of: 'this-host' },
    false,
  ],
  [
    'it is scraped more often since a while',
    { after: { up: 1, samples: 485 }, expected: 960, mostRecorded: 485 },
    { kind: 'whole' },
    false,
  ],
  [
    'the target was added later: others have more',
    { after: { up: 1, samples: 240 } },
    { kind: 'not-recorded', missing: 0.5, of: 'this-host' },
    false,
  ],
])('%s', (_, change, expected, isWorse) => {
  const watch = judgeScrapes({ ...usual, ...change });
  if (expected === null) expect(watch).toBeNull();
  else expect(watch).toMatchObject(expected);
  if (watch === null) return;
  expect(isScrapeWorse(watch)).toBe(isWorse);
  // All but the whole have words.
  expect(scrapeSentence(watch) === null).toBe(watch.kind === 'whole');
});

test('a sleep explains scrapes that failed', () => {
  const watch = { kind: 'gaps', failed: 0.2, worstBefore: 0 } as const;
  const at = Date.UTC(2026, 5, 20, 22);
  const sleeps = [{ from: at, to: at + 3_600_000 }];
  expect(isScrapeWorse(watch, sleeps)).toBe(false);
  expect(scrapeSentence(watch, sleeps)).toBe(
    '20 % of its scrapes failed since the change; it slept 2026-06-20 22:00 to 23:00 UTC',
  );
});
