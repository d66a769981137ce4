import { expect, test } from 'vitest';
import {
  readSupervision,
  readSupervisionResult,
} from '../../../source/parsers/deploy/supervision.ts';

test.each([
  ['committed', { kind: 'committed' }],
  ['kept', { kind: 'kept' }],
  ['untouched', { kind: 'untouched' }],
  ['reverted contact 0', { kind: 'reverted', why: 'contact', exitCode: 0 }],
  ['revert-failed timeout lock', { kind: 'revert-failed', why: 'timeout', exitCode: null }],
  ['foreign /nix/store/a-b', { kind: 'foreign', current: '/nix/store/a-b' }],
  ['something else', null],
  [null, null],
])('%j is read', (text, result) => {
  expect(readSupervisionResult(text)).toEqual(result);
});

test('an answer without a record is none', () => {
  expect(readSupervision('current /nix/store/x\n')).toBeNull();
});

test('an undecided supervision has neither decision nor result', () => {
  expect(
    readSupervision(
      'supervision-id a\nsupervision-decision \nsupervision-phase confirming 10 30\nsupervision-names broken\n',
    ),
  ).toEqual({
    phase: 'confirming',
    decision: null,
    result: null,
    areNamesBroken: true,
    wasStartedAgain: false,
  });
});

test('a supervisor that was started again says so', () => {
  expect(readSupervision('supervision-id a\nsupervision-again yes\n')?.wasStartedAgain).toBe(true);
});
