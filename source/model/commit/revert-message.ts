/** The message of the commit that takes the lock of another one back. `path`: of the lock, from the repository's root. */
export const revertMessage = (subject: string, path: string, commit: string): string =>
  `Revert "${subject}"\n\n${path} is again as it was before commit\n${commit}.\n`;
