import { expect, test } from 'vitest';
import type { CheckRow } from '../../../source/model/board.ts';
import type { CheckConfig } from '../../../source/model/config.ts';
import type { Failure } from '../../../source/model/failure.ts';
import type { HostEntry, HostFacts } from '../../../source/model/host.ts';
import type { LockFacts } from '../../../source/model/lock-facts.ts';
import { failed, type Result, success } from '../../../source/model/result.ts';
import { configRows, type ObservedConfig } from '../../../source/services/board/config-rows.ts';
import {
  judgeBranch,
  judgeConflicts,
  judgeDirty,
  judgeIdentity,
  judgePush,
  judgeUntracked,
  judgeUpstream,
} from '../../../source/services/board/git-rows.ts';
import { judgeHost } from '../../../source/services/board/host-rows.ts';
import { lockRows } from '../../../source/services/board/lock-rows.ts';
import {
  judgeAlerts,
  judgeCheck,
  judgeDataSources,
  judgeGrafana,
  judgeReady,
  judgeTargets,
} from '../../../source/services/board/monitoring-rows.ts';
import {
  judgeFlakes,
  judgeStore,
  judgeSubstituters,
  judgeVersion,
  parseFree,
} from '../../../source/services/board/nix-rows.ts';
import { judgeTasks } from '../../../source/services/board/task-rows.ts';
import type { Repository } from '../../../source/services/git-observe.ts';

/** `state: evidence`, and the command that mends it. */
const told = (row: CheckRow): readonly [string, string | undefined] => [
  `${row.state}: ${row.evidence}`,
  row.remedy?.command ?? row.remedy?.text,
];

const repository = (over: Partial<Repository> = {}): Repository => ({
  root: '/fleet',
  prefix: '',
  branch: 'main',
  head: '139fd17e2449753034f4f1ff84c79d289bc925f5',
  upstream: 'origin/main',
  ahead: 0,
  behind: 0,
  dirty: [],
  dirtyFiles: [],
  conflicted: [],
  untrackedNix: [],
  untrackedCount: 0,
  tree: '0',
  operation: null,
  remote: 'origin',
  remoteRef: 'refs/heads/main',
  remoteUrl: null,
  ...over,
});

const unreachable: Failure = { code: 'host-unreachable', host: 'p620', detail: 'no route to host' };
const http: Failure = {
  code: 'http-failed',
  url: 'http://p620:9090',
  detail: 'the connection was refused',
};

test.each<[string, Partial<Repository>, string, string | undefined]>([
  ['a branch', {}, 'green: main at 139fd17', undefined],
  [
    'a detached head',
    { branch: null },
    'red: HEAD is detached at 139fd17: a commit would belong to no branch',
    'git -C /fleet switch main',
  ],
  [
    'a rebase that was not ended',
    { operation: 'rebase' },
    'red: a rebase was begun and not ended',
    'git -C /fleet rebase --continue',
  ],
  [
    'a branch without commits',
    { head: null },
    'red: main has no commit yet',
    'git -C /fleet commit --message Start',
  ],
])('%s is judged', (_, over, evidence, command) => {
  expect(told(judgeBranch(repository(over)))).toEqual([evidence, command]);
});

test('changed files are named, and a dirty tree is red', () => {
  const row = judgeDirty(
    repository({
      dirty: ['b.nix', 'a.nix'],
      dirtyFiles: [{ path: 'b.nix', state: 'renamed', from: 'a.nix' }],
    }),
  );
  expect(told(row)).toEqual(['red: 1 tracked file changed: b.nix', 'git -C /fleet diff HEAD']);
  expect(row.detail).toEqual(['renamed  a.nix → b.nix']);
  expect(judgeDirty(repository()).state).toBe('green');
});

