import type { Engine } from '../../engine/contract.ts';

/** How keys get the engine. */
export interface EngineDoor {
  /** From now on everybody who asks for the engine gets it. */
  open(engine: Engine): void;
  /** Undefined until it is open; then the person is told, whatever the key was. */
  engine(): Engine | undefined;
  /** The same for work that no key waits for: nobody is told. */
  peek(): Engine | undefined;
}

/**
 * No key reaches an engine that is not open: git, the lock and past runs are not known before, so
 * anything done then could be wrong.
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
