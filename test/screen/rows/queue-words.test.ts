import { expect, test } from 'vitest';
import type { HostWork } from '../../../source/model/host/host.ts';
import { queueWords } from '../../../source/screen/rows/queue-words.ts';
import { type AppState, type HostState, initialState } from '../../../source/state/state.ts';
import { hostOf, noon } from '../../fixtures/states.ts';

const running: HostWork = {
  kind: 'running',
  step: 'activate',
  done: null,
  expected: null,
  since: noon,
};

const deploy: AppState['run'] = {
  kind: 'active',
  id: 'r1',
  goal: 'deploy',
  hosts: [],
  since: noon,
};

const queued = hostOf('nas', { work: { kind: 'queued' } });

const wordsWith = (
  others: readonly (readonly [string, HostWork])[],
  more: Partial<AppState> = {},
): string => {
  const hosts: readonly HostState[] = [
    queued,
    ...others.map(([name, work]) => hostOf(name, { work })),
  ];
  const app: AppState = {
    ...initialState,
    run: deploy,
    hosts: Object.fromEntries(hosts.map((host) => [host.entry.name, host])),
    ...more,
  };
  return queueWords(app, queued);
};

const wave = (hosts: readonly string[], state: 'deploying' | 'soaking' = 'deploying') => ({
  rollout: { wave: 1, waves: 2, hosts, state, until: null },
});

const done: HostWork = { kind: 'unchanged', toplevel: '/nix/store/a', at: noon };

test.each<readonly [string, string]>([
  ['waits for razer', wordsWith([['razer', running]], wave(['razer']))],
  [
    'waits for razer',
    wordsWith(
      [
        ['p620', done],
        ['razer', running],
      ],
      wave(['p620', 'razer']),
    ),
  ],
  [
    'waits for razer and 1 more',
    wordsWith(
      [
        ['razer', running],
        ['p620', { kind: 'queued' }],
      ],
      wave(['razer', 'p620']),
    ),
  ],
  ['waits while wave 1 is watched', wordsWith([['razer', done]], wave(['razer'], 'soaking'))],
  ['waits for razer', wordsWith([['razer', running]], wave(['razer', 'nas']))],
  [
    'waits for one of 2 hosts',
    wordsWith([
      ['razer', running],
      ['p620', running],
    ]),
  ],
  ['waits for its turn', wordsWith([])],
  ['waits: paused', wordsWith([['razer', running]], { isPaused: true })],
  ['waits to be evaluated', wordsWith([], { run: { ...deploy, goal: 'test' } })],
])('a queued host says: %s', (expected, words) => {
  expect(words).toBe(expected);
});

test('a host that is not queued waits for nothing', () => {
  expect(queueWords({ ...initialState, run: deploy }, hostOf('nas', { work: running }))).toBe('');
});
