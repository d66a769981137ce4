import { expect, test } from 'vitest';
import { failed, success } from '../../../source/model/result.ts';
import {
  judgeFlakes,
  judgeStore,
  judgeSubstituters,
  judgeVersion,
  parseFree,
} from '../../../source/services/board/nix-rows.ts';
import type { SubstituterAnswer } from '../../../source/services/nix/substituters.ts';
import { told } from '../../support/told.ts';

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
  const settings = (isEnabled: boolean) =>
    success({
      flakesAdvice: isEnabled ? null : { text: 'add "experimental-features = nix-command flakes"' },
      system: 'x86_64-linux',
      extraPlatforms: [],
      buildableSystems: [],
      substituters: [],
      builders: [],
      accessTokenHosts: [],
      maxJobs: null,
      netrcFile: null,
    });
  expect(judgeFlakes(settings(true)).state).toBe('green');
  expect(told(judgeFlakes(settings(false)))).toEqual([
    'red: flakes are not enabled in the Nix configuration',
    'add "experimental-features = nix-command flakes"',
  ]);
});

test('substituters: none, some silent, all silent', () => {
  const answers = (...problems: readonly (string | null)[]): readonly SubstituterAnswer[] =>
    problems.map((why, index) => ({
      url: `https://${'ab'[index] ?? ''}`,
      answer: why === null ? { kind: 'answers' } : { kind: 'fails', why },
    }));
  expect(judgeSubstituters([]).state).toBe('not-set-up');
  expect(judgeSubstituters(answers(null, null)).state).toBe('green');
  expect(judgeSubstituters(answers(null, 'timeout'))).toMatchObject({
    state: 'warning',
    evidence: '1 of 2 substituters does not answer: https://b',
  });
  expect(judgeSubstituters(answers('x', 'y')).state).toBe('red');
});

test('a substituter that refuses the login answers: the login is what has to be mended', () => {
  const refusing: SubstituterAnswer = {
    url: 'https://c',
    answer: { kind: 'refuses', why: 'it refuses the login (status 401)' },
  };
  const alone = judgeSubstituters([refusing]);
  expect(alone).toMatchObject({ state: 'red', evidence: 'refuses the login: https://c' });
  expect(alone.remedy?.text).toContain('netrc-file');
  const good: SubstituterAnswer = { url: 'https://a', answer: { kind: 'answers' } };
  expect(judgeSubstituters([good, refusing])).toMatchObject({
    state: 'warning',
    evidence: 'https://a; refuses the login: https://c',
  });
});

test('a substituter that was not asked gets no tick', () => {
  const unasked: SubstituterAnswer = {
    url: 'https://c',
    answer: { kind: 'not-asked', why: 'its password is secret' },
  };
  const good: SubstituterAnswer = { url: 'https://a', answer: { kind: 'answers' } };
  expect(judgeSubstituters([good, unasked])).toMatchObject({
    state: 'warning',
    evidence: 'https://a; not asked: https://c',
    detail: ['https://c: its password is secret'],
  });
  expect(judgeSubstituters([unasked]).evidence).toBe('not asked: https://c');
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
