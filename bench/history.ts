import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writePastRuns } from './past-runs.ts';
import { median } from './scale/row.ts';
import { take } from './timed.ts';

/*
 * A history of 2,000 runs of four hosts, or of as many as the second word says: the whole list and that of one host, next
 * to a Node that writes one word, and the question which run brought a version of a package. All take turns in the same
 * run. Status 1 beyond the goals.
 */
const count = 2_000;
const hosts = Array.from({ length: Number(process.argv[3] ?? 4) }, (_, index) => `host${index}`);
const rounds = Number(process.argv[2] ?? 15);
const mostTimes = 4;
const mostQuestionMs = 1_000;

const scratch = mkdtempSync(path.join(tmpdir(), 'nixup-bench-history-'));
const flake = path.join(scratch, 'flake');
const program = path.join(import.meta.dirname, '../dist/cli.js');
const env = {
  ...process.env,
  XDG_STATE_HOME: path.join(scratch, 'state'),
  XDG_CACHE_HOME: path.join(scratch, 'cache'),
};

const options = { cwd: flake, env };
const ms = (value: number): string => `${Math.round(value)} ms`;

try {
  mkdirSync(flake);
  writeFileSync(path.join(flake, 'flake.nix'), '{ outputs = _: { }; }\n');
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', '.'], { cwd: flake });
  writePastRuns(flake, path.join(scratch, 'state/nixup'), count, Date.now(), hosts);
  const first = take([program, 'history'], options);
  const times = {
    bare: [] as number[],
    list: [] as number[],
    host: [] as number[],
    question: [] as number[],
  };
  for (let round = 0; round < rounds; round += 1) {
    times.bare.push(take(['-e', 'process.stdout.write("x")'], options));
    times.list.push(take([program, 'history'], options));
    times.host.push(take([program, 'history', '--host', 'host3'], options));
    times.question.push(take([program, 'history', '--package', 'openssl@3.100.2'], options));
  }
  const [bare, list, host, question] = [times.bare, times.list, times.host, times.question].map(
    median,
  );
  const [ratio, hostRatio] = [list, host].map((time) => (time ?? 0) / (bare ?? 1));
  process.stdout.write(
    [
      `history of ${count} runs, ${rounds} rounds, load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}`,
      `  first list, without an index   ${ms(first)}`,
      `  list: all rows                 ${ms(list ?? 0)}, a bare write of Node ${ms(bare ?? 0)}: ${(ratio ?? 0).toFixed(2)} x (goal ${mostTimes})`,
      `  list: rows of one host         ${ms(host ?? 0)}: ${(hostRatio ?? 0).toFixed(2)} x (goal ${mostTimes})`,
      `  which run brought a package    ${ms(question ?? 0)} (goal ${mostQuestionMs})`,
      '',
    ].join('\n'),
  );
  if (Math.max(ratio ?? 0, hostRatio ?? 0) > mostTimes || (question ?? 0) > mostQuestionMs)
    process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
