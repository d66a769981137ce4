import { expect, test } from 'vitest';
import { isPlaceholder, judgeInputHash } from '../../../source/model/causes/hash-mismatch.ts';
import { causeLines, shareCauses } from '../../../source/model/causes/test-causes.ts';
import type { NixCause } from '../../../source/model/nix/cause.ts';

const github = { type: 'github', owner: 'o', repo: 'r', rev: 'abc', narHash: 'sha256-old' };
const git = { ...github, type: 'git' };
const tarball = { type: 'tarball', url: 'https://x/y.tar.gz', narHash: 'sha256-old' };

test.each([
  ['upstream gives what the lock promises', github, null, 'sha256-old', 'good-again'],
  ['upstream gives other content', github, null, 'sha256-new', 'upstream-changed'],
  [
    'upstream gives other content, long locked so',
    github,
    github,
    'sha256-new',
    'upstream-changed',
  ],
  [
    'the committed lock has what upstream gives',
    github,
    { ...github, narHash: 'sha256-new' },
    'sha256-new',
    'lock-edited',
  ],
  [
    'the committed lock has what was got, upstream is silent',
    github,
    { ...github, narHash: 'sha256-new' },
    null,
    'lock-edited',
  ],
  [
    'the committed lock is of another revision',
    github,
    { ...github, rev: 'def', narHash: 'sha256-new' },
    'sha256-new',
    'upstream-changed',
  ],
  ['a revision of git has one content', git, null, 'sha256-new', 'lock-wrong'],
  ['a file that was replaced', tarball, tarball, 'sha256-new', 'upstream-changed'],
  ['upstream is silent', tarball, null, null, 'unknown'],
] as const)('%s', (_title, locked, committed, served, verdict) => {
  expect(judgeInputHash(locked, committed, 'sha256-new', served)).toBe(verdict);
});

test('what packagers write until they know the hash is a placeholder', () => {
  expect(
    [`sha256-${'A'.repeat(43)}=`, '0'.repeat(52), `sha256:${'0'.repeat(64)}`].map(isPlaceholder),
  ).toEqual([true, true, true]);
  expect(isPlaceholder('sha256-giOkhnuDqhteGqO6nAFzbry6R3smw1u7sR+NajdlqPs=')).toBe(false);
});

const mismatch = (over: Partial<NixCause>): NixCause => ({
  class: 'hash-mismatch',
  message: 'hash mismatch',
  derivation: null,
  position: null,
  positions: [],
  expected: 'sha256-old',
  got: 'sha256-new',
  tail: [],
  ...over,
});

const linesOf = (cause: NixCause, movedInputs: readonly string[]): readonly string[] =>
  shareCauses([{ host: 'p620', step: 'build', cause }], {
    movedInputs,
    inputOfHash: () => null,
  }).flatMap(causeLines);

test('an input whose content changed is put back, held, or taken after a review', () => {
  const input = { input: 'stylix', revision: 'abc1234', url: null } as const;
  const lines = linesOf(mismatch({ mismatch: { ...input, verdict: 'upstream-changed' } }), [
    'stylix',
    'nixpkgs',
  ]);
  expect(lines[0]).toBe(
    'p620: The input stylix is not what the lock promises: expected sha256-old, got sha256-new. Asked again, upstream serves other content under the same revision abc1234',
  );
  expect(lines.map((line) => /nixup .*$/.exec(line)?.[0]).filter(Boolean)).toEqual([
    'nixup revert stylix',
    'nixup hold stylix',
    'nixup test p620 --fresh',
    'nixup update stylix',
  ]);
});

test('an input that did not move is not offered to be put back: it would stay as it is', () => {
  const verdict = 'lock-wrong';
  const lines = linesOf(
    mismatch({ mismatch: { input: 'stylix', revision: 'abc1234', url: null, verdict } }),
    [],
  );
  expect(lines.join('\n')).not.toContain('nixup revert');
  expect(lines.join('\n')).toContain('nixup update stylix');
});

test('the hash of a package is taken where it stands, and its address is named', () => {
  const lines = linesOf(
    mismatch({
      derivation: `/nix/store/${'a'.repeat(32)}-widget-1.tar.gz.drv`,
      position: { file: 'pkgs/widget.nix', line: 4, column: 12 },
      mismatch: {
        input: null,
        revision: null,
        url: 'https://example.org/widget-1.tar.gz',
        verdict: 'upstream-changed',
      },
    }),
    ['nixpkgs'],
  );
  expect(lines).toEqual([
    'p620: The source widget-1.tar.gz (https://example.org/widget-1.tar.gz) is not what its hash promises: expected sha256-old, got sha256-new. The expected one is committed and was not edited since, so upstream changed the file (pkgs/widget.nix:4:12)',
    '  Open pkgs/widget.nix:4:12 and correct it. $EDITOR +4 pkgs/widget.nix',
    '  When you trust the new content, put the hash that was got in place of the expected one: sha256-new',
    '  Test again without cached evaluations and downloads. nixup test p620 --fresh',
  ]);
});
