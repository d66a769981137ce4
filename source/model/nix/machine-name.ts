/** A machine as people call it: `ssh-ng://root@p510?…` is `p510`; null for this one. */
export const machineName = (machine: string): string | null =>
  machine === ''
    ? null
    : machine
        .replace(/^[a-z-]+:\/\//, '')
        .replace(/[/?].*$/, '')
        .replace(/^[^@]*@/, '');
