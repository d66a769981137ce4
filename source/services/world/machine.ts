import type { World } from './world.ts';

/** What one evaluation of a host is given; large configurations take between one and three. */
export const bytesPerEvaluation = 3 * 1024 ** 3;
const mostEvaluations = 4;

/** Bytes that programs may still take, by `/proc/meminfo` (proc(5)); null where there is none. */
const availableMemory = async (world: Pick<World, 'files'>): Promise<number | null> => {
  const text = await world.files.read('/proc/meminfo');
  const kibibytes = text.ok ? /^MemAvailable:\s+(\d+) kB$/m.exec(text.value ?? '')?.[1] : undefined;
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
};

/**
 * How many hosts are evaluated at a time by what memory is free: from 1 to 4, 1 where nobody knows.
 * Each keeps a processor busy.
 */
export const evaluationsAtOnce = async (
  world: Pick<World, 'files' | 'processors'>,
): Promise<number> => {
  const free = await availableMemory(world);
  if (free === null) return 1;
  const byMemory = Math.floor(free / bytesPerEvaluation);
  return Math.max(1, Math.min(mostEvaluations, world.processors, byMemory));
};

/** Bytes that a process holds in memory, by `/proc/PID/status` (proc(5)); null where nobody says. */
export const memoryOfProcess = async (
  world: Pick<World, 'files'>,
  processId: number,
): Promise<number | null> => {
  const text = await world.files.read(`/proc/${processId}/status`);
  const kibibytes = text.ok ? /^VmRSS:\s+(\d+) kB$/m.exec(text.value ?? '')?.[1] : undefined;
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
};

/** An ssh waits far more than it computes. */
const probesPerProcessor = 16;
const mostProbes = 128;

/** How many hosts are asked at a time, by the processors that this machine has. */
export const probesAtOnce = (processors: number): number =>
  Math.min(mostProbes, probesPerProcessor * Math.max(1, processors));

/** Whether a folder of PATH has a program of this name. */
export const isInstalled = async (
  world: Pick<World, 'files' | 'environment'>,
  program: string,
): Promise<boolean> => {
  for (const folder of (world.environment['PATH'] ?? '').split(':'))
    if (folder.startsWith('/') && (await world.files.exists(`${folder}/${program}`))) return true;
  return false;
};
