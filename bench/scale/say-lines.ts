import { closeSync, constants, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

/**
 * `node say-lines.ts FOLDER LINES`: writes so many lines a second to the named pipes of the folder, as
 * builders would, shared among them. It is one process: a thousand of them would be measured instead
 * of what reads them.
 */
const [folder = '', perSecond = '0'] = process.argv.slice(2);
const everyMs = 100;
const perTurn = (Number(perSecond) * everyMs) / 1_000;

const start = `@nix ${JSON.stringify({ action: 'start', fields: ['/nix/store/aaaa-thing.drv', '', 1, 1], id: 1, level: 3, parent: 0, text: '', type: 105 })}\n`;
const line = (index: number): string =>
  `@nix ${JSON.stringify({ action: 'result', fields: [`CC drivers/net/part-${index}.o with everything that a line of a compiler holds`], id: 1, type: 101 })}\n`;

const open = new Map<string, number>();
let said = 0;
let next = 0;

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** Whether it was written; a pipe that is full loses what is said. */
const say = (name: string, text: string): boolean => {
  try {
    writeSync(open.get(name) ?? -1, text);
    return true;
  } catch (error) {
    if (isCode(error, 'EAGAIN')) return true;
    closeSync(open.get(name) ?? -1);
    open.delete(name);
    rmSync(path.join(folder, name), { force: true });
    return false;
  }
};

const openNew = (): void => {
  for (const name of readdirSync(folder)) {
    if (open.has(name)) continue;
    try {
      const flags = constants.O_WRONLY | constants.O_NONBLOCK;
      open.set(name, openSync(path.join(folder, name), flags));
      say(name, start);
    } catch (error) {
      // Nobody reads it yet, or it is gone.
      if (!isCode(error, 'ENXIO', 'ENOENT')) throw error;
    }
  }
};

const began = performance.now();
setInterval(() => {
  openNew();
  const names = [...open.keys()];
  const due = Math.floor(((performance.now() - began) / everyMs) * perTurn);
  const owed = Math.min(due - said, 2 * perTurn);
  said = due;
  if (names.length === 0 || owed <= 0) return;
  const each = Math.ceil(owed / names.length);
  for (let left = owed; left > 0; left -= each) {
    const name = names[next % names.length] ?? '';
    next += 1;
    say(name, Array.from({ length: each }, (_, index) => line(index)).join(''));
  }
}, everyMs);
