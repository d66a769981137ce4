/** Tells a process and all that it started; who is gone already is no error. */
export const signalGroup = (leader: number, signal: 'SIGTERM' | 'SIGKILL'): void => {
  try {
    process.kill(-leader, signal);
  } catch {
    // No process is left.
  }
};
