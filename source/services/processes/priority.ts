import os from 'node:os';

/** Steps of nice(2): the processes of a hundred questions leave a screen most of a processor. */
const steps = 10;

/**
 * What a process starts from now on yields to nixup, which answers keys meanwhile: a host's answer
 * takes as long as its network, whoever has the processor here. A system that does not allow it
 * leaves things as they are.
 */
export const giveWay = (processId: number | undefined): void => {
  if (processId === undefined) return;
  try {
    os.setPriority(
      processId,
      Math.min(os.constants.priority.PRIORITY_LOW, os.getPriority() + steps),
    );
  } catch {
    // It has ended, or may not.
  }
};
