import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { median } from './scale/row.ts';
import { take } from './timed.ts';

/*
 * What a shell waits for at each Tab, next to a Node that writes one word, in turns within the same run. Status 1
 * beyond the goal.
 */
const rounds = Number(process.argv[2] ?? 15);
const mostTimes = 2;

const scratch = mkdtempSync(path.join(tmpdir(), 'nixup-bench-completion-'));
const program = path.join(import.meta.dirname, '../dist/cli.js');
const env = {
  ...process.env,
  XDG_STATE_HOME: path.join(scratch, 'state'),
  XDG_CACHE_HOME: path.join(scratch, 'cache'),
};

const options = { cwd: scratch, env };

try {
  writeFileSync(path.join(scratch, 'flake.nix'), '{ outputs = _: { }; }\n');
  const times = { bare: [] as number[], completion: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.bare.push(take(['-e', 'process.stdout.write("x")'], options));
    times.completion.push(take([program, '__complete', '--', 'status', ''], options));
  }
  const [bare = 0, completion = 0] = [times.bare, times.completion].map(median);
  const ratio = completion / bare;
  process.stdout.write(
    `completion       ${Math.round(completion)} ms, a bare write of Node ${Math.round(bare)} ms: ${ratio.toFixed(2)} x (goal ${mostTimes}), ${rounds} rounds, load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}\n`,
  );
  if (ratio > mostTimes) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
