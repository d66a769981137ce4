import { expect, test } from 'vitest';
import type { ActivationWaits } from '../../../source/model/host/activation-waits.ts';
import { workWords } from '../../../source/screen/texts/host.ts';
import { openStage } from '../../support/play.ts';

const stopping = { unit: 'postgresql.service', job: 'stop', isRunning: true, since: 10_000 };

test.each<[ActivationWaits, string]>([
  [
    { jobs: [stopping], program: 'switch-to-confi', said: null },
    'activating: waits for postgresql to stop (since 42 s)',
  ],
  [
    {
      jobs: [stopping, { unit: 'nginx.service', job: 'start', isRunning: false, since: null }],
      program: null,
      said: null,
    },
    'activating: waits for postgresql to stop (since 42 s) and 1 more',
  ],
  [
    { jobs: [], program: 'sleep', said: 'waiting for the disk...' },
    'activating: waits for its own script, at sleep, after: waiting for the disk...',
  ],
  [{ jobs: [], program: null, said: null }, 'activating'],
])('a row names what an activation that takes long waits for: %j', async (waits, words) => {
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
  expect(workWords({ ...host, work }, 52_000).words).toBe(words);
});
