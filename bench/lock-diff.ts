import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lockText, nodeCount } from './large-lock.ts';
import { median } from './scale/row.ts';

/*
 * The whole `nixup diff --json` process on two locks of 3,000 nodes and 3.4 MB
 * against `node -e` that only parses both files. The two take turns, so that
 * both meet the same machine. Status 1 above the goal of a case.
 */
const rounds = Number(process.argv[2] ?? 15);

const folder = mkdtempSync(path.join(tmpdir(), 'nixup-bench-'));

/** Milliseconds that a process takes from its start to its end. */
const take = (args: readonly string[]): number => {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore', cwd: folder });
  if (status !== 0) throw new Error(`status ${status}: node ${args.join(' ')}`);
  return performance.now() - started;
};

const parser =
  "for(const f of process.argv.slice(1))JSON.parse(require('fs').readFileSync(f,'utf8'))";
const program = path.join(import.meta.dirname, '../dist/cli.js');

const write = (name: string, isMoved: (index: number) => boolean): string => {
  const file = path.join(folder, name);
  writeFileSync(file, lockText(isMoved));
  return file;
};

/**
 * Of so many nodes each one moved; every node counts as changed where all did. The answer is then larger
 * than a lock, 4.6 MB, which the parser does not have to write.
 */
const cases = [
  { name: 'few', every: 1_000, mostTimes: 3 },
  { name: 'one in eighteen', every: 18, mostTimes: 3 },
  { name: 'one in three', every: 3, mostTimes: 3 },
  { name: 'all', every: 1, mostTimes: 3.5 },
] as const;

const ms = (value: number): string => `${Math.round(value)} ms`;

try {
  const old = write('old.lock', () => false);
  process.stdout.write(
    `two locks of ${nodeCount} nodes and ${(readFileSync(old).length / 1e6).toFixed(1)} MB each, ${rounds} rounds, Node ${process.version}\n`,
  );
  for (const { name, every, mostTimes } of cases) {
    const files = [old, write('new.lock', (index) => index % every === 0)];
    const parses: number[] = [];
    const diffs: number[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const parsed = take(['-e', parser, ...files]);
      const compared = take([program, 'diff', ...files, '--json']);
      // The first round fills the caches.
      if (round < 0) continue;
      parses.push(parsed);
      diffs.push(compared);
    }
    const middle = median(diffs.map((compared, round) => compared / (parses[round] ?? compared)));
    const best = Math.min(...diffs) / Math.min(...parses);
    const isSlow = Math.min(best, middle) > mostTimes;
    process.stdout.write(
      `${name.padEnd(16)} parse ${ms(Math.min(...parses))}, ${ms(median(parses))} in the middle   diff ${ms(Math.min(...diffs))}, ${ms(median(diffs))} in the middle   times ${best.toFixed(2)}, ${middle.toFixed(2)} in the middle (at most ${mostTimes})${isSlow ? ' TOO SLOW' : ''}\n`,
    );
    if (isSlow) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
