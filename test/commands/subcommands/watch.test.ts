import { expect, test } from 'vitest';
import { newsOf } from '../../../source/commands/subcommands/watch.ts';
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
