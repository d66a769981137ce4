interface TimerPath {
  /** Folders of programs, in order, each once. */
  readonly kept: readonly string[];
  /** Folders that go: those of temporary files. */
  readonly temporary: readonly string[];
}

/** Folders whose contents go by themselves (file-hierarchy(7)). */
const temporaryFolders = ['/tmp', '/var/tmp', '/dev/shm', '/run/user'];

const isBelow = (folder: string, above: string): boolean =>
  folder === above || folder.startsWith(`${above}/`);

/**
 * What of a shell's PATH a timer can rely on: each folder once, none of temporary files, and none that
 * depends on where the shell stands. `temporary`: the folder of `TMPDIR`, where it is set.
 */
export const timerPath = (searchPath: string, temporary: string | undefined): TimerPath => {
  const absolute = (text: string): readonly string[] =>
    text
      .split(':')
      .filter((folder) => folder.startsWith('/'))
      .map((folder) => folder.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, ''));
  const folders = [...new Set(absolute(searchPath))];
  const above = [...temporaryFolders, ...absolute(temporary ?? '').filter((one) => one !== '/')];
  const isTemporary = (folder: string): boolean => above.some((one) => isBelow(folder, one));
  return {
    kept: folders.filter((folder) => !isTemporary(folder)),
    temporary: folders.filter(isTemporary),
  };
};
