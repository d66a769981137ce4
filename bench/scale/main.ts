import { readFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { type Measured, showRow } from './row.ts';
import { allLogRows, screenRows } from './screen.ts';
import { coldRow, statusRows } from './status.ts';
import { testRows } from './test.ts';
import { troubleRow } from './trouble.ts';

/**
 * `npm run bench:scale`: what a fleet of a thousand hosts costs, each row next to what it is
 * measured against in the same run. Nix is the real one, with a store of its own; `ssh` is a
 * stand-in that answers after 20 ms.
 */
const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '1000' },
    width: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '3' },
    weight: { type: 'string', default: '20000' },
    /** Only these rows: `status`, `trouble`, `test`, `screen` or `logs` (the last of `screen`). */
    only: { type: 'string', default: '' },
  },
});

const load = (): string => readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ');

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

let failed = 0;
const tell = (row: Measured): void => {
  if (!row.holds) failed += 1;
  say(showRow(row));
};

say(`${os.availableParallelism()} cores, Node ${process.version}, load ${load()} at the start`);
const count = Number(values.hosts);
const weight = Number(values.weight);
const isWanted = (part: string): boolean => values.only === '' || values.only === part;
if (isWanted('status')) {
  const width = Number(values.width);
  await coldRow({ count, width, weight }, tell);
  await statusRows({ count, width, rounds: Number(values.rounds), weight }, tell);
}
if (isWanted('trouble')) await troubleRow(count, tell);
if (isWanted('test')) await testRows(count, tell);
if (isWanted('screen')) await screenRows({ count, weight }, tell);
if (isWanted('screen') || values.only === 'logs') await allLogRows({ count, weight }, tell);
say(`load ${load()} at the end`);
process.exitCode = failed === 0 ? 0 : 1;
