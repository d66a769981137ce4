import { expect, test } from 'vitest';
import { explainInLine } from '../../../source/model/explain/explain.ts';
import { success } from '../../../source/model/result.ts';
import { checkoutFailure, findPlace } from '../../../source/services/git/command.ts';
import { commitFailure } from '../../../source/services/git/commit-failure.ts';

const ended = (exitCode: number, ...tail: readonly string[]) =>
  ({ code: 'command-failed', command: 'git commit', exitCode, tail }) as const;

const words = (...tail: readonly string[]): string =>
  explainInLine(commitFailure(ended(128, ...tail), '/fleet', ['flake.lock']));

/** From git 2.39: lockfile.c, csum-file.c, object-file.c, refs/files-backend.c, builtin/commit.c. */
test.each([
  ["fatal: Unable to create '/fleet/.git/index.lock': No space left on device"],
  ["fatal: Unable to create '/fleet/.git/index.lock': Disk quota exceeded"],
  ["fatal: sha1 file '/fleet/.git/next-index-1156.lock' write error. Out of diskspace"],
  ['error: unable to create temporary file: No space left on device', 'fatal: failed to write'],
  [
    'fatal: repository has been updated, but unable to write',
    'new index file. Check that disk is not full and quota is',
    'not exceeded, and then "git restore --staged :/" to recover.',
  ],
])('a commit that finds no room says so, and not that another git works: %s', (...tail) => {
  expect(words(...tail)).toMatch(/the disk is full: .*Make room: df -h \/fleet$/);
});

test('a write that fails without a reason leads to the disk and its rights', () => {
  const said =
    "fatal: cannot update ref 'refs/heads/main': couldn't write '/f/refs/heads/main.lock'";
  expect(words(said)).toMatch(
    /nothing can be written to the repository: cannot update ref .*df -h \/fleet/,
  );
});

test('only a lock that is there already is that of another git', () => {
  expect(
    words("fatal: Unable to create '/fleet/.git/index.lock': File exists.", '', 'Another git'),
  ).toMatch(/another git works in this repository.*rm -- \/fleet\/\.git\/index\.lock/);
  expect(words("fatal: Unable to create '/fleet/.git/index.lock': Permission denied")).toMatch(
    /nothing can be written to the repository: .*Permission denied/,
  );
  expect(words("fatal: Unable to create '/fleet/.git/index.lock': Read-only file system")).toMatch(
    /nothing can be written to the repository: .*Read-only file system/,
  );
});

test('a tree that cannot be asked for lack of room says so', () => {
  const tail = "cp: error copying '/fleet/.git/index' to '/fleet/.git/x': No space left on device";
  expect(explainInLine(checkoutFailure(ended(1, tail), 'add', '/fleet', '/fleet/.git'))).toMatch(
    /git add was refused: the disk is full: .*Make room: df -h \/fleet$/,
  );
});

test.each([
  ['fatal: this operation must be run in a work tree', /git -C \/fleet config core\.bare false$/],
  [
    "cp: cannot create regular file '/fleet/.git/x': Read-only file system",
    /ls -ld -- \/fleet\/\.git$/,
  ],
  [
    'error: insufficient permission for adding an object: Permission denied',
    /ls -ld -- \/fleet\/\.git$/,
  ],
  // object-file.c and builtin/add.c of git 2.39; the second line names no damage.
  [
    'error: open("other.txt"): Permission denied\nerror: unable to index file \'other.txt\'',
    /let this user read it: ls -l -- \/fleet\/other\.txt$/i,
  ],
  [
    "error: insufficient permission for adding an object to repository database .git/objects\nerror: a: failed to insert into database\nerror: unable to index file 'a'",
    /ls -ld -- \/fleet\/\.git$/,
  ],
  // read-cache.c
  ['fatal: .git/index: index file open failed: Permission denied', /ls -ld -- \/fleet\/\.git$/],
  ['fatal: .git/index: index file smaller than expected', /the index is damaged/i],
  ['error: bad index file sha1 signature\nfatal: index file corrupt', /the index is damaged/i],
])('a checkout that git refuses has a remedy of its own: %s', (said, remedy) => {
  const failure = checkoutFailure(ended(128, ...said.split('\n')), 'add', '/fleet', '/fleet/.git');
  expect(explainInLine(failure)).toMatch(remedy);
});

/** coreutils cp.c (copy.c), and git 2.39: lockfile.c, object-file.c. */
test.each([
  ["cp: cannot create regular file '/fleet/.git/x': Permission denied"],
  ["fatal: Unable to create '/fleet/.git/x.lock': Permission denied"],
  ['error: insufficient permission for adding an object to repository database .git/objects'],
])("who cannot write to git's folder reads so in words, with what to do: %s", (said) => {
  const failure = checkoutFailure(ended(128, said), 'add', '/fleet', '/fleet/.git');
  expect(explainInLine(failure)).toMatch(
    /^git add was refused: this user cannot write to git's folder \/fleet\/\.git: .* Let this user write to that folder and all in it \(chown, or chmod u\+w\), or run nixup as its owner; see who that is: ls -ld -- \/fleet\/\.git$/,
  );
});

test.each([
  [
    "cp: cannot create regular file '/fleet/.git/x': Read-only file system",
    /file system that is read-only/,
  ],
  [
    'fatal: .git/index: index file open failed: Permission denied',
    /^git add was refused: \.git\/index/,
  ],
])("what cannot be written for another reason is not told as this user's rights: %s", (said, words) => {
  const failure = checkoutFailure(ended(128, said), 'add', '/fleet', '/fleet/.git');
  expect(explainInLine(failure)).toMatch(words);
  expect(explainInLine(failure)).not.toContain('this user cannot write');
});

test('a git that does not know how to name absolute paths is too old, and says so', async () => {
  // As git 2.30 answers: words that it does not know are printed.
  const stdout = '--path-format=absolute\n/fleet\n/fleet/.git\n\n';
  const found = await findPlace(async () => success({ stdout, stderr: '', tookMs: 1 }), '/fleet');
  expect(found.ok ? '' : explainInLine(found.failure)).toBe(
    'git rev-parse was refused: this git is too old: nixup needs git 2.31 or newer. See which one it is: git --version',
  );
});
