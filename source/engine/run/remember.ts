import { join } from 'node:path';
import { gitPlaceOf } from '../../services/git/folder.ts';
import { toRemember } from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';
import type { EngineContext } from './context.ts';

/** What is checked out, as git names it: a branch, or a commit. */
const headOf = async ({ world, flake }: EngineContext): Promise<string | null> => {
  const git = await gitPlaceOf(world, flake);
  if (git === null) return null;
  const read = await world.files.read(join(git.folder, 'HEAD'));
  return read.ok ? (read.value?.trim() ?? null) : null;
};

type Parts = readonly unknown[];

const partsOf = ({ hosts, lock, board, packages }: AppState): Parts => [
  hosts,
  lock,
  board,
  packages,
];

interface Kept {
  readonly parts: Parts;
  /** Resolves when it is on the disk. */
  readonly written: Promise<void>;
}

/** What was kept last, of each flake that is open: the same is not written twice. */
const kept = new WeakMap<EngineContext['fleetMemory'], Kept>();

const write = async (context: EngineContext, state: AppState): Promise<void> => {
  const { world, flake, fleetMemory } = context;
  const head = await headOf(context);
  const fleet = toRemember(state, { flake, head, at: world.clock.now() });
  if (fleet !== null) await fleetMemory.keep(fleet);
};

/**
 * Keeps what is known now for the first frame of the next start: after a survey, after a run, and at
 * the end, as a person may leave while hosts are asked.
 */
export const rememberFleet = async (context: EngineContext): Promise<void> => {
  const { world, fleetMemory } = context;
  const state = context.state();
  if (world.isDemo || state.fleet.kind !== 'listed') return;
  const parts = partsOf(state);
  const before = kept.get(fleetMemory);
  // Whoever leaves now waits for what is being written.
  if (before !== undefined && parts.every((part, place) => part === before.parts[place]))
    return await before.written;
  const written = write(context, state);
  kept.set(fleetMemory, { parts, written });
  await written;
};
