import type { Engine } from '../../engine/contract.ts';

/** The way of the keys to the engine. */
export interface EngineDoor {
  /** From now on the engine is given to whoever asks for it. */
  open(engine: Engine): void;
  /** Undefined until it is open; that is said then, whatever key it was. */
  engine(): Engine | undefined;
  /** The same for what no key waits for: nothing is said. */
  peek(): Engine | undefined;
}

/**
 * No key reaches an engine that is not open: git, the lock and past runs are not
 * known before, so whatever is done then would be done by a wrong picture.
 */
export const createEngineDoor = (tellClosed: (text: string) => void): EngineDoor => {
  let opened: Engine | undefined;
  return {
    open: (engine) => {
      opened = engine;
    },
    engine: () => {
      if (opened === undefined)
        tellClosed('nixup is still reading the flake. Press the key again in a moment.');
      return opened;
    },
    peek: () => opened,
  };
};
