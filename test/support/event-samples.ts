import type { UnknownReason } from '../../source/model/watch/judge.ts';
import type { HostWatch } from '../../source/model/watch/report.ts';
import type { RunEvent } from '../../source/state/events.ts';
import { fullFailures } from './failure-samples.ts';

const at = 1;
const host = 'p510';
const system = '/nix/store/0-nixos-system';
const span = { from: 1, to: 2 };

const quartiles = { p25: 1, p50: 2, p75: 3, p95: 4, samples: 9, expected: 10 };
const compared = { after: quartiles, base: 1, low: 1, high: 2, days: 9, rises: true, change: 1 };

const reasons: readonly UnknownReason[] = [
  { kind: 'not-configured', host },
  { kind: 'not-reachable', detail: 'refused' },
  { kind: 'no-series', before: true },
  { kind: 'no-number' },
  { kind: 'down', how: 'lost' },
  { kind: 'settling', isAhead: true },
  { kind: 'no-change' },
  { kind: 'few-samples', samples: 3, coverage: 0.5, isEarly: true },
  { kind: 'few-days', days: 2 },
  { kind: 'cut-by-deploy', days: 4, cut: 3 },
];

const alert = {
  name: 'DiskFull',
  labels: { instance: host },
  first: 1,
  last: 2,
  change: 'new',
  isFiring: true,
} as const;

const watch: HostWatch = {
  changedAt: 1,
  window: span,
  metrics: [
    ...(['worse', 'better', 'as-before'] as const).map((kind) => ({
      metric: 'cpu' as const,
      verdict: { kind, compared },
      query: 'up',
      cries: { days: 9, worse: 1 },
    })),
    {
      metric: 'cpu',
      verdict: { kind: 'early', leaning: 'worse', why: 'few-days', compared },
      query: null,
    },
    ...reasons.map((reason) => ({
      metric: 'cpu' as const,
      verdict: { kind: 'unknown' as const, reason },
      query: null,
    })),
  ],
  journal: {
    kind: 'read',
    findings: [{ kind: 'coredump', unit: 'sshd.service', count: 2, worstBefore: 0 }],
    slowBoot: { tookMs: 9, usualMs: 3 },
    days: 9,
    sleeps: [span],
    restarts: [1],
    clockChanges: [1],
    switchers: [{ unit: 'nixos-upgrade.service', at }],
  },
  source: 'sysstat',
  unreadFiles: 1,
  clockOffMs: -200_000,
  instances: ['p510:9100'],
  scrapes: { kind: 'whole' },
  alerts: {
    kind: 'compared',
    alerts: [
      { ...alert, cause: { kind: 'copy', bytes: 9, until: 2 } },
      { ...alert, cause: { kind: 'restart', at } },
      { ...alert, cause: { kind: 'sleep', span } },
    ],
    missing: { kind: 'settling' },
  },
};

const scrapes: readonly NonNullable<HostWatch['scrapes']>[] = [
  { kind: 'down', before: true },
  { kind: 'unknown', why: 'no server' },
  { kind: 'lost' },
  { kind: 'gaps', failed: 3, worstBefore: 1 },
  { kind: 'not-recorded', missing: 4, of: 'this-host' },
];

const outcome = { from: system, to: system, generation: 5, reason: null };
const bisection = {
  host,
  hosts: [host],
  what: 'the build',
  inputs: ['a'],
  probes: [{ updated: ['a'], verdict: 'fails' }],
  trying: null,
  suspects: ['a'],
  atMost: 1,
  builds: 1,
} as const;

/** What a journal may hold, each kind with all that it may say. */
export const eventSamples: readonly (RunEvent & { readonly at: number })[] = [
  ...fullFailures.map((failure) => ({
    type: 'missed' as const,
    host,
    deed: 'activate',
    failure,
    at,
  })),
  { type: 'host-watched', host, watch, at },
  ...scrapes.map((one) => ({
    type: 'host-watched' as const,
    host,
    watch: { ...watch, scrapes: one, journal: { kind: 'unknown' as const, why: 'asleep' } },
    at,
  })),
  {
    type: 'fleet-watched',
    watch: { alerts: { kind: 'unknown', reason: { kind: 'settling' } }, notes: ['no server'] },
    at,
  },
  {
    type: 'host-worked',
    host,
    work: { kind: 'unhealthy', from: system, to: system, generation: 5, problems: ['sshd'], at },
    at,
  },
  { type: 'host-worked', host, work: { kind: 'canceled', step: 'build', at }, at },
  { type: 'pause-changed', isPaused: true, at },
  { type: 'stop-asked', by: 'ada', signal: 'SIGTERM', at },
  { type: 'logged', host, lines: ['Build p510'], isStep: true, at },
  {
    type: 'builder-logged',
    logs: [{ derivation: '/nix/store/x.drv', lines: ['a'], isRead: true, before: 3 }],
    at,
  },
  {
    type: 'proposed',
    url: 'https://git.example.org/ada/fleet/pulls/3',
    state: 'opened',
    branch: 'nixup/flake-lock',
    into: 'main',
    revision: 'a1b2c3d',
    reason: 'not healthy',
    at,
  },
  {
    type: 'stage-changed',
    stage: 'check',
    state: { kind: 'passed', evidence: 'all', hosts: [host], seen: ['git'], at },
    at,
  },
  { type: 'bisected', progress: { ...bisection, outcome: { kind: 'not-inputs' } }, at },
  { type: 'bisected', progress: { ...bisection, outcome: { kind: 'stopped', why: 'asked' } }, at },
  {
    type: 'result',
    run: 'r',
    ok: false,
    exitCode: 1,
    hosts: {
      [host]: {
        status: 'succeeded',
        ...outcome,
        oldCode: ['sshd.service'],
        otherSystem: {
          deployed: system,
          since: 1,
          backward: true,
          packages: 'openssl 3.5.1',
          changed: { units: ['sshd.service'], files: ['etc/hosts'], isCut: true },
        },
        unasked: ['http'],
      },
    },
    commit: 'a1b2c3d',
    build: { built: 1, failed: 0, fetched: 2 },
    summary: 'partly',
    alarms: [{ input: 'nixpkgs', alarms: ['downgrade'], now: 'a1b2c3d' }],
    next: 'nixup resume',
    unpushed: { branch: 'main', upstream: 'origin/main', commits: 1 },
    active: {
      kind: 'here',
      id: 'x',
      goal: 'deploy',
      user: 'ada',
      machine: 'desk',
      pid: 7,
      since: 1,
      flake: '/fleet',
      lock: '/fleet/.git/nixup-run.lock',
    },
    pullRequest: 'https://git.example.org/ada/fleet/pulls/3',
    at,
  },
];
