import type { World } from './world.ts';

/** What one evaluation of a host is given; large configurations take between one and three. */
const bytesPerEvaluation = 3 * 1024 ** 3;
const mostEvaluations = 4;

/** Bytes that programs may still take, by `/proc/meminfo` (proc(5)); null where there is none. */
const availableMemory = async (world: Pick<World, 'files'>): Promise<number | null> => {
  const text = await world.files.read('/proc/meminfo');
  const kibibytes = text.ok ? /^MemAvailable:\s+(\d+) kB$/m.exec(text.value ?? '')?.[1] : undefined;
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
};

/** How many hosts are evaluated at a time by what memory is free: from 1 to 4, 1 where nobody knows. */
export const evaluationsAtOnce = async (world: Pick<World, 'files'>): Promise<number> => {
  const free = await availableMemory(world);
  if (free === null) return 1;
  return Math.max(1, Math.min(mostEvaluations, Math.floor(free / bytesPerEvaluation)));
};
