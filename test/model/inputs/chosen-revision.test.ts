import { expect, test } from 'vitest';
import {
  chosenAttributes,
  chosenReference,
} from '../../../source/model/inputs/chosen-reference.ts';
import {
  chosenSentence,
  chosenWords,
  readInputWish,
  readRevisionWish,
} from '../../../source/model/inputs/chosen-revision.ts';
import { parseRemoteRefs, whyNoChoice } from '../../../source/services/inputs/choose-revision.ts';

test.each([
  ['nixpkgs', ['nixpkgs'], { name: 'nixpkgs', to: null }],
  ['nixpkgs@2026-11-20', ['nixpkgs'], { name: 'nixpkgs', to: '2026-11-20' }],
  ['a@b', ['a', 'a@b'], { name: 'a@b', to: null }],
  ['a@b@v1', ['a', 'a@b'], { name: 'a@b', to: 'v1' }],
  ['a@', ['a'], { name: 'a', to: '' }],
  ['gone@v1', ['a'], { name: 'gone', to: 'v1' }],
  ['@v1', ['a'], { name: '@v1', to: null }],
])('%s names %j', (word, names, wish) => {
  expect(readInputWish(word, names)).toEqual(wish);
});

test.each([
  ['2026-11-20', { wish: { kind: 'day', day: '2026-11-20' } }],
  ['2026-11-29', { wish: { kind: 'day', day: '2026-11-29' } }],
  ['64c08a7', { wish: { kind: 'revision', name: '64c08a7' } }],
  ['v1.2/rc@1', { wish: { kind: 'revision', name: 'v1.2/rc@1' } }],
])('%s is asked for', (text, read) => {
  expect(readRevisionWish(text, '2026-11-29')).toEqual(read);
});

test.each([
  ['2026-11-30', /has not come yet/],
  ['2026-13-01', /is no day/],
  ['2026-1-1', /is no day/],
  ['', /stands nothing/],
  ['-x', /neither/],
  ['a..b', /neither/],
  ['HEAD@{1}', /neither/],
  ['a b', /neither/],
])('%j cannot be asked for', (text, words) => {
  const read = readRevisionWish(text, '2026-11-29');
  expect('wrong' in read ? read.wrong : '').toMatch(words);
});

const tip = 'd6524aa01f9a1f2b3c4d5e6f708192a3b4c5d6e7';
const rev = '64c08a7ca051951c8eae34e3e3cb1e202fe36786';

/** flake references of nix-flake(1), with the attributes of `src/libfetchers`. */
test.each([
  [{ type: 'github', owner: 'o', repo: 'r', ref: 'main' }, false, `github:o/r/${rev}`],
  [
    { type: 'github', owner: 'o', repo: 'r', host: 'git.example.org', dir: 'x' },
    false,
    `github:o/r/${rev}?host=git.example.org&dir=x`,
  ],
  [{ type: 'gitlab', owner: 'a/b', repo: 'r' }, false, `gitlab:a%2Fb/r/${rev}`],
  [{ type: 'sourcehut', owner: '~o', repo: 'r' }, false, `sourcehut:~o/r/${rev}`],
  [
    { type: 'git', url: 'https://x/y', ref: 'dev', submodules: true },
    false,
    `git+https://x/y?rev=${rev}&ref=dev&submodules=1`,
  ],
  [
    { type: 'git', url: 'https://x/y', verifyCommit: true, publicKey: 'a+b', exportIgnore: false },
    false,
    `git+https://x/y?rev=${rev}&verifyCommit=1&publicKey=a%2Bb&exportIgnore=0`,
  ],
  [
    // What the registry made of a bare name: the lock's entry, without what belongs to its content.
    { type: 'github', owner: 'o', repo: 'r', rev: 'x', narHash: 'y', lastModified: 1, revCount: 2 },
    false,
    `github:o/r/${rev}`,
  ],
  [
    { type: 'git', url: 'file:///y?a=b', ref: 'dev' },
    true,
    `git+file:///y?a=b&rev=${rev}&ref=dev&allRefs=1`,
  ],
  [{ type: 'path', path: '/x' }, false, null],
])('%j', (source, allRefs, reference) => {
  const chosen = chosenAttributes(source, rev, allRefs);
  expect(chosen === null ? null : chosenReference(chosen)).toBe(reference);
});

test.each([
  [{ type: 'github', owner: 'o', repo: 'r' }, null],
  [{ type: 'git', url: 'file:///x' }, null],
  [{ type: 'path', path: '/x' }, /folder/],
  [
    { type: 'tarball', url: 'https://channels.nixos.org/nixos-unstable/nixexprs.tar.xz' },
    /channel/,
  ],
  [{ type: 'tarball', url: 'https://example.org/x.tar.gz' }, /archive/],
  [{ type: 'github', owner: 'o', repo: 'r', rev }, /flake\.nix pins it/],
  [{ type: 'hg', url: 'https://example.org/x' }, /no revisions that git knows/],
])('whether %j has revisions to choose from', (original, words) => {
  const why = whyNoChoice(original, {});
  if (words === null) expect(why).toBeNull();
  else expect(why?.detail).toMatch(words);
});

/** What git 2.39 prints for `git ls-remote --symref`. */
test('the refs of a remote: its branch, the tip, and what a tag points at', () => {
  const text =
    'ref: refs/heads/main\tHEAD\n1\tHEAD\n2\trefs/heads/dev\n3\trefs/tags/v1\n4\trefs/tags/v1^{}\n';
  expect(parseRemoteRefs(text, null, 'v1')).toEqual({ branch: 'main', tip: '1', named: '4' });
  expect(parseRemoteRefs(text, 'dev', 'gone')).toEqual({ branch: 'dev', tip: '2', named: null });
  expect(parseRemoteRefs('', 'dev', null)).toEqual({ branch: 'dev', tip: null, named: null });
});

test('a chosen revision is told with what the branch has', () => {
  const chosen = {
    revision: rev,
    wish: '2026-11-20',
    date: 1_795_140_000,
    branch: 'main',
    onBranch: true,
    tip,
  };
  expect(chosenWords(chosen, tip)).toBe('chosen: 2026-11-20 (main has d6524aa)');
  expect(chosenWords(chosen, null)).toBe('chosen: 2026-11-20 (main has the same)');
  expect(chosenWords({ ...chosen, onBranch: false }, tip)).toBe(
    'chosen: 2026-11-20 (main has d6524aa, and not this commit)',
  );
  expect(chosenSentence('a', chosen)).toMatch(
    /^a: 2026-11-20 is commit 64c08a7 of 2026-11-\d\d of main\. main has d6524aa\.$/,
  );
});
