/** A job that was stopped does not run on; one that still runs after so long was not, ms. */
const stoppingMs = 200;

/**
 * Stops this program and what runs with it, as ^z does, and resolves when it goes
 * on. False where nothing was stopped: without a shell that watches over jobs the
 * signal has no effect, and nobody would ever continue it.
 */
export const stopJob = (): Promise<boolean> =>
  new Promise((resolve) => {
    let isContinued = false;
    const onContinue = (): void => {
      isContinued = true;
    };
    const kept = process.listeners('SIGTSTP');
    process.removeAllListeners('SIGTSTP');
    process.on('SIGCONT', onContinue);
    // Handlers of signals do not hold the process: without the timer it would end on `fg`.
    setTimeout(
      // The signal that continued it is told of in the turn in which the timer is over.
      () =>
        setImmediate(() => {
          process.off('SIGCONT', onContinue);
          for (const listener of kept) process.on('SIGTSTP', listener);
          resolve(isContinued);
        }),
      stoppingMs,
    );
    process.kill(0, 'SIGTSTP');
  });
