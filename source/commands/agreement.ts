import type { Console } from './console.ts';

/** Asks a question that only a yes answers with yes. */
export const isAgreed = async (console: Console, question: string): Promise<boolean> =>
  /^y(es)?$/i.test((await console.ask(`${question} [y/N]`)) ?? '');

/** Asks for the name of a protected host: nobody types it by habit. */
export const isNameTyped = async (console: Console, host: string): Promise<boolean> =>
  (await console.ask(`${host} is protected. Type its name:`)) === host;