test('a lock that differs alone is the update under way: to look at, not red', () => {
  const changed = (...paths: readonly string[]): Repository =>
    repository({
      prefix: 'hosts/',
      dirty: paths,
      dirtyFiles: paths.map((path) => ({ path, state: 'modified', from: null })),
    });
  expect(told(judgeDirty(changed('hosts/flake.lock')))).toEqual([
    'warning: only flake.lock differs from HEAD: an update that is not committed yet',
    'nixup diff',
  ]);
  expect(judgeDirty(changed('flake.lock')).state).toBe('red');
  expect(judgeDirty(changed('hosts/flake.lock', 'hosts/flake.nix')).state).toBe('red');
});

test('conflict markers are red, and a lock with them is taken from HEAD', () => {
  expect(told(judgeConflicts(repository(), success([])))).toEqual(['green: none', undefined]);
  expect(
    told(judgeConflicts(repository({ conflicted: ['flake.lock'] }), success(['flake.lock']))),
  ).toEqual([
    'red: 1 file with conflicts: flake.lock',
    'git -C /fleet checkout HEAD -- flake.lock',
  ]);
  expect(told(judgeConflicts(repository(), success(['a b.nix'])))).toEqual([
    'red: 1 file with conflicts: a b.nix',
    "git -C /fleet add -- 'a b.nix'",
  ]);
});

test('Nix files that git does not track are invisible, and told', () => {
  expect(told(judgeUntracked(repository({ untrackedNix: ['new.nix'] })))).toEqual([
    'red: 1 Nix file not tracked by git: new.nix',
    'git -C /fleet add --intent-to-add -- new.nix',
  ]);
  expect(judgeUntracked(repository()).state).toBe('green');
});

test.each<[Partial<Repository>, string, string | undefined]>([
  [{}, 'green: same as origin/main, as of the last fetch', undefined],
  [{ ahead: 2 }, 'red: 2 commits not on origin/main', 'git -C /fleet push'],
  [
    { behind: 1 },
    'red: 1 commit of origin/main not here, as of the last fetch',
    'git -C /fleet pull --rebase',
  ],
  [
    { ahead: 1, behind: 3 },
    'red: main and origin/main have diverged: 1 here, 3 there',
    'git -C /fleet pull --rebase',
  ],
  [
    { upstream: null },
    'not-set-up: main has no upstream branch',
    'git -C /fleet push --set-upstream origin main',
  ],
  [{ upstream: null, remote: null }, 'not-set-up: no remote branch to compare with', undefined],
])('unpushed commits %j are judged', (over, evidence, command) => {
  expect(told(judgeUpstream(repository(over)))).toEqual([evidence, command]);
});

test('push rights are green, not set up, or red with the reason', () => {
  const seen = repository();
  expect(
    judgePush(seen, success({ kind: 'allowed', remote: 'origin', branch: 'main' })),
  ).toMatchObject({ state: 'green', evidence: 'origin would take main' });
  expect(judgePush(seen, success({ kind: 'no-remote' })).state).toBe('not-set-up');
  const failure: Failure = {
    code: 'git-refused',
    operation: 'push',
    detail: 'the login at origin was refused',
    remedy: 'git push --dry-run origin',
  };
  const row = judgePush(
    seen,
    success({ kind: 'refused', refusal: { kind: 'login', detail: 'x' }, failure }),
  );
  expect(row.state).toBe('red');
  expect(row.evidence).toContain('the login at origin was refused');
  expect(row.remedy?.text).toContain('git push --dry-run origin');
});

test('an author that git does not know is red', () => {
  expect(judgeIdentity(success('Ada <ada@example.org>')).state).toBe('green');
  expect(judgeIdentity(failed(http))).toMatchObject({
    state: 'red',
    remedy: { command: expect.stringContaining('git config --global user.name') },
  });
});

const now = Date.UTC(2026, 10, 23);
const daysAgo = (days: number): number => now / 1_000 - days * 86_400;

const lock = (over: Partial<Extract<LockFacts, { kind: 'read' }>> = {}): LockFacts => ({
  kind: 'read',
  fingerprint: 'x',
  changes: [],
  inputs: [],
  copies: [],
  headline: { name: 'nixpkgs', branch: 'nixos-26.05', lastModified: daysAgo(3) },
  oldText: '',
  newText: '',
  ...over,
});

