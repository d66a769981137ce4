import { appendFileSync } from 'node:fs';

/**
 * Loaded into the program before its own code (`node --import`): writes, for
 * each chunk of keys, how long its answer took on the processor, from the read
 * of the key to the first write of a frame that holds an awaited word, ms. So
 * neither other programs nor the terminal count. `NIXUP_KEY_TIMES` names the
 * file, `NIXUP_KEY_WORDS` the keys and words as JSON.
 */
const file = process.env['NIXUP_KEY_TIMES'];
const words: Readonly<Record<string, string>> = JSON.parse(process.env['NIXUP_KEY_WORDS'] ?? '{}');

if (file !== undefined && process.stdin.isTTY) {
  const { stdin, stdout } = process;
  let awaited: { readonly word: string; readonly since: NodeJS.CpuUsage } | undefined;

  const { emit } = stdin;
  const heard = (...args: readonly unknown[]): unknown => {
    const [event, chunk] = args;
    const word = event === 'data' ? words[String(chunk)] : undefined;
    if (word !== undefined) awaited = { word, since: process.threadCpuUsage() };
    return Reflect.apply(emit, stdin, args);
  };
  Object.assign(stdin, { emit: heard });

  const { write } = stdout;
  const watched = (...args: readonly unknown[]): unknown => {
    const went: unknown = Reflect.apply(write, stdout, args);
    if (awaited === undefined || !String(args[0]).includes(awaited.word)) return went;
    const { user, system } = process.threadCpuUsage(awaited.since);
    awaited = undefined;
    appendFileSync(file, `${(user + system) / 1000}\n`);
    return went;
  };
  Object.assign(stdout, { write: watched });
}
