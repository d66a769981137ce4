const plain = (name: string): string => name.replaceAll(/[^A-Za-z0-9._-]/g, '_');

/** How the names of the state folders of a flake begin; a hash of its path follows. */
export const folderNameStart = (flake: string): string =>
  `${plain(flake.split('/').at(-1) ?? 'flake')}-`;

/** What was known last, for the first frame; each machine has its own, as their clocks differ. */
export const lastFactsName = (machine: string): string => `last-facts-${plain(machine)}.json`;
