import { expect, test } from 'vitest';
import { concerns, fitsTyped, isSought, readMoment } from '../../../source/state/past/filter.ts';
import type { RunSummary } from '../../../source/state/run.ts';

const now = Date.UTC(2026, 10, 29, 12);

const run: RunSummary = {
  id: '20261120-101500-abcdef',
  goal: 'deploy',
  startedAt: Date.UTC(2026, 10, 20, 10, 15),
  hosts: ['p620'],
  by: 'anna@desk',
  lock: '1a2b3c4d5e6f7081',
  inputs: [{ input: 'nixpkgs', from: 'aaaa', to: 'bbbb' }],
  ending: null,
};

test.each<[string, boolean, number | null]>([
  ['2026-11-20', false, Date.UTC(2026, 10, 20)],
  ['2026-11-20', true, Date.UTC(2026, 10, 21)],
  ['today', false, Date.UTC(2026, 10, 29)],
  ['yesterday', true, Date.UTC(2026, 10, 29)],
  ['7d', false, now - 7 * 86_400_000],
  ['36h', false, now - 36 * 3_600_000],
  ['2026-13-20', false, null],
  ['last week', false, null],
])('%s (end of the day: %s) is %s', (text, end, at) => {
  expect(readMoment(text, now, end)).toBe(at);
});

const any = { hosts: [], inputs: [], runs: null, since: null, until: null };

test.each([
  [{}, true],
  [{ hosts: ['razer', 'p620'] }, true],
  [{ hosts: ['razer'] }, false],
  [{ inputs: [{ input: 'nixpkgs', revision: 'bb' }] }, true],
  [{ inputs: [{ input: 'nixpkgs', revision: 'aa' }] }, false],
  [{ runs: new Set([run.id]) }, true],
  [{ runs: new Set(['other']) }, false],
  [{ since: run.startedAt, until: run.startedAt + 1 }, true],
  [{ since: run.startedAt + 1 }, false],
  [{ until: run.startedAt }, false],
  [{ hosts: ['p620'], inputs: [{ input: 'stylix', revision: null }] }, false],
])('a deploy of p620 that moved nixpkgs is found by %o: %s', (over, is) => {
  expect(isSought(run, { ...any, ...over })).toBe(is);
});

test.each([
  ['nas', 'nas: the gate is closed', true],
  ['NAS', 'Not deployed: nas.', true],
  ['nas', 'nas2 is asleep', false],
  ['web.example.org', 'web.example.org was not reached.', true],
])('%s is concerned by "%s": %s', (host, summary, is) => {
  const ending = {
    at: 1,
    result: { ok: false, exitCode: 3, hosts: {}, commit: null, build: null, summary },
  };
  expect(concerns({ ...run, ending }, [host])).toBe(is);
});

test.each([
  ['p620', true],
  ['nixpkgs deploy', true],
  ['2026-11-20', true],
  ['ANNA', true],
  ['1a2b3c', true],
  ['razer', false],
  ['!razer', true],
  ['!deploy', false],
  ['p620 !test', true],
  ['!', true],
  ['@server', true],
  ['@Server !@laptop', true],
  ['@laptop', false],
  ['@desk', true],
  ['host:p620', true],
  ['host:P620', true],
  ['host:p62', false],
  ['host:razer,p620', true],
  ['!host:p620', false],
  ['input:nixpkgs', true],
  ['input:nixpkgs@bb', true],
  ['input:nixpkgs@aa', false],
  ['input:@bb', true],
  ['nixpkgs@bb', true],
  ['nixpkgs@aa', false],
  ['@bbbb', true],
  ['day:2026-11-20', true],
  ['day:2026-11', true],
  ['day:2026-11-21', false],
  ['day:today', false],
  ['host:p620 day:2026-11-20 input:nixpkgs', true],
  ['since:10d', true],
  ['since:2d', false],
  ['until:2026-11-20', true],
  ['until:2026-11-19', false],
  ['since:soon', false],
  ['package:openssl 3.5.2', true],
  ['package:openssl 3.5.3', false],
  ['host:p620 package:openssl 3.5.2', true],
  ['host:razer package:openssl 3.5.2', false],
])('typed in the history, %s shows it: %s', (typed, is) => {
  const found = { asked: 'openssl 3.5.2', runs: [run.id] };
  const tags = new Map([
    ['@server', ['p620']],
    ['@laptop', ['razer']],
  ]);
  expect(fitsTyped(run, typed, { found, tags, now })).toBe(is);
});