const aged = (days: number): LockFacts =>
  lock({ headline: { name: 'nixpkgs', branch: 'nixos-26.05', lastModified: daysAgo(days) } });

const broken: LockFacts = {
  kind: 'unreadable',
  detail: 'this is not JSON',
  line: 3,
  raw: '{',
  isCommitted: true,
};

test.each<[string, LockFacts, string, string, string | undefined]>([
  ['a fresh nixpkgs', aged(3), 'lock.age', 'green: nixpkgs nixos-26.05, 3 d old', undefined],
  [
    'an old one',
    aged(40),
    'lock.age',
    'warning: nixpkgs nixos-26.05, 40 d old',
    'nixup update nixpkgs',
  ],
  [
    'one past its support',
    aged(200),
    'lock.age',
    'red: nixpkgs nixos-26.05, 200 d old',
    'nixup update nixpkgs',
  ],
  [
    'no nixpkgs',
    lock({ headline: null }),
    'lock.age',
    'not-set-up: the flake has no nixpkgs input',
    undefined,
  ],
  ['no lock', { kind: 'absent' }, 'lock.file', 'red: there is no flake.lock', 'nix flake lock'],
  [
    'a lock with conflict markers',
    { ...broken, detail: 'a merge left its conflict markers in the file' },
    'lock.file',
    'red: flake.lock, line 3: a merge left its conflict markers in the file',
    'nixup revert --all',
  ],
  [
    'a broken lock that was never committed',
    { ...broken, isCommitted: false },
    'lock.file',
    'red: flake.lock, line 3: this is not JSON',
    'nixup revert --undo',
  ],
  [
    'a lock of another Nix',
    { ...broken, detail: 'version 8 is not known here' },
    'lock.file',
    'red: flake.lock, line 3: version 8 is not known here',
    'nix flake metadata',
  ],
  [
    'a lock where that of HEAD is broken',
    lock({ uncompared: 'what HEAD has cannot be read' }),
    'lock.file',
    'warning: 0 inputs, not compared: what HEAD has cannot be read',
    'nixup diff OLD',
  ],
  [
    'a change with an alarm',
    lock({
      changes: [
        {
          path: 'agenix',
          kind: 'repointed',
          lockedChanged: true,
          old: null,
          new: null,
          days: null,
          compareUrl: null,
          alarms: ['owner-changed'],
          alsoMoves: [],
        },
      ],
    }),
    'lock.alarms',
    'red: 1 change with alarms: agenix',
    'nixup diff',
  ],
])('the lock: %s', (_, facts, id, evidence, command) => {
  const row = lockRows(facts, now).find((one) => one.id === id);
  expect(row === undefined ? undefined : told(row)).toEqual([evidence, command]);
});

test('open tasks: none critical is green, a critical one comes first', () => {
  const task = (title: string, labels: readonly string[]) => ({
    number: 7,
    title,
    labels,
    url: null,
  });
  expect(judgeTasks(success({ kind: 'listed', tasks: [task('a', [])] }))).toMatchObject({
    state: 'green',
    evidence: '1 open task, none critical',
  });
  expect(
    judgeTasks(
      success({ kind: 'listed', tasks: [task('a', []), task('disk dies', ['priority:critical'])] }),
    ),
  ).toMatchObject({
    state: 'red',
    evidence: '2 open tasks, 1 critical: disk dies',
    detail: ['#7 disk dies [priority:critical]', '#7 a'],
  });
  expect(judgeTasks(failed({ code: 'program-missing', program: 'tasks' })).state).toBe('red');
  expect(judgeTasks(success({ kind: 'untrusted', command: ['just', 'x'] }))).toMatchObject({
    state: 'not-set-up',
    remedy: { command: 'nixup check --trust' },
  });
});

