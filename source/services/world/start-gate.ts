/**
 * Starts that wait for their turn. While Node starts a process nothing else runs, for milliseconds
 * on a busy machine: with one start in a turn of the event loop keys are read in between.
 */
export const createStartGate = (): (() => Promise<void> | undefined) => {
  const waiting: (() => void)[] = [];
  let isTaken = false;
  const nextTurn = (): void => {
    const start = waiting.shift();
    isTaken = start !== undefined;
    if (start === undefined) return;
    setImmediate(nextTurn);
    start();
  };
  return () => {
    if (isTaken) return new Promise((resolve) => waiting.push(resolve));
    isTaken = true;
    setImmediate(nextTurn);
    return undefined;
  };
};
