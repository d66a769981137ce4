import { expect, test } from 'vitest';
import { newsOf } from '../../../source/commands/subcommands/watch.ts';
import type { RunWatch } from '../../../source/model/watch/run-watch.ts';
import type { AppEvent, Undated } from '../../../source/state/events.ts';
import { reduce } from '../../../source/state/reducer/reducer.ts';
import { initialState } from '../../../source/state/state.ts';
import {
  entry,
  facts,
  fleet,
  outcome,
  play,
  result,
  toplevel,
} from '../../support/fake-program.ts';
import { strictWorld } from '../../support/strict-world.ts';

const after = (...events: readonly Undated[]) =>
  [...fleet(entry('p620')), ...events]
    .map((event): AppEvent => ({ ...event, at: 1 }))
    .reduce(reduce, initialState);

test.each<readonly [string, Parameters<typeof facts>[1], readonly string[]]>([
  ['nothing', {}, []],
  ['a reboot', { bootId: 'other' }, ['was rebooted']],
  [
    'another system',
    { current: toplevel('p620', 'd') },
    [`runs another system: ${toplevel('p620', 'd')}`],
  ],
])('%s is told as it is', (_, changes, news) => {
  const state = after({ type: 'host-probed', host: 'p620', facts: facts('p620', changes) });
  expect(newsOf(state, 'p620', facts('p620'))).toEqual(news);
});

test('a new failed unit is news, one that failed before is not', () => {
  const state = after({
    type: 'host-probed',
    host: 'p620',
    facts: facts('p620', { failedUnits: ['old.service', 'new.service'] }),
  });
  const news = newsOf(state, 'p620', facts('p620', { failedUnits: ['old.service'] }));
  expect(news.join()).toContain('new.service');
  expect(news.join()).not.toContain('old.service');
});

test('a host that falls asleep and wakes is told once each', () => {
  const asleep = after({
    type: 'host-unprobed',
    host: 'p620',
    failure: { code: 'host-timeout', host: 'p620', afterMs: 1 },
  });
  expect(newsOf(asleep, 'p620', facts('p620'))).toEqual(['does not answer any more']);
  expect(newsOf(asleep, 'p620', null)).toEqual([]);
  expect(newsOf(after(), 'p620', null)).toEqual(['answers']);
});

test('watch compares once and ends with the status of the comparison', async () => {
  const played = await play('watch', () => ({
    facts: fleet(entry('p620')),
    engine: {
      health: {
        watch: async () => result({ exitCode: 5, hosts: { p620: outcome('unhealthy') } }),
      },
    },
  }));
  expect(played.status).toBe(5);
  expect(played.calls).toContain('health.watch ["p620"]');
});

test('a report in Markdown ends with what was found now, also where no run deployed', async () => {
  const summary = 'There is new trouble: page answered 503 instead of 200.';
  const played = await play('watch --markdown', () => ({
    facts: fleet(entry('p620')),
    engine: { health: { watch: async () => result({ exitCode: 5, summary }) } },
  }));
  expect(played.status).toBe(5);
  expect(played.stdout).toBe(
    `No run deployed in the last days: there is no report of one.\n\nFound now: ${summary}`,
  );
});

const watchSince = (changedAt: number): RunWatch => ({
  run: '4f2a9c',
  hosts: [{ host: 'p620', changedAt }],
  reports: [],
  signOffs: [],
});

const hour = 3_600_000;
const sceneNow = strictWorld({ workingFolder: '/fleet' }).clock.now();

const signing = (words: string, changedAgo: number, typed?: readonly string[]) => {
  const signed: unknown[] = [];
  return play(`watch p620 --sign ${words}`, () => ({
    facts: [
      ...fleet(entry('p620')),
      { type: 'watches-listed', watches: [watchSince(sceneNow - changedAgo)] },
    ],
    ...(typed === undefined ? {} : { typed }),
    engine: {
      health: {
        signOff: async (...what: readonly unknown[]) => {
          signed.push(what);
          return true;
        },
        watchOf: async () => null,
      },
    },
  })).then(({ status, stderr }) => ({ status, stderr, signed: signed.length }));
};

test.each<[string, string, number, readonly string[] | undefined, number, number]>([
  ['nobody can be asked', 'fine', 19 * hour, undefined, 3, 0],
  ['the person says no', 'fine', 19 * hour, [''], 3, 0],
  ['the person says yes', 'fine', 19 * hour, ['y'], 0, 1],
  ['--yes is there', 'fine --yes', 19 * hour, undefined, 0, 1],
  ['the 24 hours are over', 'fine', 25 * hour, undefined, 0, 1],
  ['it is trouble, which is true at once', 'desktop:silent', 19 * hour, undefined, 0, 1],
  ['a signature is taken back', 'open', 19 * hour, undefined, 0, 1],
])('signing where %s', async (_, words, ago, typed, status, count) => {
  const played = await signing(words, ago, typed);
  expect(played.signed).toBe(count);
  expect(played.status).toBe(status);
  if (typed !== undefined)
    expect(played.stderr).toContain('The watch of p620 ends in 5 h; sign now? [y/N]');
  if (status === 3) {
    expect(played.stderr).toContain('the watch of p620 ends in 5 h');
    expect(played.stderr).toContain('nixup watch p620 --sign fine --yes');
  }
});

test('what the watch says of a host stands there once, and no table calls it unchanged', async () => {
  const played = await play('watch', () => ({
    facts: [
      ...fleet(entry('p620')),
      { type: 'watches-listed', watches: [watchSince(sceneNow - 5 * hour)] },
      {
        type: 'host-watched',
        host: 'p620',
        watch: { changedAt: sceneNow - 5 * hour, window: null, metrics: [], journal: null },
      },
    ],
    engine: {
      health: {
        watch: async () =>
          result({ exitCode: 4, hosts: { p620: outcome('unchanged') }, summary: 'Too early.' }),
        watchOf: async () => watchSince(sceneNow - 5 * hour),
      },
    },
  }));
  const lines = played.stdout.split('\n');
  expect(lines.filter((line) => /^\s*p620\b/.test(line))).toEqual([
    expect.stringMatching(/^p620: /),
    '  p620: not signed',
  ]);
  expect(played.stdout).not.toContain('unchanged');
  expect(lines.at(-1)).toBe('Too early.');
});