test('Nix: missing, too old, supported', () => {
  const version = (text: string, major: number, minor: number) =>
    success({ text, major, minor, patch: 0, flavor: 'nix' as const });
  expect(judgeVersion(failed({ code: 'program-missing', program: 'nix' })).state).toBe('red');
  expect(judgeVersion(version('2.4', 2, 4))).toMatchObject({
    state: 'red',
    evidence: 'Nix 2.4 is older than 2.8.0',
  });
  expect(judgeVersion(version('2.34.1', 2, 34))).toMatchObject({
    state: 'green',
    evidence: 'Nix 2.34.1',
  });
});

test('flakes that are not enabled are red with the setting', () => {
  const settings = (flakesEnabled: boolean) =>
    success({
      flakesEnabled,
      flakesRemedy: flakesEnabled ? null : 'add "experimental-features = nix-command flakes"',
      system: 'x86_64-linux',
      extraPlatforms: [],
      buildableSystems: [],
      substituters: [],
      builders: [],
      accessTokenHosts: [],
      maxJobs: null,
    });
  expect(judgeFlakes(settings(true)).state).toBe('green');
  expect(told(judgeFlakes(settings(false)))).toEqual([
    'red: flakes are not enabled in the Nix configuration',
    'add "experimental-features = nix-command flakes"',
  ]);
});

test('substituters: none, some silent, all silent', () => {
  const urls = ['https://a', 'https://b'];
  const answers = (...problems: readonly (string | null)[]) =>
    problems.map((problem, index) => ({ url: urls[index] ?? '', problem }));
  expect(judgeSubstituters([], []).state).toBe('not-set-up');
  expect(judgeSubstituters(urls, answers(null, null)).state).toBe('green');
  expect(judgeSubstituters(urls, answers(null, 'timeout'))).toMatchObject({
    state: 'warning',
    evidence: '1 of 2 substituters does not answer: https://b',
  });
  expect(judgeSubstituters(urls, answers('x', 'y')).state).toBe('red');
});

test('space in the store is read from df and judged', () => {
  const df =
    'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 100 50 1048576 50% /nix\n';
  expect(parseFree(df)).toBe(1024 ** 3);
  expect(parseFree('nonsense')).toBeNull();
  expect(judgeStore(success(1024 ** 3))).toMatchObject({
    state: 'red',
    evidence: '1 GiB free in /nix/store',
  });
  expect(judgeStore(success(5 * 1024 ** 3)).state).toBe('warning');
  expect(judgeStore(success(50 * 1024 ** 3)).state).toBe('green');
});

test('Prometheus: not answering, targets down, alerts firing', () => {
  expect(judgeReady('http://p620:9090', success({ tookMs: 4 }))).toMatchObject({
    state: 'green',
    evidence: 'http://p620:9090 is ready, 4 ms',
  });
  expect(judgeReady('http://p620:9090', failed(http))).toMatchObject({
    state: 'red',
    remedy: { command: 'systemctl status prometheus.service' },
  });
  const target = (instance: string, health: 'up' | 'down') => ({
    job: 'node',
    instance,
    health,
    lastError: 'refused',
  });
  expect(judgeTargets(success([target('a:9100', 'up'), target('b:9100', 'down')]))).toMatchObject({
    state: 'red',
    evidence: '1 of 2 targets down: b:9100 (node)',
    detail: ['b:9100 (node): refused'],
  });
  expect(judgeTargets(success([target('a:9100', 'up')])).state).toBe('green');
  expect(judgeTargets(success([])).state).toBe('not-set-up');
  const alert = (severity: string, state: 'firing' | 'pending') => ({
    name: 'HostDown',
    instance: 'b',
    severity,
    state,
    summary: 'gone',
  });
  expect(judgeAlerts(success([alert('critical', 'firing')]))).toMatchObject({
    state: 'red',
    evidence: '1 alert firing: HostDown on b',
    detail: ['HostDown on b [critical]: gone'],
  });
  expect(judgeAlerts(success([alert('warning', 'firing')])).state).toBe('warning');
  expect(judgeAlerts(success([alert('critical', 'pending')]))).toMatchObject({
    state: 'green',
    evidence: 'none firing, 1 pending',
  });
});

