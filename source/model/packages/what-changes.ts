import { showSizeChange } from '../words/format.ts';
import { counted } from '../words/sentences.ts';
import type { HostPackages } from './packages-state.ts';

const noChange = { short: '', long: '' } as const;

/** What a deploy would change on a host, where its packages were compared: for a cell, and for a line. */
export const whatChanges = (
  packages: HostPackages | undefined,
): { readonly short: string; readonly long: string } => {
  if (packages?.kind !== 'compared' || packages.difference.changes.length === 0) return noChange;
  const { changes, sizeDelta } = packages.difference;
  const kernel = changes.find(({ name, kind }) => name === 'linux' && kind !== 'rebuilt');
  const count = counted(changes.length, 'package');
  const versions =
    kernel === undefined ? '' : `kernel ${kernel.old.join(', ')} → ${kernel.new.join(', ')}   `;
  const major = changes.filter(({ major: isMajor }) => isMajor).map(({ name }) => name);
  return {
    short: kernel === undefined ? count : `kernel, ${count}`,
    long: `${versions}${count}   ${showSizeChange(sizeDelta)}${major.length === 0 ? '' : `   major: ${major.join(', ')}`}`,
  };
};
