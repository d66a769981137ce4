import { expect, test } from 'vitest';
import { lockDifferenceJson } from '../../../source/model/inputs/lock-json.ts';
import { reviewRows, summarize } from '../../../source/model/inputs/report.ts';
import { lockDifferenceMarkdown } from '../../../source/model/inputs/report-markdown.ts';
import { lockDifferenceText } from '../../../source/model/inputs/report-text.ts';
import type { LockChange } from '../../../source/model/lock/change.ts';
import { diffLocks } from '../../../source/model/lock/difference.ts';
import type { Attributes } from '../../../source/model/lock/lock.ts';
import { day, github, lockOf, revision, type Sample, someDay } from '../../support/lock-samples.ts';

type Inputs = Readonly<Record<string, Sample>>;

const changesOf = (old: Inputs, now: Inputs): readonly LockChange[] =>
  diffLocks(lockOf(old), lockOf(now));

const changes = changesOf(
  {
    agenix: github('ryantm/agenix', 'a'),
    nixpkgs: github('NixOS/nixpkgs', 'b', { ref: 'nixos-26.05', locked: { revCount: 101 } }),
    stylix: github('o/stylix', 'c', { inputs: { nixpkgs: github('NixOS/nixpkgs', 'x') } }),
    gone: github('o/gone', 'd', { inputs: { one: github('o/one', 'e'), two: ['nixpkgs'] } }),
    zed: github('o/zed', 'z', { inputs: { nixpkgs: ['nixpkgs'] } }),
  },
  {
    agenix: github('oddlama/agenix', 'a2'),
    nixpkgs: github('NixOS/nixpkgs', 'b2', {
      ref: 'nixos-26.05',
      at: someDay + 7 * day,
      locked: { revCount: 1_305 },
    }),
    stylix: github('o/stylix', 'c', { inputs: { nixpkgs: ['nixpkgs'] } }),
    zed: github('o/zed', 'z', { inputs: { nixpkgs: ['nixpkgs'] } }),
  },
);

test('plain text has alarms first, subtrees folded, and what also moves', () => {
  const short = (seed: string): string => revision(seed).slice(0, 7);
  expect(lockDifferenceText(changes)).toBe(
    [
      '6 inputs changed: 1 updated, 1 re-pointed, 1 follows, 3 removed · 1 alarm',
      '',
      ` ! agenix          re-pointed     github:ryantm/agenix → github:oddlama/agenix, ${short('a')} → ${short('a2')}`,
      '      owner-changed: comes from another owner than before',
      '      2025-11-24',
      `   gone            removed        was github:o/gone at ${short('d')}`,
      '      2025-11-24',
      '      and 2 inputs below it',
      `   nixpkgs         updated        ${short('b')} → ${short('b2')}`,
      '      2025-11-24 → 2025-12-01   7 days   1,204 commits',
      `      https://github.com/NixOS/nixpkgs/compare/${revision('b')}...${revision('b2')}`,
      '      also moves zed/nixpkgs',
      '   stylix/nixpkgs  follows        follows nixpkgs (was its own)',
      '      2025-11-24',
    ].join('\n'),
  );
});

test('no difference is one line', () => {
  expect(lockDifferenceText([])).toBe('no input changed');
  expect(lockDifferenceMarkdown([])).toContain('no input changed');
});

test('a control sequence in a lock does not reach the terminal', () => {
  const text = lockDifferenceText(changesOf({}, { 'x\u001b[2J': github('o\u202e/r', 'a') }));
  expect(text).toContain('x?[2J');
  expect(text).toContain('o?/r');
});

test('Markdown has the same changes, alarms first, and foreign text is no markup', () => {
  const text = lockDifferenceMarkdown(changes);
  expect(text.split('\n').slice(0, 11)).toEqual([
    '## Lock changes',
    '',
    '6 inputs changed: 1 updated, 1 re-pointed, 1 follows, 3 removed · 1 alarm.',
    '',
    '### Alarms',
    '',
    '- **agenix**: owner-changed, comes from another owner than before',
    '',
    '| Input | Kind | Change | Date | Commits | Also moves |',
    '| --- | --- | --- | --- | --- | --- |',
    expect.stringMatching(/^\| agenix \| re-pointed \|/),
  ]);
  expect(text).toContain(`[1,204 commits](<https://github.com/NixOS/nixpkgs/compare/`);
  const evil = lockDifferenceMarkdown(changesOf({}, { 'a|b<img>@you': github('o/[x](y)', 'a') }));
  expect(evil).toContain('a\\|b&lt;img&gt;@\u200byou');
  expect(evil).not.toContain('[x](');
});

test('every change is in the JSON, and kinds without any are zero', () => {
  const document = lockDifferenceJson('HEAD:flake.lock', 'flake.lock', changes);
  expect(document).toMatchObject({ version: 1, old: 'HEAD:flake.lock', new: 'flake.lock' });
  expect(document.changes.map((change) => change.path)).toEqual([
    'agenix',
    'gone',
    'gone/one',
    'gone/two',
    'nixpkgs',
    'stylix/nixpkgs',
  ]);
  expect(document.summary).toEqual({
    updated: 1,
    repointed: 1,
    rehashed: 0,
    follows: 1,
    metadata: 0,
    renamed: 0,
    added: 0,
    removed: 3,
  });
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
});

test('an input with an alarm is never folded away', () => {
  const local = {
    original: { type: 'path', path: '/p' },
    locked: { type: 'path', path: '/p', narHash: 'x' },
  };
  const added = changesOf(
    {},
    { a: github('o/a', 'a', { inputs: { b: local, c: github('o/c', 'c') } }) },
  );
  expect(reviewRows(added).map((row) => [row.change.path, row.folded])).toEqual([
    ['a/b', 0],
    ['a', 2],
  ]);
  expect(summarize(added).added).toBe(3);
});

test('what an input is fetched with is named where its source stays', () => {
  const at = (original: Attributes) => lockOf({ a: github('o/a', 'a', { original }) });
  expect(lockDifferenceText(diffLocks(at({}), at({ submodules: true })))).toContain(
    'github:o/a, submodules on, still locked to the same',
  );
});

test('plain text shows ten subjects of an input, and says how many more there are', () => {
  const subjects = Array.from({ length: 12 }, (_, index) => ({
    revision: revision(`${index}`),
    at: someDay,
    subject: `fix: number ${index}`,
  }));
  const told = (most: number) =>
    lockDifferenceText(changes, 100, {
      breaking: [],
      copies: [],
      subjects: { nixpkgs: subjects.slice(0, most) },
    });
  expect(told(12)).toContain('number 9\n        and 1,194 more\n');
  expect(told(0)).not.toContain(' more');
});

test('an input may be called as something that every object has', () => {
  const names = changesOf(
    { constructor: github('o/r', 'a') } as Inputs,
    { constructor: github('o/r', 'b') } as Inputs,
  );
  expect(lockDifferenceText(names)).toContain(' constructor  updated');
});