test('Grafana: its database and its data sources', () => {
  const url = 'http://p620:3001';
  expect(judgeGrafana(url, success({ database: 'ok', version: '12.1', tookMs: 3 }))).toMatchObject({
    state: 'green',
    evidence: 'http://p620:3001, version 12.1, 3 ms',
  });
  expect(judgeGrafana(url, success({ database: 'failing', version: null, tookMs: 3 })).state).toBe(
    'red',
  );
  expect(judgeGrafana(url, failed(http)).state).toBe('red');
  const source = (name: string) => ({ uid: name, name, type: 'prometheus' });
  expect(
    judgeDataSources(
      success([
        { source: source('p'), health: { kind: 'unhealthy', message: 'no route' } },
        { source: source('l'), health: { kind: 'unknown' } },
      ]),
    ),
  ).toMatchObject({ state: 'red', detail: ['p: no route'] });
  expect(
    judgeDataSources(success([{ source: source('p'), health: { kind: 'healthy' } }])).state,
  ).toBe('green');
});

test('a web check compares status and content', () => {
  const check: CheckConfig = {
    name: 'plex',
    http: 'http://p510:32400',
    expect: 200,
    contains: 'ok',
    timeoutMs: 1,
  };
  const answer = (status: number, body: string) =>
    success({ status, body, headers: {}, tookMs: 5 });
  expect(judgeCheck(check, answer(200, 'all ok')).state).toBe('green');
  expect(judgeCheck(check, answer(503, ''))).toMatchObject({
    state: 'red',
    evidence: 'http://p510:32400 answered 503 instead of 200',
    remedy: { command: 'curl --include http://p510:32400' },
  });
  expect(judgeCheck(check, answer(200, 'bad')).state).toBe('red');
  expect(judgeCheck(check, failed(http)).state).toBe('red');
});

const config = (over: Partial<ObservedConfig>): readonly string[] =>
  configRows({
    file: 'nixup.toml',
    failures: [],
    stale: [],
    hasCommands: false,
    isTrusted: false,
    ...over,
  }).map(({ id, state }) => `${id} ${state}`);

test('the configuration: none, valid, mistaken, stale, not trusted', () => {
  expect(config({ file: null })).toEqual(['config.file not-set-up']);
  expect(config({})).toEqual(['config.file green', 'config.stale green']);
  expect(
    config({
      failures: [{ code: 'config-invalid', file: 'nixup.toml', line: 2, detail: 'x', remedy: 'y' }],
    }),
  ).toEqual(['config.file red']);
  expect(
    config({ stale: [{ path: ['hosts', 'x'], detail: 'gone', remedy: 'remove it' }] }),
  ).toEqual(['config.file green', 'config.stale red']);
  expect(config({ hasCommands: true })).toContain('config.trust red');
  expect(config({ hasCommands: true, isTrusted: true })).toContain('config.trust green');
});

const entry = (over: Partial<HostEntry> = {}): HostEntry => ({
  name: 'p620',
  hostName: 'p620',
  address: 'p620.lan',
  here: false,
  tags: [],
  policy: 'auto',
  critical: [],
  ignoreUnits: ['known-bad.service'],
  elevate: 'auto',
  onUnhealthy: 'ask',
  health: [],
  notes: [],
  role: { kind: 'deployable' },
  ...over,
});

const gib = 1024 ** 3;

const facts = (over: Partial<HostFacts> = {}): Result<HostFacts, Failure> =>
  success({
    at: 0,
    latencyMs: 12.4,
    hostName: 'p620',
    machineId: null,
    bootId: null,
    uptimeSeconds: null,
    clockSkewMs: 200,
    current: '/nix/store/x',
    booted: null,
    profile: '/nix/store/x',
    generations: [],
    bootDefault: { kind: 'unverifiable', reason: '' },
    nixosVersion: null,
    revision: null,
    kernel: null,
    rebootNeeded: null,
    failedUnits: ['known-bad.service'],
    activeUnits: [],
    load: null,
    space: [{ mount: '/', freeBytes: 50 * gib, totalBytes: 100 * gib }],
    elevation: 'sudo',
    nixVersion: null,
    copyTrusted: true,
    activationLock: null,
    automaticUpgrades: [],
    ...over,
  });

