import { readFileSync } from 'node:fs';
import path from 'node:path';
import { spawn } from '@lydell/node-pty';
import { scaleFleet } from '../test/support/scale/fleet.ts';

/** What the screen costs at rest: four hosts are asked, nothing runs, and nobody presses a key. */
const settleMs = 40_000;
const measuredMs = 20_000;

/** Most of a core, in hundredths. */
const mostPercent = 0.2;

const program = path.join(import.meta.dirname, '../dist/cli.js');
using fleet = scaleFleet({ count: 4 });
fleet.deployAll();
const child = spawn(process.execPath, [program], {
  cols: 120,
  rows: 40,
  cwd: fleet.flake,
  env: { ...fleet.environment },
});
let bytes = 0;
child.onData((data) => {
  bytes += Buffer.byteLength(data);
});

/** Hundredths of a second of processor time since the start: utime and stime of proc_pid_stat(5). */
const ticks = (): number => {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
};

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

await wait(settleMs);
const [ticksBefore, bytesBefore] = [ticks(), bytes];
await wait(measuredMs);
const percent = ((ticks() - ticksBefore) * 10 * 100) / measuredMs;
const written = bytes - bytesBefore;
child.kill('SIGKILL');
process.stdout.write(
  `at rest for ${measuredMs / 1_000} s: ${percent.toFixed(2)} % of a core (less than ${mostPercent}), ${written} bytes written (0)\n`,
);
process.exitCode = percent < mostPercent && written === 0 ? 0 : 1;
