import { expect, test } from 'vitest';
import { type AlsoBack, hostsOnly, type LeftOut } from '../../source/model/deploy/plan.ts';
import { filesAloneCommand, partlyBack } from '../../source/state/partly-back.ts';
import type { HostOutcome, HostOutcomeStatus } from '../../source/state/run.ts';

const ended = (status: HostOutcomeStatus, reason: string | null = null): HostOutcome => ({
  status,
  from: null,
  to: null,
  generation: null,
  reason,
});

const files: AlsoBack = { lock: true, commit: true, push: true };
const stays = 'lock and commit stay until every host is back.';

const left = (kind: LeftOut['kind'], reason: string): readonly LeftOut[] => [
  { host: 'razer', kind, reason },
];

test.each<[LeftOut['kind'], string, HostOutcomeStatus, number | undefined, string, string]>([
  [
    'protected',
    'it needs --confirm razer',
    'skipped',
    3,
    `p620 rolled back · not rolled back: razer is protected: it needs --confirm razer · ${stays}`,
    'nixup rollback razer --lock --commit --push --confirm razer',
  ],
  [
    'repeated',
    'not repeated: it was taken back from this system',
    'skipped',
    3,
    `p620 rolled back · not rolled back: razer not repeated: it was taken back from this system · ${stays}`,
    'nixup rollback razer --lock --commit --push --confirm razer',
  ],
  [
    'declined',
    'not agreed to',
    'skipped',
    3,
    `p620 rolled back · not rolled back: razer was not agreed to · ${stays}`,
    'nixup rollback razer --lock --commit --push',
  ],
  [
    'refused',
    'has no earlier generation to go back to',
    'skipped',
    3,
    `p620 rolled back · not rolled back: razer has no earlier generation to go back to · ${stays}`,
    'nixup rollback razer --lock --commit --push',
  ],
  [
    'pending',
    'asleep',
    'pending',
    undefined,
    `p620 rolled back · razer pending, asleep · ${stays}`,
    'nixup rollback razer --lock --commit --push',
  ],
  [
    'mistaken',
    'another machine',
    'failed',
    undefined,
    `p620 rolled back · razer failed: another machine · ${stays}`,
    'nixup rollback razer --lock --commit --push',
  ],
])('lock and commit stay with a host that is left out as %s, and the ways on are named', (kind, reason, status, exitCode, summary, command) => {
  const outcomes = { p620: ended('succeeded'), razer: ended(status, reason) };
  const part = partlyBack(left(kind, reason), outcomes, files);
  expect(part?.exitCode).toBe(exitCode);
  expect(part?.summary).toBe(summary);
  expect(part?.next).toEqual({
    text: `Next: ${command}; or leave razer and take lock and commit back`,
    command: 'nixup rollback p620 --lock --commit --push',
  });
});

test.each<[string, HostOutcomeStatus, string | null, unknown]>([
  [
    'another host is back',
    'succeeded',
    'git -C /fleet revert abc',
    {
      text: 'Leave razer and take lock and commit back',
      command: 'nixup rollback p620 --lock --commit --push',
    },
  ],
  [
    'no other host is back',
    'skipped',
    'git -C /fleet revert abc',
    {
      text: 'To take lock and commit back without razer',
      command: 'git -C /fleet revert abc',
    },
  ],
  [
    'nothing is to be taken back',
    'skipped',
    null,
    { text: 'There is nothing of lock and commit to take back.' },
  ],
])('a host without a way back is never told to be rolled back again: %s', (_, status, alone, next) => {
  const reason = 'has no earlier system to go back to: every earlier generation is the same system';
  const outcomes = { p620: ended(status), razer: ended('skipped', reason) };
  const leftOut: readonly LeftOut[] = [
    { host: 'razer', kind: 'refused', reason, hasNoWayBack: true },
  ];
  const part = partlyBack(leftOut, outcomes, files, alone);
  expect(part?.exitCode).toBe(3);
  expect(part?.summary).toContain(`razer ${reason}`);
  expect(part?.next).toEqual(next);
});

test.each([
  [
    { lock: true, commit: true, push: false },
    true,
    'nixup revert --all && git -C /fleet revert abc',
  ],
  [{ lock: true, commit: true, push: false }, false, 'git -C /fleet revert abc'],
  [{ lock: true, commit: false, push: false }, true, 'nixup revert --all'],
  [{ lock: true, commit: false, push: false }, false, null],
])('lock and commit alone, %j with a changed lock %s: %s', (also, isLockChanged, command) => {
  expect(filesAloneCommand(also, '/fleet', isLockChanged, 'abc')).toBe(command);
});

test('lock and commit go back where every host is back, or was to be left by its role', () => {
  const outcomes = { p620: ended('succeeded'), nas: ended('unchanged'), image: ended('skipped') };
  const leftOut: readonly LeftOut[] = [
    { host: 'nas', kind: 'unchanged', reason: 'runs it already' },
    { host: 'image', kind: 'skipped', reason: 'an image' },
  ];
  expect(partlyBack(leftOut, outcomes, files)).toBeNull();
});

test('a rollback of hosts alone says nothing of lock and commit, and a person may leave hosts out', () => {
  const outcomes = { p620: ended('succeeded'), razer: ended('skipped', 'not agreed to') };
  expect(partlyBack(left('declined', 'not agreed to'), outcomes, hostsOnly)).toEqual({
    summary: 'p620 rolled back · not rolled back: razer was not agreed to',
  });
});

test('a host that failed keeps lock and commit too, and is named in the way on', () => {
  const outcomes = { p620: ended('failed', 'no answer') };
  expect(partlyBack([], outcomes, { lock: true, commit: false, push: false })).toEqual({
    summary: 'p620 failed: no answer · the lock stays until every host is back.',
    next: { text: 'Next', command: 'nixup rollback p620 --lock' },
  });
});

test.each<[HostOutcomeStatus, string]>([
  ['failed', 'p620 rolled back · razer failed: why'],
  ['rolledBack', 'p620 rolled back · razer rolled back: why'],
  ['unhealthy', 'p620 rolled back · razer unhealthy: why'],
  ['pending', 'p620 rolled back · razer pending, why'],
  ['canceled', 'p620 rolled back · canceled; razer not begun'],
])('a host that ended %s is named in both ways on, so that no other host goes back', (status, words) => {
  const outcomes = { p620: ended('succeeded'), razer: ended(status, 'why') };
  expect(partlyBack([], outcomes, files)).toEqual({
    summary: `${words} · ${stays}`,
    next: {
      text: 'Next: nixup rollback razer --lock --commit --push; or leave razer and take lock and commit back',
      command: 'nixup rollback p620 --lock --commit --push',
    },
  });
});

test('what is skipped beside a host that failed is in neither way on', () => {
  const outcomes = { p620: ended('failed', 'why'), image: ended('skipped') };
  expect(partlyBack([], outcomes, { lock: false, commit: true, push: false })).toMatchObject({
    summary: 'p620 failed: why · the commit stays until every host is back.',
    next: { text: 'Next', command: 'nixup rollback p620 --commit' },
  });
});
