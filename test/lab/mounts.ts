import { readFileSync } from 'node:fs';
import { mustRun, runLocally } from './local-command.ts';

/** Mount points at or below a folder, deepest first, as the kernel knows them now. */
export function mountsBelow(folder: string): readonly string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .sort((left, right) => right.length - left.length);
}

/** Works after a crash of an earlier run too: it asks the kernel instead of remembering. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const point of mountsBelow(folder)) {
    const result = await runLocally('umount', [point]);
    if (result.exitCode !== 0) await runLocally('umount', ['--lazy', point]);
  }
}

/** Deletes a tree, but never what is mounted inside it. */
export async function removeTree(folder: string): Promise<void> {
  await unmountBelow(folder);
  await mustRun('rm', ['-rf', '--one-file-system', folder]);
}
