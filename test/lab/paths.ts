import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root: bind-mounted as /opt/nixup on the workstation. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** This folder. */
export const labSources = path.join(projectFolder, 'test', 'lab');

/** Everything that is kept between runs: images and the first state of each machine. */
export const cacheFolder = process.env['NIXUP_LAB_DIR'] ?? '/var/cache/nixup-lab';

/**
 * Several labs can run side by side on one machine (NIXUP_LAB_NAME): they share the images,
 * and each has its own network, hosts and state.
 */
export const labName = process.env['NIXUP_LAB_NAME'] ?? 'lab';

/** Short and unique per cache folder and name: names of network namespaces and cgroups begin with it. */
export const labId = `nixup-${labName === 'lab' && cacheFolder === '/var/cache/nixup-lab' ? 'lab' : shortHash(`${cacheFolder}:${labName}`)}`;

/** What is true only while the lab is up: mounts, process ids, links that are down. */
export const runFolder = path.join('/run', labId);

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
