import { expect, test } from 'vitest';
import { changesBeside } from '../../../source/engine/build/changes-beside.ts';
import type { EvaluationRecord } from '../../../source/engine/records/schemas.ts';
import { entryOf } from '../../fixtures/states.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

type Repository = ReturnType<typeof temporaryRepository>;

const builtAt = (tree: string, host = 'p620'): EvaluationRecord => ({
  host,
  tree,
  toplevel: '/nix/store/a',
  derivation: null,
  builtAt: 1,
  dirty: false,
});

/** What changed beside the lock in this repository since p620 was built, by these records. */
const besideIn = async ({ service }: Repository, records: readonly EvaluationRecord[]) => {
  const tree = await service.treeHash();
  const facts = await service.observe();
  if (!tree.ok || !facts.ok) throw new Error('no repository');
  const context = {
    git: service,
    state: () => ({ git: facts.value }),
    records: { lastBuilt: () => new Map(records.map((record) => [record.host, record])) },
  };
  const beside = await changesBeside(
    // Only what is asked for is there.
    context as unknown as Parameters<typeof changesBeside>[0],
    [entryOf('p620'), entryOf('razer')],
    tree.value,
  );
  return beside(['p620']);
};

const treeOf = async ({ service }: Repository): Promise<string> => {
  const tree = await service.treeHash();
  if (!tree.ok) throw new Error('no tree');
  return tree.value;
};

const commit = (repository: Repository, file: string, text: string, message: string): void => {
  repository.write(file, text);
  repository.git('add', file);
  repository.git('commit', '--quiet', `--message=${message}`);
};

test('the lock alone changed since the last test: nothing else did', async () => {
  using repository = temporaryRepository();
  const tested = await treeOf(repository);
  repository.write('flake.lock', '{"b":2}\n');
  expect(await besideIn(repository, [builtAt(tested)])).toEqual({ kind: 'nothing' });
});

test('commits since the last test are named with the files that they changed', async () => {
  using repository = temporaryRepository();
  const tested = await treeOf(repository);
  commit(repository, 'flake.nix', '{ outputs = _: { a = 1; }; }\n', 'Break the proxy');
  commit(repository, 'notes.md', 'foreign', 'Write notes');
  repository.write('flake.lock', '{"b":2}\n');
  expect(await besideIn(repository, [builtAt(tested)])).toMatchObject({
    kind: 'changed',
    since: 'test',
    tree: tested,
    files: ['flake.nix'],
    commits: [expect.stringMatching(/^[0-9a-f]+ Break the proxy$/)],
  });
});

test('a file that is not committed is named where the host was never built', async () => {
  using repository = temporaryRepository();
  repository.write('flake.nix', '{ outputs = _: { a = 1; }; }\n');
  expect(await besideIn(repository, [])).toMatchObject({
    kind: 'changed',
    since: 'commit',
    files: ['flake.nix'],
    commits: [],
  });
});

test('what was committed before the first test is not known, and neither is a tree that git has lost', async () => {
  using repository = temporaryRepository();
  repository.write('flake.lock', '{"b":2}\n');
  expect(await besideIn(repository, [])).toEqual({ kind: 'unknown' });
  expect(await besideIn(repository, [builtAt('a'.repeat(40))])).toEqual({ kind: 'unknown' });
});
