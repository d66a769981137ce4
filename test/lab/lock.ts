import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, labId } from './paths.ts';

/**
 * Runs one change of the lab at a time, over all processes of this machine. The lock is held by a `flock` that ends with
 * this process, however it ends. Labs of different names have locks of their own; what they share is under "cache".
 */
export async function withLock<T>(
  what: string,
  onProgress: (line: string) => void,
  work: () => Promise<T>,
  lock: string = labId,
): Promise<T> {
  await mkdir(cacheFolder, { recursive: true });
  const file = path.join(cacheFolder, `${lock}.lock`);
  const holder = spawn('flock', [file, '/bin/sh', '-c', 'echo held; cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting = setTimeout(
    () => onProgress(`waiting for another process that changes the lab, before: ${what}`),
    1000,
  );
  try {
    await new Promise<void>((resolve, reject) => {
      holder.stdout.once('data', () => resolve());
      holder.once('error', reject);
      holder.once('exit', () => reject(new Error(`could not lock ${file}`)));
    });
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
  }
}