test.each<[string, Partial<HostFacts>, string, string | undefined]>([
  ['well', {}, 'green: reachable, 12 ms, root by sudo, 50 GiB free on /', undefined],
  [
    'another machine',
    { hostName: 'razer' },
    'red: p620.lan is razer, not p620',
    'correct [hosts.p620] address in nixup.toml',
  ],
  [
    'no root',
    { elevation: null },
    'red: the login user cannot become root without a password',
    "ssh p620.lan 'sudo --non-interactive true'",
  ],
  [
    'locked',
    { activationLock: { holder: null } },
    'red: another activation runs on it',
    "ssh p620.lan 'fuser --verbose /run/nixos/switch-to-configuration.lock'",
  ],
  [
    'full boot partition',
    { space: [{ mount: '/boot', freeBytes: 20 * 1024 ** 2, totalBytes: 511 * 1024 ** 2 }] },
    'red: 20 MiB free on /boot',
    "ssh p620.lan 'sudo nix-collect-garbage --delete-older-than 30d'",
  ],
  [
    'not NixOS',
    { current: null, profile: null },
    'red: it does not run NixOS',
    'install NixOS there, or set deploy = false for it',
  ],
  [
    'an untrusted login',
    { copyTrusted: false },
    'warning: its Nix takes no unsigned paths from the login user: they are copied by sudo',
    'add the user to nix.settings.trusted-users (that makes it as powerful as root), sign the paths, or log in as root',
  ],
  [
    'automatic upgrades',
    { automaticUpgrades: ['nixos-upgrade.timer'] },
    'warning: nixos-upgrade.timer can switch it at any time, a rollback included',
    "ssh p620.lan 'sudo systemctl stop nixos-upgrade.timer'",
  ],
  [
    'a wrong clock',
    { clockSkewMs: -120_000 },
    'warning: its clock is 2 m 00 s behind',
    'ssh p620.lan timedatectl',
  ],
  [
    'a failed unit',
    { failedUnits: ['known-bad.service', 'nzbget.service'] },
    'warning: 1 failed unit: nzbget.service',
    "ssh p620.lan 'systemctl status nzbget.service'",
  ],
])('a host: %s', (_, over, evidence, command) => {
  expect(told(judgeHost(entry(), facts(over)))).toEqual([evidence, command]);
});

test('the worst of several findings is told, the others below', () => {
  const row = judgeHost(entry(), facts({ clockSkewMs: 99_000, activationLock: { holder: null } }));
  expect(row).toMatchObject({ state: 'red', evidence: 'another activation runs on it (1 more)' });
  expect(row.detail.length).toBe(3);
});

test('a small boot partition is judged by its share', () => {
  const space = [{ mount: '/boot', freeBytes: 60 * 1024 ** 2, totalBytes: 100 * 1024 ** 2 }];
  expect(judgeHost(entry(), facts({ space })).state).toBe('green');
});

test('a host that is away is to look at, as asleep is normal', () => {
  expect(judgeHost(entry(), failed(unreachable)).state).toBe('warning');
  expect(
    judgeHost(entry(), failed({ code: 'host-timeout', host: 'p620', afterMs: 5_000 })).state,
  ).toBe('warning');
});

test('a refused login, an unknown key and a wrong machine are red, an image is left out', () => {
  expect(
    judgeHost(entry(), failed({ code: 'host-key-unknown', host: 'p620', address: 'p620' })).state,
  ).toBe('red');
  expect(judgeHost(entry(), facts({ hostName: 'p510' })).state).toBe('red');
  expect(
    judgeHost(entry(), failed({ code: 'login-refused', host: 'p620', detail: 'publickey' })).state,
  ).toBe('red');
  expect(
    judgeHost(entry({ role: { kind: 'left-out', reason: 'an image' } }), failed(unreachable)),
  ).toMatchObject({ state: 'not-set-up', evidence: 'an image' });
});
