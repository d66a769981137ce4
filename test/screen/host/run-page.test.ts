import { expect, test } from 'vitest';
import { runPageText } from '../../../source/screen/host/run-page.ts';
import type { HostOutcome, RunSummary } from '../../../source/state/run.ts';

const at = Date.parse('2026-11-29T12:00:00Z');

const outcome = (over: Partial<HostOutcome>): HostOutcome => ({
  status: 'succeeded',
  from: '/nix/store/6k6xv7500000000000000000000000-nixos-system-nas-26.05.1',
  to: '/nix/store/q5nl5sa00000000000000000000000-nixos-system-nas-26.05.2',
  generation: 77,
  reason: null,
  ...over,
});

const run = (
  over: Partial<RunSummary>,
  result: { readonly hosts?: RunHosts } = {},
): RunSummary => ({
  id: '20261129-120000-abcdef',
  goal: 'deploy',
  startedAt: at,
  hosts: [],
  by: 'ada@p620',
  ending: {
    at: at + 31_000,
    result: {
      ok: false,
      exitCode: 1,
      hosts: {},
      commit: null,
      build: null,
      summary: '1 deployed · vault failed',
      ...result,
    },
  },
  ...over,
});

type RunHosts = Readonly<Record<string, HostOutcome>>;

const textsOf = (...args: Parameters<typeof runPageText>): readonly string[] =>
  runPageText(...args).map(({ text }) => text);

test('a run has its steps with their times, and its hosts with their systems from and to', () => {
  const hosts = {
    nas: outcome({}),
    vault: outcome({
      status: 'failed',
      from: null,
      to: null,
      generation: null,
      reason: 'no space',
    }),
  };
  const page = textsOf(run({}, { hosts }), {
    steps: [
      { stage: 'test', at, tookMs: 2_000, state: { kind: 'passed', evidence: '2 hosts', at } },
      { stage: 'deploy', at: at + 2_000, tookMs: null, state: { kind: 'running', since: at } },
    ],
    hosts: { nas: { at, tookMs: 12_000 } },
  });
  expect(page).toEqual([
    '✗ 1 deployed · vault failed',
    '2026-11-29 12:00 UTC · took 31 s · by ada@p620 · run 20261129-120000-abcdef',
    '',
    '  STEP    BEGAN     TOOK  RESULT',
    '✓ test    12:00:00  2 s   2 hosts',
    '! deploy  12:00:02        no end of it is known',
    '',
    '  HOST   RESULT          TOOK  SYSTEM, REASON',
    '✓ nas    succeeded, g77  12 s  26.05.1 (6k6xv75) → 26.05.2 (q5nl5sa)',
    '✗ vault  failed                no space',
  ]);
});

test('an update has its inputs as a table, and marks those with an alarm', () => {
  const inputs = [
    { input: 'nixpkgs', from: 'd66fc60a1b2c3', to: '2f1d841a1b2c3' },
    {
      input: 'status-page',
      from: null,
      to: '45c630aa1b2c3',
      alarms: ['owner-changed', 'of-later'],
    },
  ];
  const page = runPageText(run({ inputs, goal: 'update' }));
  expect(page.slice(-3)).toMatchObject([
    { text: '  INPUT        FROM → TO, 2 since the run before', tone: 'muted' },
    { text: '  nixpkgs      d66fc60 → 2f1d841', tone: 'plain' },
    {
      text: '! status-page  nothing → 45c630a · alarm: another owner, of-later',
      tone: 'warn',
    },
  ]);
});
