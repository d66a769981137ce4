import { writeFlakeLock } from '../../source/model/lock/write.ts';
import type { World } from '../../source/services/world/world.ts';
import { eventSamples } from './event-samples.ts';
import { github, lockOf } from './lock-samples.ts';

const flakeFolderOf = async ({ files, folders }: World): Promise<string> => {
  const flakes = await files.list(`${folders.state}/flakes`);
  return `${folders.state}/flakes/${flakes.ok ? flakes.value[0] : ''}`;
};

/** The run whose journal has an event of each kind, and lost its beginning. */
export const sampledRun = '20261123-080000-abcdef';

/** A journal with all that journals may say, as a run would have left it. */
export const writeSampledRun = async (world: World): Promise<void> => {
  const path = `${await flakeFolderOf(world)}/runs/${sampledRun}/journal.jsonl`;
  const lines = eventSamples.map((event) => `${JSON.stringify(event)}\n`);
  await world.files.makeFolder(path.replace('/journal.jsonl', ''));
  await world.files.write(path, lines.join(''));
};

/** As if another nixup ran on this flake: on this machine, on another one, or nobody knows where. */
export const holdLock = async (
  world: World,
  where: 'here' | 'elsewhere' | 'unreadable',
): Promise<void> => {
  const owner = {
    // Alive in every world, and not this process.
    pid: 1,
    machine: where === 'here' ? world.hostName : 'desk',
    user: 'grace',
    since: world.clock.now(),
    run: 'r',
    goal: 'deploy',
    flake: world.workingFolder,
  };
  const text = where === 'unreadable' ? 'nothing' : JSON.stringify(owner);
  await world.files.write(`${await flakeFolderOf(world)}/run.lock`, text);
};

/** Two locks whose difference has all that locks alone can say. */
export const writeLocks = async (world: World): Promise<void> => {
  const old = { moved: github('o/r', 'a', { locked: { revCount: 7 } }), other: github('o/n', 'n') };
  const now = {
    moved: github('o/r', 'b', { ref: 'next', locked: { revCount: 9 } }),
    renamed: github('o/n', 'n'),
  };
  for (const [name, inputs] of [['old.lock', old] as const, ['new.lock', now] as const])
    await world.files.write(`${world.workingFolder}/${name}`, writeFlakeLock(lockOf(inputs)));
};
