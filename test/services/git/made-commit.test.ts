import { expect, test } from 'vitest';
import type { Failure } from '../../../source/model/failure.ts';
import { failed, type Result, success } from '../../../source/model/result.ts';
import type { LaterCommit } from '../../../source/services/git/head.ts';
import {
  attribute,
  commitEndingOf,
  type ExpectedCommit,
} from '../../../source/services/git/made-commit.ts';

const wanted: ExpectedCommit = {
  from: 'before',
  tree: 'tested',
  message: 'lock: update\n\nnixpkgs\n',
  ending: 'well',
  hasHooks: false,
};

const commit = (revision: string, more: Partial<LaterCommit> = {}): LaterCommit => ({
  revision,
  tree: 'tested',
  parent: 'before',
  message: wanted.message,
  ...more,
});

const theirs = commit('theirs', { tree: 'other', message: 'mine\n' });

test.each<[string, readonly LaterCommit[], Partial<ExpectedCommit>, string]>([
  ['nothing was committed', [], {}, 'none'],
  ['git made it', [commit('a')], {}, 'ours a'],
  ['git was stopped after it', [commit('a')], { ending: 'cut' }, 'ours a'],
  [
    'git refused: the same commit is of somebody',
    [commit('a')],
    { ending: 'refused' },
    'foreign a',
  ],
  ['git refused: somebody committed', [theirs], { ending: 'refused' }, 'foreign theirs'],
  ['git was stopped: somebody committed', [theirs], { ending: 'cut' }, 'foreign theirs'],
  [
    'git was stopped: somebody committed the same files with other words',
    [commit('a', { message: 'mine' })],
    { ending: 'cut' },
    'foreign a',
  ],
  [
    'a hook wrote into the message',
    [commit('a', { message: 'lock: update\n\nChange-Id: I1\n' })],
    { ending: 'cut', hasHooks: true },
    'ours a',
  ],
  [
    'a hook wrote into the message and into the files',
    [commit('a', { message: 'other', tree: 'other' })],
    { hasHooks: true },
    'ours a',
  ],
  ['a hook changed the files', [commit('a', { tree: 'other' })], { hasHooks: true }, 'ours a'],
  [
    'the message has white space that git takes away',
    [commit('a', { message: 'lock: update\n\nnixpkgs' })],
    { message: '\nlock: update  \n\n\n\nnixpkgs\n\n', ending: 'cut' },
    'ours a',
  ],
  [
    'somebody committed on top of it',
    [commit('a'), commit('b', { parent: 'a', message: 'mine', tree: 'other' })],
    {},
    'ours a',
  ],
  ['somebody committed below it', [theirs, commit('a', { parent: 'theirs' })], {}, 'on-top a'],
  [
    'somebody committed below it, and git was stopped',
    [theirs, commit('a', { parent: 'theirs' })],
    { ending: 'cut' },
    'on-top a',
  ],
  [
    'nobody can tell which of two it is',
    [theirs, commit('a', { parent: 'theirs', message: 'by a hook', tree: 'both' })],
    { hasHooks: true },
    'foreign theirs',
  ],
  [
    'the first commit of all, beside the root of another branch',
    [commit('root', { parent: null, message: 'init', tree: 'old' }), commit('a', { parent: null })],
    { from: null },
    'ours a',
  ],
])('%s', (_, since, more, expected) => {
  const made = attribute(since, { ...wanted, ...more });
  const revision = made.kind === 'none' ? [] : [made.kind === 'foreign' ? made.other : made.head];
  expect([made.kind, ...revision.map((one) => one.revision)].join(' ')).toBe(expected);
});

const exited = (exitCode: number, ...tail: readonly string[]): Failure => ({
  code: 'command-failed',
  command: 'git commit',
  exitCode,
  tail,
});

test.each<[string, Result<void, Failure>, string]>([
  ['success', success(undefined), 'well'],
  // builtin/commit.c: a hook, or nothing to commit.
  ['status 1', failed(exited(1, 'no')), 'refused'],
  [
    'another commit came between',
    failed(exited(128, "fatal: cannot lock ref 'HEAD': is at a but expected b")),
    'refused',
  ],
  [
    'HEAD moved and the index cannot be written',
    failed(exited(128, 'fatal: repository has been updated, but unable to write new index file.')),
    'cut',
  ],
  [
    'a signal',
    failed({ code: 'command-killed', command: 'git', signal: 'SIGKILL', tail: [] }),
    'cut',
  ],
  ['too late', failed({ code: 'command-timeout', command: 'git', afterMs: 1, tail: [] }), 'cut'],
  ['canceled', failed({ code: 'canceled', what: 'the commit' }), 'cut'],
  [
    'the paths could not be added',
    failed({ code: 'git-refused', operation: 'commit', detail: 'x', remedy: 'y' }),
    'refused',
  ],
])('after %s there may be a commit of git or not', (_, done, expected) => {
  expect(commitEndingOf(done)).toBe(expected);
});
