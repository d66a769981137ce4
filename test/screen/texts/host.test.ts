import { expect, test } from 'vitest';
import type { ActivationWaits } from '../../../source/model/host/activation-waits.ts';
import type { HostWork } from '../../../source/model/host/host.ts';
import { positionWords, workWords } from '../../../source/screen/texts/host.ts';
import { expectedOf, factsOf, hostOf, noon, systemPath } from '../../fixtures/states.ts';
import { openStage } from '../../support/play.ts';

const stopping = { unit: 'postgresql.service', job: 'stop', isRunning: true, since: 10_000 };

test.each<[ActivationWaits, string, string]>([
  [
    { jobs: [stopping], program: 'switch-to-confi', said: null },
    'waits for postgresql',
    'activating: waits for postgresql to stop (since 42 s)',
  ],
  [
    {
      jobs: [stopping, { unit: 'nginx.service', job: 'start', isRunning: false, since: null }],
      program: null,
      said: null,
    },
    'waits for postgresql',
    'activating: waits for postgresql to stop (since 42 s) and 1 more',
  ],
  [
    { jobs: [], program: 'sleep', said: 'waiting for the disk...' },
    'waits for its script',
    'activating: waits for its own script, at sleep, after: waiting for the disk...',
  ],
  [{ jobs: [], program: null, said: null }, 'activating', 'activating'],
])('a row names what an activation that takes long waits for: %j', async (waits, words, roomy) => {
  const { state } = await openStage();
  const host = state().hosts['razer'];
  if (host === undefined) throw new Error('no razer');
  const work = {
    kind: 'running',
    step: 'activate',
    done: null,
    expected: null,
    since: 0,
    waits,
  } as const;
  const status = workWords({ ...host, work }, 52_000);
  expect(status.words).toBe(words);
  expect(status.roomy ?? status.words).toBe(roomy);
});

const working = { done: null, expected: null, since: noon } as const;

test.each<[HostWork, string, string]>([
  [{ kind: 'running', step: 'activate', ...working }, 'not default yet', 'busy'],
  [{ kind: 'running', step: 'health', ...working }, 'not default yet', 'busy'],
  [{ kind: 'rollingBack', to: systemPath('web', '3900'), since: noon }, 'not default yet', 'busy'],
  [{ kind: 'running', step: 'build', ...working }, 'not the default', 'warn'],
  [{ kind: 'idle' }, 'not the default', 'warn'],
  [{ kind: 'queued' }, 'not the default', 'warn'],
])('a system that runs and is not the default is an alarm unless a deploy is at it: %j', (work, words, tone) => {
  const host = hostOf('web', {
    facts: factsOf('web', {
      current: systemPath('web', '4193'),
      profile: systemPath('web', '3980'),
    }),
    expectation: expectedOf('web', '4193', noon),
    work,
  });
  expect(positionWords(host, noon)).toMatchObject({ words, tone });
});

test('after a rollback, and before git was asked, the position says what is known', () => {
  const host = (work: HostWork) =>
    hostOf('nas', {
      facts: factsOf('nas'),
      expectation: expectedOf('nas', '4193', null),
      ancestry: { kind: 'unjudged' },
      work,
    });
  const words = (work: HostWork): string => positionWords(host(work), noon).words;
  expect(
    words({
      kind: 'succeeded',
      deed: 'rollback',
      from: null,
      to: systemPath('nas', '3980'),
      generation: 7,
      at: noon,
    }),
  ).toBe('rolled back');
  expect(words({ kind: 'idle' })).toBe('another system');
});

test('a host that was rolled back says so in its position after the run too, until it runs what the flake wants', () => {
  const work = {
    kind: 'rolledBack',
    from: systemPath('nas', '4193'),
    to: systemPath('nas', '3980'),
    generation: 76,
    reason: 'immich-server failed',
    at: noon,
  } as const;
  const wordsOf = (version: string): string =>
    positionWords(hostOf('nas', { work, expectation: expectedOf('nas', version, noon) }), noon)
      .words;
  expect(wordsOf('4193')).toBe('rolled back');
  expect(wordsOf('3980')).toBe('current');
});

test('so does a host that a person rolled back', () => {
  const work = {
    kind: 'succeeded',
    deed: 'rollback',
    from: systemPath('nas', '4193'),
    to: systemPath('nas', '3980'),
    generation: 76,
    at: noon,
  } as const;
  const wordsOf = (version: string): string =>
    positionWords(hostOf('nas', { work, expectation: expectedOf('nas', version, noon) }), noon)
      .words;
  expect(wordsOf('4193')).toBe('rolled back');
  expect(wordsOf('3980')).toBe('current');
});
