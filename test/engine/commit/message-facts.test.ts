import { expect, test } from 'vitest';
import { messageFacts } from '../../../source/engine/commit/message-facts.ts';
import { lockOf, type RealRepository, realRepository } from '../../support/real-repository.ts';

const systemOf = (host: string): string =>
  `/nix/store/${'c'.repeat(32)}-nixos-system-${host}-26.05`;

/** A lock that was updated, tested and deployed to p620, which is healthy since. */
const deployedHere = async (): Promise<RealRepository> => {
  const real = await realRepository();
  const { context, repository } = real;
  repository.write('flake.lock', lockOf('b'));
  await real.test();
  const tree = context.state().git?.tree ?? null;
  context.emitter.emit({
    type: 'host-expected',
    host: 'p620',
    expectation: {
      kind: 'known',
      toplevel: systemOf('p620'),
      derivation: null,
      tree,
      builtAt: 1,
    },
  });
  const run = '20261129-040000-deploy';
  const at = context.world.clock.now();
  const hosts = ['p620'];
  for (const event of [
    { type: 'run-started', run, goal: 'deploy', hosts, tree, lock: null, at },
    {
      type: 'host-worked',
      host: 'p620',
      work: { kind: 'succeeded', from: null, to: systemOf('p620'), generation: 2, at },
      at,
    },
    {
      type: 'stage-changed',
      stage: 'verify',
      state: { kind: 'passed', evidence: '', at, hosts },
      at,
    },
  ] as const)
    await context.journal.write(run, event);
  return real;
};

test('what was done is told though HEAD is a younger commit of somebody else, or of a clock ahead', async () => {
  using real = await deployedHere();
  const before = await messageFacts(real.context, ['flake.lock']);
  expect(before.healthy).toEqual(['p620']);
  process.env['GIT_COMMITTER_DATE'] = '2099-01-01T00:00:00Z';
  try {
    real.repository.git('commit', '--quiet', '--allow-empty', '--message=pulled');
  } finally {
    delete process.env['GIT_COMMITTER_DATE'];
  }
  expect((await messageFacts(real.context, ['flake.lock'])).healthy).toEqual(['p620']);
});

test('what was done before the last commit of nixup belongs to that one', async () => {
  using real = await deployedHere();
  const { context, repository } = real;
  const revision = repository.git('rev-parse', 'HEAD');
  const at = context.world.clock.now() + 1;
  await context.records.keepCommit({ revision, deed: 'commit', at });
  expect((await messageFacts(context, ['flake.lock'])).healthy).toBeUndefined();
});

test('a commit of nixup that HEAD has no more bounds nothing', async () => {
  using real = await deployedHere();
  const { context } = real;
  const at = context.world.clock.now() + 1;
  await context.records.keepCommit({ revision: 'f'.repeat(40), deed: 'commit', at });
  expect((await messageFacts(context, ['flake.lock'])).healthy).toEqual(['p620']);
});

test.each<[string, boolean]>([
  ['the same tree', true],
  ['another tree', false],
])('packages of an earlier try of %s', async (_, isSame) => {
  using real = await deployedHere();
  const { context } = real;
  const { git, lock } = context.state();
  const facts = await messageFacts(context, ['flake.lock']);
  const packages = [{ name: 'linux', old: ['6.1'], new: ['6.2'], hosts: ['p620'] }];
  await context.journal.write('20261129-050000-commit', {
    type: 'described',
    lock: lock.kind === 'read' ? lock.fingerprint : null,
    tree: isSame ? (git?.tree ?? '') : 'f'.repeat(40),
    facts: { ...facts, packages },
    message: 'x',
    at: context.world.clock.now(),
  });
  const again = await messageFacts(context, ['flake.lock']);
  expect(again.packages).toEqual(isSame ? packages : facts.packages);
});
