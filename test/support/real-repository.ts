import { join } from 'node:path';
import { observeGit, observeLock } from '../../source/engine/lock/observe.ts';
import type { EngineContext } from '../../source/engine/run/context.ts';
import { createRunSession, type RunSession } from '../../source/engine/run/session.ts';
import { success } from '../../source/model/result.ts';
import { createGit } from '../../source/services/git/git.ts';
import { createFiles } from '../../source/services/world/files.ts';
import { type FakeFleet, fakeFleet } from './fake-fleet.ts';
import { entry } from './fake-program.ts';
import { type TemporaryRepository, temporaryRepository } from './temporary-repository.ts';

export const lockOf = (revision: string): string =>
  `${JSON.stringify(
    {
      nodes: {
        root: { inputs: { nixpkgs: 'nixpkgs' } },
        nixpkgs: {
          locked: {
            type: 'github',
            owner: 'NixOS',
            repo: 'nixpkgs',
            rev: revision.repeat(40),
            narHash: `sha256-${revision.repeat(43)}=`,
            lastModified: 1,
          },
          original: { type: 'github', owner: 'NixOS', repo: 'nixpkgs' },
        },
      },
      root: 'root',
      version: 7,
    },
    null,
    2,
  )}\n`;

export interface RealRepository extends Disposable {
  readonly repository: TemporaryRepository;
  readonly fleet: FakeFleet;
  readonly context: EngineContext;
  session(): RunSession;
  /** Notes that every host was built from the tree as it is. */
  test(): Promise<void>;
}

/** Engine and records of a fleet of two over a real repository; hosts are simulated. */
export const realRepository = async (
  files: Readonly<Record<string, string>> = { 'flake.nix': '{}\n', 'flake.lock': lockOf('a') },
): Promise<RealRepository> => {
  const repository = temporaryRepository(files);
  const fleet = await fakeFleet([entry('p620'), entry('razer')]);
  const world = { ...fleet.world, exec: repository.world.exec, files: createFiles() };
  const context: EngineContext = {
    ...fleet.context,
    world,
    flake: repository.folder,
    folder: join(repository.folder, '../state'),
    git: createGit(world, repository.folder),
    commits: {
      limits: () => [],
      count: async () => success(null),
      subjects: async () => success(null),
      message: async () => success(null),
    },
  };
  let runs = 0;
  context.emitter.emit({ type: 'fleet-listed', hosts: [entry('p620'), entry('razer')] });
  await observeGit(context);
  await observeLock(context);
  return {
    repository,
    fleet,
    context,
    session: () => {
      runs += 1;
      return createRunSession(
        context,
        `20261129-03221${runs}-abc`,
        'run',
        new AbortController().signal,
      );
    },
    test: async () => {
      await observeGit(context);
      await observeLock(context);
      const tree = context.state().git?.tree ?? '';
      for (const host of ['p620', 'razer'])
        await context.records.keepEvaluation({
          host,
          tree,
          toplevel: `/nix/store/${'c'.repeat(32)}-nixos-system-${host}-26.05`,
          derivation: null,
          builtAt: 1,
          dirty: true,
        });
    },
    [Symbol.dispose]: () => repository[Symbol.dispose](),
  };
};
