import { expect, test } from 'vitest';
import { endNixProcess } from '../../../source/model/build/build-ending.ts';
import { foldNixEvent } from '../../../source/model/build/fold.ts';
import { progressOf } from '../../../source/model/build/merge.ts';
import { newNixProcess } from '../../../source/model/build/process.ts';
import { readNixLogLine } from '../../../source/parsers/nix/log.ts';

/** Records as people saw them, with the public thread that shows each. */
const seen = {
  // NixOS/nix#8959, before 2.18: activities have no parent.
  fetchOfOldNix: `@nix {"action":"start","fields":["/nix/store/57j9qf4lr4iqjgp45yn9qy4amm9a244f-nix-output-monitor-2.0.0.6","https://cache.nixos.org","local"],"id":9483167530483720,"level":3,"text":"copying path '/nix/store/57j9qf4lr4iqjgp45yn9qy4amm9a244f-nix-output-monitor-2.0.0.6' from 'https://cache.nixos.org'","type":100}`,
  downloadOfOldNix:
    '@nix {"action":"start","fields":["https://cache.nixos.org/nar/163j1156948k3rimk2higcr8nrznsp433zn7aaxn7iqqhacvdd57.nar.xz"],"id":9483167530483721,"level":4,"text":"downloading","type":101}',
  // NixOS/nix#6826
  phase: '@nix {"action":"result","fields":["unpackPhase"],"id":418969764757508,"type":104}',
  // maralorn/nix-output-monitor#160, 2.24: the fetch of a tree.
  fetchTree: `@nix {"action":"start","id":86466281603348,"level":4,"parent":0,"text":"fetching Git repository 'https://github.com/hyprwm/Hyprland'","type":112}`,
  // maralorn/nix-output-monitor#193, Determinate Nix: how a build ended.
  determinateBuilt:
    '@nix {"action":"result","id":282643207821159,"payload":{"builtOutputs":{"out":{"path":"vn3n7i6xjihc5nvy83djxz9pixbrc7j2-fontconfig-conf","signatures":[]}},"path":{"drvPath":"fckamp4g15c88ai45w46pi1fjyp0yifl-fontconfig-conf.drv","outputs":["*"]},"startTime":1755289374,"status":"Built","stopTime":1755289375,"timesBuilt":1},"type":110}',
  // maralorn/nix-output-monitor#309, 2.36.0pre20260904: a source is hashed and copied.
  hashing:
    '@nix {"action":"start","fields":["«github:nobbz/nixos-config/96ae5dc3792bae9aa72029547d1704ed8e7feae5»/",1],"id":7646802723471364,"level":5,"parent":0,"text":"hashing \'«github:nobbz/nixos-config/96ae5dc3792bae9aa72029547d1704ed8e7feae5»/\'","type":113}',
  hashed:
    '@nix {"action":"result","fields":["/nix/store/mnp72dwikxi8zfnxy1admaixasndr3r6-source"],"id":7646802723471364,"type":109}',
  // maralorn/nix-output-monitor#40, Nix and Lix: a wait says nothing but its text.
  wait: `@nix {"action":"start","id":418969764757510,"level":2,"parent":0,"text":"waiting for a machine to build '/nix/store/fckamp4g15c88ai45w46pi1fjyp0yifl-fontconfig-conf.drv'","type":111}`,
} as const;

const drv = '/nix/store/fckamp4g15c88ai45w46pi1fjyp0yifl-fontconfig-conf.drv';

const building = `@nix {"action":"start","fields":["${drv}","",1,1],"id":418969764757508,"level":3,"parent":0,"text":"building '${drv}'","type":105}`;

/** The record of Determinate Nix with another ending. */
const determinate = (status: string): string =>
  seen.determinateBuilt.replace('"status":"Built"', `"status":"${status}"`);

const fold = (...lines: readonly string[]) => {
  const state = newNixProcess();
  for (const [at, line] of lines.entries()) {
    const event = readNixLogLine(line);
    if (event !== null) foldNixEvent(state, event, at * 1_000);
  }
  return state;
};

test('before Nix 2.18 an activity has no parent, and a fetch is counted all the same', () => {
  const state = fold(
    seen.fetchOfOldNix,
    seen.downloadOfOldNix,
    '@nix {"action":"result","fields":[70,100,0,0],"id":9483167530483721,"type":105}',
    '@nix {"action":"result","fields":[7,100,0,0],"id":9483167530483720,"type":105}',
  );
  // The download is a part of the fetch and no second one.
  expect(progressOf(state).fetches).toMatchObject({ running: 1, bytes: 7, bytesExpected: 100 });
});

test.each([
  'fetchTree',
  'hashing',
  'hashed',
  'determinateBuilt',
] as const)('what no count is made of changes none: %s', (name) => {
  const before = progressOf(fold(building));
  expect(progressOf(fold(building, seen[name]))).toEqual(before);
});

test('a wait is told by its own words, and a phase belongs to its build', () => {
  const { activities } = progressOf(fold(building, seen.phase, seen.wait));
  expect(activities).toMatchObject([
    { kind: 'build', name: 'fontconfig-conf', phase: 'unpackPhase' },
    { kind: 'wait', name: expect.stringMatching(/^waiting for a machine to build/) },
  ]);
});

test.each([
  'PermanentFailure',
  'TransientFailure',
  'TimedOut',
  'OutputRejected',
  'LogLimitExceeded',
])('Determinate Nix: a build that ended as %s failed by itself', (status) => {
  const state = fold(building, determinate(status), '@nix {"action":"stop","id":418969764757508}');
  endNixProcess(state, false);
  expect(progressOf(state).builds).toEqual({ expected: 1, running: 0, done: 0, failed: 1 });
});

test.each([
  'Built',
  'Substituted',
  'AlreadyValid',
  'DependencyFailed',
  'Cancelled',
])('Determinate Nix: %s is no failure of its own', (status) => {
  expect(progressOf(fold(building, determinate(status))).builds.failed).toBe(0);
});

test('the number 109 means a source in Nix 2.36 and a wrong hash in Determinate Nix: neither harms', () => {
  const mismatch =
    '@nix {"action":"result","id":1,"payload":{"storePath":"/nix/store/mnp72dwikxi8zfnxy1admaixasndr3r6-source","wanted":"sha256-a","got":"sha256-b"},"type":109}';
  expect(readNixLogLine(mismatch)).toBeNull();
  expect(readNixLogLine(seen.hashed)).toBeNull();
});

test.each([
  '{"status":7,"path":{"drvPath":"x.drv"}}',
  '{"status":"PermanentFailure","path":"x.drv"}',
  '{"status":"PermanentFailure","path":{"drvPath":7}}',
  '{"status":"PermanentFailure"}',
  '[]',
  'null',
])('a payload of another shape is left aside: %s', (payload) => {
  expect(
    readNixLogLine(`@nix {"action":"result","id":1,"payload":${payload},"type":110}`),
  ).toBeNull();
});
