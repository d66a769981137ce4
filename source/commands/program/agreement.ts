import type { Console } from './console.ts';

/** Asks a question that only a yes answers with yes. */
export const saysYes = async (console: Console, question: string): Promise<boolean> =>
  /^y(es)?$/i.test((await console.ask(`${question} [y/N]`)) ?? '');

/** Asks for the name of a host, as nobody types it by habit; `because` is a sentence about it. */
export const typesName = async (
  console: Console,
  host: string,
  because: string,
): Promise<boolean> => (await console.ask(`${because} Type its name:`)) === host;

/** Asks for a number, as nobody types it by habit: `what` is what it agrees to. */
export const typesCount = async (console: Console, count: number, what: string): Promise<boolean> =>
  (await console.ask(`Type ${count} to ${what}:`)) === String(count);
