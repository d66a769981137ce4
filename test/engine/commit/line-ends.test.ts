import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeCommitPlan } from '../../../source/engine/commit/commit.ts';
import { lockOf, realRepository } from '../../support/real-repository.ts';

test('a lock that git lists for how its lines end alone leaves nothing to commit, and nothing else behind', async () => {
  using real = await realRepository();
  const { repository, context } = real;
  repository.git('config', 'core.autocrlf', 'true');
  rmSync(join(repository.folder, 'flake.lock'));
  repository.git('checkout', '--', 'flake.lock');
  // As Nix writes it again.
  repository.write('flake.lock', lockOf('a'));
  expect(repository.git('status', '--porcelain')).toContain('M flake.lock');
  await real.test();
  expect(await makeCommitPlan(context)).toMatchObject({
    paths: [],
    others: { kind: 'none' },
    obstacle: 'nothing to commit: flake.lock differs from HEAD only in how its lines end',
    holdsNothing: true,
  });
  const unchanged = await makeCommitPlan(context, { also: ['flake.nix'], rest: 'unasked' });
  expect(unchanged.obstacle).toContain('flake.nix did not change');
  expect(unchanged).not.toHaveProperty('holdsNothing');

  repository.write('flake.nix', '{ }\n');
  await real.test();
  expect(await makeCommitPlan(context, { also: ['flake.nix'], rest: 'unasked' })).toMatchObject({
    paths: ['flake.nix'],
    obstacle: null,
  });

  repository.write('flake.lock', lockOf('b'));
  await real.test();
  expect(await makeCommitPlan(context, { also: 'all', rest: 'unasked' })).toMatchObject({
    paths: ['flake.lock', 'flake.nix'],
    obstacle: null,
  });
});
