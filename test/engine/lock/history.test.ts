import { expect, test } from 'vitest';
import { lockActions, readLockIndex } from '../../../source/engine/lock/history.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

const folder = '/state/nixup/flakes/fleet/locks';

const indexOf = (...lines: readonly object[]) =>
  fakeFleet([], {
    files: {
      [`${folder}/index.jsonl`]: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    },
  });

test.each([
  ['update a, b', { kind: 'whole' }],
  ['restore the committed lock', { kind: 'whole' }],
  ['revert a, b/c', { kind: 'put-back', inputs: ['a', 'b/c'] }],
  ['undo revert a', { kind: 'taken-again', inputs: ['a'] }],
  ['redo revert a', { kind: 'put-back', inputs: ['a'] }],
  ['keep a', { kind: 'taken-again', inputs: ['a'] }],
  ['undo keep a', { kind: 'put-back', inputs: ['a'] }],
])('an index of an earlier nixup says by its words alone what "%s" did', async (deed, work) => {
  const { context } = await indexOf({ run: 'r', deed, at: 1, before: 'x' });
  expect(await lockActions(context)).toEqual([
    { run: 'r', deed, work, at: 1, before: 'x', after: null },
  ]);
});

test('what was done is read from its own field, whatever its words are', async () => {
  const work = { kind: 'put-back', inputs: ['a'] };
  const { context } = await indexOf(
    { run: 'r', deed: 'some other words', work, at: 1, before: 'x' },
    { run: 'r', after: 'y' },
  );
  expect(await lockActions(context)).toMatchObject([{ work, after: 'y' }]);
});

test.each([
  { files: ['text-1a2b.lock', 'last-noted'], damage: null },
  { files: ['run-1.lock'], damage: `${folder}/index.jsonl is missing` },
  { files: ['text-1a2b.lock', 'run-1.lock'], damage: `${folder}/index.jsonl is missing` },
])('without an index $files mean: $damage', async ({ files, damage }) => {
  const { context } = await fakeFleet([], {
    files: Object.fromEntries(files.map((name) => [`${folder}/${name}`, '{}'])),
  });
  expect(await readLockIndex(context)).toEqual({ actions: [], damage });
});
