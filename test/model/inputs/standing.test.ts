import { expect, test } from 'vitest';
import { isStale } from '../../../source/model/inputs/staleness.ts';
import {
  type InputStanding,
  standingInRow,
  unmovedLines,
  updateSentence,
} from '../../../source/model/inputs/standing.ts';
import type { InputFact } from '../../../source/model/lock/facts.ts';
import { advised, commandOnly } from '../../../source/model/words/advice.ts';
import { a, changesOf } from '../../support/lock-changes.ts';
import { github } from '../../support/lock-samples.ts';

const newest: InputStanding = { kind: 'newest' };
const follows: InputStanding = { kind: 'follows', target: 'a' };
const pinned: InputStanding = { kind: 'pinned', revision: 'a'.repeat(40), lockedAt: 0 };
const held: InputStanding = {
  kind: 'held',
  reason: 'it breaks',
  until: '2026-12-24',
  newer: 'b'.repeat(40),
};
const gone: InputStanding = {
  kind: 'unfetched',
  obstacle: 'network',
  why: 'Could not resolve host',
  ...advised(commandOnly('git ls-remote https://example.org/x')),
};

test.each([
  [0, [newest, follows], 'Every input is at its newest revision; the lock did not change'],
  [0, [newest, held], 'No input changed: 1 at the newest revision, 1 held'],
  [
    0,
    [newest, pinned, gone],
    'No input changed: 1 at the newest revision, 1 pinned, 1 not fetched',
  ],
  [2, [newest], '2 inputs changed: 1 updated, 1 added'],
  [1, [newest, held, pinned], '1 input changed: 1 updated, 1 held, 1 pinned'],
] as const)('%i changed and %j stayed: %s', (count, standings, sentence) => {
  const changes = changesOf({ x: a }, { x: github('o/r', 'b'), y: a }).slice(0, count);
  expect(updateSentence(changes, Object.fromEntries(standings.entries()), 'all')).toBe(sentence);
});

test('of named inputs only these are spoken of', () => {
  expect(updateSentence([], { 'a/n': newest }, ['a/n'])).toBe(
    'a/n: at the newest revision; the lock did not change',
  );
  expect(updateSentence([], { e: follows }, ['e'])).toBe(
    'The lock did not change: e did not change',
  );
});

test('each input that did not move is listed with its reason and, where one can, the way to mend it', () => {
  expect(unmovedLines({ pinned, held, gone }, 3 * 86_400_000)).toEqual([
    '',
    'Did not move:',
    '  gone    did not move, and its remote could not be asked: Could not resolve host',
    '          Run: git ls-remote https://example.org/x',
    '  held    is held until 2026-12-24: it breaks (its remote has bbbbbbb)',
    '  pinned  is pinned to aaaaaaa, 3 d old, in flake.nix and cannot move',
  ]);
});

test('an input that moved to a revision that failed before is not listed as one that stayed', () => {
  const bad: InputStanding = {
    kind: 'failed-before',
    revision: 'b'.repeat(40),
    hosts: ['p620'],
    why: 'no widget.h',
    at: 0,
    together: [],
  };
  expect(unmovedLines({ bad }, 1)).toEqual([]);
  expect(unmovedLines({ bad, pinned }, 1).join()).not.toContain('bad');
});

test('a row says in few words why its input stands', () => {
  const words = [newest, follows, pinned, held, gone].map((one) => standingInRow(one));
  expect(words).toEqual([
    'newest',
    '',
    'pinned',
    'held until 2026-12-24: it breaks',
    'remote not reached',
  ]);
});

test('an input that is held is not called stale, whatever its age', () => {
  const input: InputFact = {
    name: 'nixpkgs',
    type: 'github',
    lastModified: 1,
    revision: null,
    branch: null,
    source: '',
    link: null,
    pinned: false,
    follows: null,
  };
  const now = 90 * 86_400_000;
  expect(isStale(input, now, undefined)).toBe(true);
  expect(isStale(input, now, held)).toBe(false);
});
